"""Mail that comes in and goes out."""

import warnings

from servicedesk.settings.environment import env, required
from servicedesk.settings.place import DESK_ADDRESSES, DESK_DATA

# Without EMAIL_URL nothing leaves the machine: mail is kept in the data folder.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{DESK_DATA / 'mail'}"))
if "filebased" in str(vars()["EMAIL_BACKEND"]):
    EMAIL_FILE_PATH = str(DESK_DATA / "mail")
EMAIL_TIMEOUT = 30
#: How many rounds of sending at once. Fewer than there are processes of workers: a mail server that
#: says nothing holds each round for a minute, and the alarms must not wait for it.
DESK_MAIL_ROUNDS = env.int("DESK_MAIL_ROUNDS", default=1)
DEFAULT_FROM_EMAIL = env.str("DESK_FROM", default=f"Servicedesk <{DESK_ADDRESSES[0]}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: The name with which our own mail server signs its Authentication-Results; empty: it has none.
DESK_AUTHSERV_ID = env.str("DESK_AUTHSERV_ID", default="")
#: A file with the certificates of an authority of one's own, for mailboxes.
DESK_MAIL_CA = env.str("DESK_MAIL_CA", default="")
#: Seals reply addresses and encrypts the passwords of mailboxes. Several, separated by commas:
#: the first one is used, all are recognised, so that a key can be replaced.
DESK_MAIL_KEYS = [
    key.strip()
    for key in required(
        "DESK_MAIL_KEY", why="generate one and keep it; run.py does so in the data folder"
    ).split(",")
    if key.strip()
]
