"""The newest snapshot there is. A slow or absent database makes it older, never absent.

The snapshot is a file beside the other data of the desk. A request that finds it too old has it
made anew by a thread and waits for that a moment only; then it takes what there is, with its time.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import tempfile
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, connections
from django.utils import timezone

from sla.availability.status.building import build
from sla.availability.status.facts import Snapshot

logger = logging.getLogger(__name__)

#: From that age on the page says how old it is.
STALE = dt.timedelta(minutes=3)
#: So long a request waits for a newer one, in seconds.
PATIENCE = 1.5
#: So long the database may take for one query, in milliseconds.
QUERY_LIMIT = 10_000

_lock = threading.Lock()
_making: Future[Snapshot] | None = None


def current() -> Snapshot | None:
    """A fresh snapshot, else the last one; None if there never was any and none can be made."""
    kept = _read()
    if kept is not None and _is_fresh(kept):
        return kept
    try:
        return _in_background().result(timeout=PATIENCE)
    except (NotInTime, DatabaseError, OSError) as error:
        logger.warning("the status page shows an old snapshot: %s", type(error).__name__)
        return _read() or kept


def refresh() -> Snapshot:
    """Makes a snapshot now and keeps it."""
    snapshot = build(now=timezone.now())
    _write(snapshot)
    return snapshot


def outdate() -> None:
    """Something changed: the next reader gets a newer snapshot."""
    try:
        _due().parent.mkdir(parents=True, exist_ok=True)
        _due().touch()
    except OSError as error:
        logger.warning("the status page hears of a change late: %s", error)


def is_stale(snapshot: Snapshot) -> bool:
    """So old that the reader must know."""
    return timezone.now() - snapshot.made_at > STALE


def _is_fresh(snapshot: Snapshot) -> bool:
    age = timezone.now() - snapshot.made_at
    try:
        due = _due().stat().st_mtime
    except OSError:
        due = 0.0
    fresh = dt.timedelta(seconds=settings.DESK_STATUS_SECONDS)
    return dt.timedelta() <= age < fresh and due <= snapshot.made_at.timestamp()


def _in_background() -> Future[Snapshot]:
    """The snapshot being made; only one at a time in each process."""
    global _making
    with _lock:
        if _making is None or _making.done():
            _making = Future()
            threading.Thread(target=_make, args=(_making,), daemon=True).start()
        return _making


def _make(future: Future[Snapshot]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(QUERY_LIMIT)])
        future.set_result(refresh())
    except Exception as error:  # the waiting request logs it
        future.set_exception(error)
    finally:
        connections.close_all()


# --- the file -------------------------------------------------------------------------------


def _path() -> Path:
    return Path(settings.DESK_STATUS_SNAPSHOT)


def _due() -> Path:
    return _path().with_suffix(".due")


def _read() -> Snapshot | None:
    try:
        return Snapshot.of(json.loads(_path().read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("the snapshot of the status page cannot be read: %s", error)
        return None


def _write(snapshot: Snapshot) -> None:
    """Whole or not at all; a full disk leaves the last one."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(snapshot.as_data(), file, ensure_ascii=False)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
