"""Where things are kept: databases, Redis and its queue, files."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from servicedesk.settings.environment import BASE_DIR, env
from servicedesk.settings.place import DESK_DATA

#: Seconds, but the last in milliseconds: a server that is cut off unseen is noticed by then, where
#: the system would wait for a quarter of an hour.
NOTICED_WITHIN = {"connect_timeout": 10, "keepalives_idle": 30, "tcp_user_timeout": 30_000}
#: Seconds that one statement may take, waiting for locks included; 0: as long as it needs.
DESK_STATEMENT_SECONDS = env.int("DESK_STATEMENT_SECONDS", default=0)
ENDED_AFTER = (
    {"options": f"-c statement_timeout={DESK_STATEMENT_SECONDS}s"} if DESK_STATEMENT_SECONDS else {}
)


def _database(name: str) -> dict[str, Any]:
    given = env.db_url(name)
    return {
        **given,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {**NOTICED_WITHIN, **ENDED_AFTER, **given.get("OPTIONS", {})},
    }


DATABASES = {"default": _database("DATABASE_URL")}
#: A copy of the database that is a little behind, for reports only; see servicedesk/lib/replica.py.
if env.str("REPORTS_DATABASE_URL", default=""):
    DATABASES["reports"] = _database("REPORTS_DATABASE_URL")
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
