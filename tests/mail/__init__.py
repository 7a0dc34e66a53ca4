"""The corpus: mail of every kind and defect, written by hand, with what must come out of each.

`messages.py` holds whole mails; `replies.txt` what stays of replies; `attributions.txt` how mail
programs begin what they quote; `signatures.txt` how they end what was written.
"""
