"""Is the desk well? For supervisors, proxies and monitors."""

import errno
import logging
import secrets

import redis
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from servicedesk.lib.redis_client import redis_client
from servicedesk.operations import heartbeats
from servicedesk.operations.heartbeats import Kind
from tickets.models.mailbox import Mailbox
from tickets.soundness import mails_not_processed

logger = logging.getLogger(__name__)
OK = "ok"
UNKNOWN = "unknown"
NO_ROOM = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read-only"}


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part is well, else 503 with what is not. No secrets."""
    parts = state()
    well = all(part == OK for part in parts.values())
    return JsonResponse(parts, status=200 if well else 503)


def state() -> dict[str, str]:
    """Each part of the desk: "ok", or in a word why not."""
    database = _database()
    known = database == OK
    return {
        "database": database,
        "redis": redis_state(),
        "worker": _living(Kind.WORKER) if known else UNKNOWN,
        "beat": _living(Kind.BEAT) if known else UNKNOWN,
        "intake": intake() if known else UNKNOWN,
    }


def intake() -> str:
    """Mail and files come in: there is a place for them, and what came is worked on."""
    place = storage()
    if place != OK:
        return place
    try:
        if mails_not_processed().count:
            return "mail waits"
        failing = [box for box in Mailbox.objects.filter(is_active=True) if box.is_failing_long]
    except Error:
        return UNKNOWN
    return "mailbox fails" if failing else OK


def storage() -> str:
    """Files can be stored: mail and screenshots are not taken in otherwise."""
    try:
        if hasattr(default_storage, "base_location"):
            _write_something()
        else:
            default_storage.exists("health")  # object storage asks money for what is written
    except OSError as error:
        return NO_ROOM.get(error.errno or 0, "unwritable")
    except Exception:  # each object storage has errors of its own
        logger.exception("the storage of files does not answer")
        return "unreachable"
    return OK


def _write_something() -> None:
    # As a file that is being written, so that one left behind by a killed process is swept.
    name = f"attachments/.part-{secrets.token_hex(8)}"
    default_storage.delete(default_storage.save(name, ContentFile(b"well" * 1024)))


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return OK


def redis_state() -> str:
    """Redis answers."""
    try:
        redis_client().ping()
    except redis.RedisError:
        return "unreachable"
    return OK


def _living(kind: Kind) -> str:
    try:
        return OK if heartbeats.living(kind).exists() else "not seen"
    except Error:
        return UNKNOWN
