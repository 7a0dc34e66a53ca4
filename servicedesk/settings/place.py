"""Where this desk lives: its folder, its address, its limits, and what it writes in its log."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from servicedesk.lib import logs
from servicedesk.settings.environment import BASE_DIR, env, required

DESK_DATA = Path(env.str("DESK_DATA", default=str(BASE_DIR / "var"))).resolve()
DESK_PORT = env.int("DESK_PORT", default=8000)
DESK_DEMO = env.bool("DESK_DEMO", default=False)
DESK_BASE_URL = env.str("DESK_BASE_URL", default=f"http://127.0.0.1:{DESK_PORT}").rstrip("/")
DESK_ADDRESSES = env.list(
    "DESK_ADDRESSES",
    default=[
        f"{box}@desk.example" for box in ("servicedesk", "info", "helpdesk", "bibliotheeksysteem")
    ],
)
#: In words, for the foot of the portal; the arithmetic is in the business calendars.
DESK_OFFICE_HOURS = env.str("DESK_OFFICE_HOURS", default="") or _("Mon–Fri 9–17")
DESK_ATTACHMENT_MAX_BYTES = env.int("DESK_ATTACHMENT_MAX_MB", default=20) * 1024 * 1024
#: The kinds of channel (https://appriseit.com) that may carry an alarm to who is on call.
DESK_ALARM_SCHEMES = env.list(
    "DESK_ALARM_SCHEMES",
    default=["ntfys", "tgram", "signals", "twilio", "vonage", "clicksend", "msgbird", "pover",
             "matrixs", "slack", "msteams", "gotifys", "mailtos"],
)  # fmt: skip
#: Per cent of tickets that managers want answered and solved in time.
DESK_SLA_TARGET = env.str("DESK_SLA_TARGET", default="80.00")
#: Who knows it reads /metrics; without one there is no such page.
DESK_METRICS_TOKEN = env.str("DESK_METRICS_TOKEN", default="")
#: Per cent of opinions that are to be positive.
DESK_SATISFACTION_TARGET = env.str("DESK_SATISFACTION_TARGET", default="85.00")
DESK_ATTACHMENT_MAX_FILES = env.int("DESK_ATTACHMENT_MAX_FILES", default=10)
#: All files of one ticket, of one organisation; 0: no end.
DESK_TICKET_QUOTA_BYTES = env.int("DESK_TICKET_QUOTA_MB", default=200) * 1024 * 1024
DESK_ORGANISATION_QUOTA_BYTES = env.int("DESK_ORGANISATION_QUOTA_MB", default=20_000) * 1024 * 1024
#: Where clamd listens (unix:///run/clamav/clamd.ctl, tcp://host:3310); empty: no virus scanner.
DESK_CLAMD = env.str("DESK_CLAMD", default="")
#: What happens to files while it is away.
DESK_CLAMD_AWAY = env.str("DESK_CLAMD_AWAY", default="refuse")

_base = urlsplit(DESK_BASE_URL)
if _base.scheme not in {"http", "https"} or not _base.hostname:
    raise ImproperlyConfigured(
        f"DESK_BASE_URL is not an address of a web site: {DESK_BASE_URL!r}; "
        "give it as https://desk.example.org"
    )
if DESK_CLAMD and urlsplit(DESK_CLAMD).scheme not in {"unix", "tcp"}:
    raise ImproperlyConfigured(
        "DESK_CLAMD says where clamd listens: unix:///run/clamav/clamd.ctl or tcp://host:3310"
    )
if DESK_CLAMD_AWAY not in {"refuse", "accept"}:
    raise ImproperlyConfigured("DESK_CLAMD_AWAY is refuse or accept")
HTTPS = _base.scheme == "https"
#: A proxy of ours stands in front, and nobody reaches us around it: it says who asks, and how.
BEHIND_PROXY = env.bool("DESK_BEHIND_PROXY", default=False)

SECRET_KEY = required(
    "DESK_SECRET_KEY", why="generate one and keep it; run.py does so in the data folder"
)
DEBUG = False
ALLOWED_HOSTS = [_base.hostname, *env.list("DESK_ALLOWED_HOSTS", default=[])]
if DESK_DEMO or _base.hostname == "127.0.0.1":
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [DESK_BASE_URL]

LOGGING = logs.configuration(
    shape=env.str("DESK_LOG_FORMAT", default="console" if DESK_DEMO else "json"),
    level=env.str("DESK_LOG_LEVEL", default="INFO"),
)
