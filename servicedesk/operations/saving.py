"""Saving the whole desk while it works: database and files of one moment, in one archive.

The database is saved as of one snapshot. Files never change: they are written before the row that
points to them, and deleted after it is gone. So all files that rows point to are copied first, then
those that the snapshot knows besides; what the snapshot points to is all there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from servicedesk.lib.stored_files import files_pointed_to
from servicedesk.lib.version import VERSION
from servicedesk.operations import pg_programs
from servicedesk.operations.archive import (
    CHUNK,
    DATABASE,
    FILES,
    ArchiveWriter,
    Measured,
    TarWriter,
)
from servicedesk.operations.models import Backup

#: True of this machine and this minute only.
NOT_SAVED = ("operations_heartbeat", settings.CACHES["default"]["LOCATION"])
#: A file may go between the snapshot and its copy; then another snapshot is taken.
TRIES = 5


class CannotSave(Exception):
    """Its text is one sentence for an administrator."""


def save(path: Path) -> Backup:
    """Writes the archive and notes it. It is at `path` when it is whole, and not before."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            with ArchiveWriter(file) as archive:
                count = _write(archive)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise CannotSave(
            f"Another backup is being written to {path}, or one was cut off: then remove {draft}."
        ) from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(path)
    backup = Backup(file=str(path), size=path.stat().st_size, files=count)
    if Backup._meta.db_table in connection.introspection.table_names():  # else the desk is older
        backup.save()
    return backup


def _write(archive: ArchiveWriter) -> int:
    """All parts; gives the count of files."""
    with contextlib.ExitStack() as moment:
        with archive.part(FILES) as out:
            snapshot, count, missing = _copy_files(TarWriter(out), moment)
        with archive.part(DATABASE) as out:
            _dump(out, snapshot)
        manifest = _description()
    archive.close({**manifest, "files": count, "missing_files": missing})
    return count


def _copy_files(tar: TarWriter, moment: contextlib.ExitStack) -> tuple[str, int, list[str]]:
    """Copies every file of a snapshot, which stays open in `moment`; gives what it is called.

    What is missing on the desk itself is missing here too, and named.
    """
    copied: set[int] = set()
    _copy_new(tar, copied)
    for _try in range(TRIES):
        moment.close()
        snapshot = moment.enter_context(_snapshot())
        missing = _copy_new(tar, copied)
        if not missing:
            break
    tar.close()
    return snapshot, tar.count, missing


def _copy_new(tar: TarWriter, copied: set[int]) -> list[str]:
    """Copies what rows point to and is not copied yet; gives the names that are not there."""
    missing = []
    for name in files_pointed_to():
        if (mark := hash(name)) in copied:
            continue
        try:
            with default_storage.open(name) as file:
                tar.add(name, file)
        except FileNotFoundError:
            missing.append(name)
        else:
            copied.add(mark)
    return missing


@contextlib.contextmanager
def _snapshot() -> Iterator[str]:
    """The database as it is now, for as long as this is open, for others by its name."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(out: Measured, snapshot: str) -> None:
    major = pg_programs.server_major()
    command = [
        pg_programs.program("pg_dump", at_least=major), "--format=custom", "--compress=5",
        "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
        *(f"--exclude-table-data={table}" for table in NOT_SAVED),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as told:
        dump = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=told, env=pg_programs.environment()
        )
        with dump:
            shutil.copyfileobj(cast(IO[bytes], dump.stdout), out, CHUNK)
        if dump.returncode:
            told.seek(0)
            raise CannotSave(f"pg_dump failed: {told.read().decode(errors='replace').strip()}")


def _description() -> dict[str, Any]:
    """What a reader of the archive wants to know, as of the open snapshot."""
    applied = MigrationRecorder(connection).migration_qs.order_by("app", "name")
    tables = set(connection.introspection.table_names()) - set(NOT_SAVED)
    models = apps.get_models(include_auto_created=True)
    return {
        "version": VERSION,
        "made_at": timezone.now().isoformat(),
        "postgresql": pg_programs.dumps_with(),
        "migrations": [f"{app}.{name}" for app, name in applied.values_list("app", "name")],
        "rows": {
            model._meta.db_table: model._base_manager.count()
            for model in models
            if model._meta.db_table in tables
        },
        "key": key_fingerprint(),
    }


def key_fingerprint() -> str:
    """Tells whether two desks have the same key for stored passwords, without telling the key."""
    return hashlib.sha256(f"desk key {settings.DESK_MAIL_KEYS[0]}".encode()).hexdigest()[:16]
