"""What must be true of database and files before the desk opens. Needs the whole environment."""

import contextlib
import hashlib
import io
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import django
import psycopg2
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from servicedesk.local.place import ROOT, Place, Trouble

DEMO_PEOPLE = "@demo.example"
#: Archives of before an upgrade that are kept.
KEPT = 3
#: As Django tells it, and as its driver does where Django lets that through.
FAILURES = (DatabaseFailure, psycopg2.Error)


def connect() -> None:
    """Reads the settings and reaches the database; raises Trouble."""
    try:
        django.setup()
        connection.ensure_connection()
    except ImproperlyConfigured as error:
        raise Trouble(str(error)) from error
    except FAILURES as error:
        raise Trouble(f"The database does not answer: {_on_one_line(error)}") from error


def save_before_upgrade(place: Place) -> Path | None:
    """An archive of a desk that is older than this code, before it is changed; None for others."""
    with _told_in_one_sentence(place, "The desk could not be saved before its upgrade"):
        if not _is_older():
            return None
        folder = place.data / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        archive = folder / f"before-upgrade-{time.strftime('%Y-%m-%d-%H%M%S')}.zip"
        call_command("backup", str(archive), stdout=io.StringIO())
    for old in sorted(folder.glob("before-upgrade-*.zip"))[:-KEPT]:
        old.unlink()
    return archive


def _is_older() -> bool:
    """It was migrated once, and there is more to migrate now."""
    executor = MigrationExecutor(connection)
    applied = executor.recorder.applied_migrations()
    return bool(applied and executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate(place: Place) -> None:
    with _told_in_one_sentence(place, "The database could not be brought up to date"):
        call_command("migrate", verbosity=0, interactive=False)


def collect_static_files(place: Place) -> None:
    """Collects static files, unless nothing changed since the last time."""
    mark, fingerprint = place.data / "static.sha256", _fingerprint()
    if not mark.exists() or mark.read_text() != fingerprint:
        with _told_in_one_sentence(place, "The static files could not be collected"):
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        mark.write_text(fingerprint)


def load_demo(place: Place) -> bool:
    """Makes the demo complete; False, and nothing happens, in a desk that real people use."""
    with _told_in_one_sentence(place, "The demo data could not be made"):
        people = get_user_model().objects
        if people.exists() and not people.filter(email__endswith=DEMO_PEOPLE).exists():
            return False
        call_command("demo", stdout=io.StringIO(), stderr=io.StringIO())
    return True


def hang_up() -> None:
    """The desk's processes have connections of their own; ours would only be in the way."""
    connection.close()


@contextlib.contextmanager
def _told_in_one_sentence(place: Place, what: str) -> Iterator[None]:
    """Turns an error into Trouble; the whole story goes to a log."""
    try:
        yield
    except (*FAILURES, CommandError, OSError, ValueError) as error:
        log = place.log("setting-up")
        with log.open("a") as file:
            traceback.print_exc(file=file)
        raise Trouble(f"{what}: {_on_one_line(_first(error))} (see {log})") from error


def _first(error: BaseException) -> BaseException:
    """What failed: closing the cursor of a failed question fails as well, and hides why."""
    hidden = isinstance(error, psycopg2.Error) and error.__context__
    return hidden or error


def _on_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _fingerprint() -> str:
    """Changes when a static file or a package (some bring static files) changes."""
    files = sorted((ROOT / "static").rglob("*"))
    seen = [f"{path} {path.stat().st_mtime_ns}" for path in files]
    lock = (ROOT / "requirements.txt").read_text()
    return hashlib.sha256("\n".join([*seen, lock, sys.version]).encode()).hexdigest()
