"""Settings of the service desk, in one file.

Everything that differs between two installations comes from the environment, under the names in
README.md. A value that cannot be used stops the start with a sentence, never with a guess.
Secrets may also be given as `NAME_FILE`, the path of a file that holds the value.
"""

import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ.fileaware_mapping import FileAwareMapping
from redis.backoff import NoBackoff
from redis.retry import Retry

from servicedesk.accounts.providers import origin_of, read_providers
from servicedesk.lib import logs

BASE_DIR = Path(__file__).resolve().parent.parent


class Given(FileAwareMapping):
    """The environment; the line break at the end of a file is no part of the secret in it."""

    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name)).rstrip("\r\n")


class Env(environ.Env):
    ENVIRON = Given()


env = Env()


def required(name: str, *, why: str) -> str:
    """The value of `name` (or of the file named by `name`_FILE); raises when there is none."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


# --- Where the desk lives -------------------------------------------------------------------

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

# --- Rooms of the house ---------------------------------------------------------------------

INSTALLED_APPS = [
    "servicedesk.local",
    "servicedesk.operations",
    "sla.alarms",
    "sla.contracts",
    "sla.availability",
    "sla",
    "tickets",
    "knowledgebase",
    "servicedesk.catalogue",
    "servicedesk.accounts",
    "servicedesk.audit",
    "servicedesk.outbox",
    "servicedesk.lib",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "servicedesk.accounts.admin_apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "servicedesk.lib.middleware.room_for_frames",
    "servicedesk.operations.live.LiveEndpoint",
    "servicedesk.operations.metrics.RequestTimes",
    "servicedesk.lib.middleware.RequestLog",
    "servicedesk.lib.middleware.probes_by_any_name",
    "django.middleware.security.SecurityMiddleware",
    "servicedesk.lib.middleware.BrowserLocks",
    "csp.middleware.CSPMiddleware",
    "servicedesk.lib.middleware.RefuseNulBytes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sla.availability.middleware.StatusForEverybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "servicedesk.accounts.middleware.ReaderPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "servicedesk.accounts.middleware.SeenNow",
    "servicedesk.accounts.middleware.SecondStepRequired",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "servicedesk.lib.context.desk",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Data -----------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
#: A copy of the database that is a little behind, for reports only; see servicedesk/lib/replica.py.
if env.str("REPORTS_DATABASE_URL", default=""):
    DATABASES["reports"] = {**DATABASES["default"], **env.db_url("REPORTS_DATABASE_URL")}
DATABASE_ROUTERS = ["servicedesk.lib.replica.ReportsRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: With Sentinel: "sentinel://host:26379;sentinel://host:26379", and the name of the master.
REDIS_URL = env.str("REDIS_URL")
REDIS_SENTINEL_MASTER = env.str("REDIS_SENTINEL_MASTER", default="")
if REDIS_URL.startswith("sentinel://") and not REDIS_SENTINEL_MASTER:
    raise ImproperlyConfigured(
        "REDIS_SENTINEL_MASTER is not set: the sentinels of REDIS_URL ask it"
    )
# A dead Redis must cost a page nothing: one try, half a second at most, and the answer without it.
REDIS_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "retry": Retry(NoBackoff(), 0),
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "max_retries": 0,
    **({"master_name": REDIS_SENTINEL_MASTER} if REDIS_SENTINEL_MASTER else {}),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "servicedesk.operations.beat:GuardedScheduler"

#: What the public status page is served from while the database is slow.
DESK_STATUS_SNAPSHOT = DESK_DATA / "status" / "snapshot.json"
#: So many seconds it is served before it is made anew; a change makes it anew at once.
DESK_STATUS_SECONDS = 20
#: Whether monitors and channels may ask private addresses; the demo watches itself.
DESK_MONITORS_PRIVATE = env.bool("DESK_MONITORS_PRIVATE", default=False)
#: Addresses outside that are always there: while none answers, our own network is away.
DESK_MONITORS_REFERENCES = env.list("DESK_MONITORS_REFERENCES", default=[])

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("DESK_STATIC", default=str(DESK_DATA / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DESK_DATA / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "servicedesk.lib.storage.DurableStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if _bucket := env.str("DESK_S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _bucket,
            "endpoint_url": env.str("DESK_S3_ENDPOINT", default="") or None,
            "region_name": env.str("DESK_S3_REGION", default="") or None,
            "access_key": env.str("DESK_S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("DESK_S3_SECRET_KEY", default="") or None,
            "location": env.str("DESK_S3_FOLDER", default=""),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "addressing_style": "path",
        },
    }
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Mail -----------------------------------------------------------------------------------

# Without EMAIL_URL nothing leaves the machine: mail is kept in the data folder.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{DESK_DATA / 'mail'}"))
if "filebased" in str(vars()["EMAIL_BACKEND"]):
    EMAIL_FILE_PATH = str(DESK_DATA / "mail")
EMAIL_TIMEOUT = 30
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

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Unique by Lower("email"), which that check does not see.
# The lock of axes is asked by our adapter, with a sentence in the form; it needs no middleware
# and no backend of its own.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "axes.W002", "axes.W003"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "servicedesk.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "servicedesk.accounts.forms.SignInForm",
    "reset_password": "servicedesk.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "servicedesk.accounts.forms.ChoosePasswordForm",
    "change_password": "servicedesk.accounts.forms.ChangePasswordForm",
    "set_password": "servicedesk.accounts.forms.FirstPasswordForm",
    "reauthenticate": "servicedesk.accounts.forms.PasswordAgainForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "servicedesk.accounts.links.PasswordLinkTokens"  # noqa: S105 (names a class)
PASSWORD_RESET_TIMEOUT = 24 * 3600
INVITATION_TIMEOUT = timedelta(days=7)
ACCOUNT_RATE_LIMITS = {"reset_password": "20/10m/ip,5/15m/key"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
#: After so long without doing anything, and after so long in any case, people sign in again:
#: those of the desk, and requesters (`servicedesk.accounts.session_limits`).
DESK_SESSION_IDLE_HOURS = env.int("DESK_SESSION_IDLE_HOURS", default=12)
DESK_SESSION_MAX_DAYS = env.int("DESK_SESSION_MAX_DAYS", default=14)
DESK_PORTAL_SESSION_IDLE_DAYS = env.int("DESK_PORTAL_SESSION_IDLE_DAYS", default=30)
DESK_PORTAL_SESSION_MAX_DAYS = env.int("DESK_PORTAL_SESSION_MAX_DAYS", default=90)
if (
    min(
        DESK_SESSION_IDLE_HOURS,
        DESK_SESSION_MAX_DAYS,
        DESK_PORTAL_SESSION_IDLE_DAYS,
        DESK_PORTAL_SESSION_MAX_DAYS,
    )
    < 1
):
    raise ImproperlyConfigured("DESK_SESSION_… and DESK_PORTAL_SESSION_… are 1 at least")
#: The cookie and the row last a day longer than the most patient of these, so that who comes back
#: hears why; each use moves them on.
SESSION_COOKIE_AGE = 3600 * (max(DESK_SESSION_IDLE_HOURS, DESK_PORTAL_SESSION_IDLE_DAYS * 24) + 24)

#: Sign-in services of organisations; `servicedesk.accounts.providers` says what each may hold.
DESK_OIDC = read_providers(env.str("DESK_OIDC", default=""))
SOCIALACCOUNT_ADAPTER = "servicedesk.accounts.sign_on_adapter.SignOnAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

#: Agents, managers and administrators sign in with a second step. Off in a demo, whose logins
#: have none.
DESK_MFA_REQUIRED = env.bool("DESK_MFA_REQUIRED", default=not DESK_DEMO)
MFA_ADAPTER = "servicedesk.accounts.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "servicedesk.accounts.second_step_forms.CodeForm",
    "reauthenticate": "servicedesk.accounts.second_step_forms.CodeAgainForm",
    "activate_totp": "servicedesk.accounts.second_step_forms.FirstCodeForm",
    "add_webauthn": "servicedesk.accounts.second_step_forms.NewPasskeyForm",
    "edit_webauthn": "servicedesk.accounts.second_step_forms.PasskeyNameForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1

# Behind the rate limits of allauth: who goes on guessing the password of one account from one
# address waits an hour. Only that combination is locked, so that a stranger locks nobody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "servicedesk.accounts.throttling.account_of"
AXES_CLIENT_IP_CALLABLE = "servicedesk.accounts.networks.address_of"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Language, time -------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("DESK_TIME_ZONE", default="Europe/Brussels")

# --- Locks on the doors ---------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        # The form that leads to a sign-in service is ours, the redirect after it is to them.
        "form-action": ["'self'", *{origin_of(provider) for provider in DESK_OIDC}],
        "frame-ancestors": ["'none'"],
        "upgrade-insecure-requests": HTTPS,
        "report-uri": ["/csp-report/"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
# With this prefix a browser takes them from this very host only, over https only.
SESSION_COOKIE_NAME = "__Host-desk" if HTTPS else "desk"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
#: How many proxies of ours stand in front, each of which adds to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("DESK_PROXIES", default=int(BEHIND_PROXY))
# Only a proxy can tell us that somebody came without TLS. Probes come straight to us.
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY
SECURE_SSL_HOST = _base.netloc
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^metrics$"]
DESK_PROBES = {"/healthz", "/metrics"}
# Whether browsers get our address built in is for who owns the domain above it.
SILENCED_SYSTEM_CHECKS += ["security.W021"]

# --- Log ------------------------------------------------------------------------------------

LOGGING = logs.configuration(
    shape=env.str("DESK_LOG_FORMAT", default="console" if DESK_DEMO else "json"),
    level=env.str("DESK_LOG_LEVEL", default="INFO"),
)
