"""What the desk forgets, when and how: retention, erasure, and what it holds of a person.

retention.py   which tickets are due by the rules, and the batches that take them
traces.py      where else people stand: one function for each kind of row, called by name
erasing.py     a person is forgotten
exporting.py   what the desk holds of a person, as a zip
"""
