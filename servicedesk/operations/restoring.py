"""Making a desk again from an archive.

Nothing is changed before the whole archive is checked. Files come first, then the database in one
transaction: cut off in between, a restore is simply begun again. A restored desk is held.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, Any, cast

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.lib.stored_files import (
    files_pointed_to,
    files_there,
    is_pointed_to,
    only_in_one,
)
from servicedesk.operations import pg_programs
from servicedesk.operations.archive import CHUNK, DATABASE, FILES, ArchiveReader, files_in
from servicedesk.operations.models import Heartbeat
from servicedesk.operations.saving import key_fingerprint
from servicedesk.outbox.holding import hold
from servicedesk.outbox.models import SendingHold
from tickets.models import Ticket

REASON = "restored from a backup"
#: The public schema holds the whole desk and nothing else.
ANEW = b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"
#: Held from the moment that the rows are there; older archives know no such table yet.
HELD = """
DO $$ BEGIN
  IF to_regclass('public.outbox_sendinghold') IS NOT NULL THEN
    INSERT INTO public.outbox_sendinghold (id, since, reason) VALUES (1, now(), '%s')
    ON CONFLICT DO NOTHING;
  END IF;
END $$;
"""
CHANGED_BY_RESTORING = {SendingHold._meta.db_table}
HEAD = 64 * 1024
#: Larger files go by the disk.
SMALL = 8 * 1024 * 1024
#: Settings that a newer pg_dump writes at the top and an older server does not know.
UNKNOWN_SETTINGS = re.compile(rb"^SET transaction_timeout = 0;\n", re.MULTILINE)


class CannotRestore(Exception):
    """Its text is one sentence for an administrator."""


def restore(path: Path, *, replace: bool) -> dict[str, Any]:
    """Restores the archive; gives its manifest. Raises CannotRestore, BrokenArchive, NoProgram."""
    archive = ArchiveReader(path)
    _refuse_unless_known(archive.manifest)
    _refuse_while_in_use()
    if _is_filled() and not replace:
        raise CannotRestore(
            "This desk is not empty: nothing was changed. With --replace all of it is thrown away."
        )
    archive.check()
    _restore_files(archive)
    _restore_database(archive)
    call_command("migrate", verbosity=0, interactive=False)
    hold(REASON)
    Heartbeat.objects.all().delete()
    _delete_unknown_files()
    _compare(archive.manifest)
    record("desk_restored", by=None)
    return archive.manifest


def has_other_key(manifest: dict[str, Any]) -> bool:
    """Stored passwords of the saved desk cannot be read here."""
    return bool(manifest["key"] != key_fingerprint())


def _refuse_unless_known(manifest: dict[str, Any]) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest["migrations"]) - known):
        raise CannotRestore(
            f"The archive is of version {manifest['version']}, which is newer than this one "
            f"({newer[0]} is unknown here): install that version first."
        )


def _refuse_while_in_use() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise CannotRestore(
            f"The database is in use by {others} others: stop web server, workers and beat first."
        )


def _is_filled() -> bool:
    tables = connection.introspection.table_names()
    return any(
        model._meta.db_table in tables and model._base_manager.exists() for model in (User, Ticket)
    )


def _restore_files(archive: ArchiveReader) -> None:
    with archive.part(FILES) as part:
        for name, file in files_in(part):
            _store(name, file)


def _store(name: str, file: File) -> None:
    """Under this very name, whatever was there."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with tempfile.SpooledTemporaryFile(max_size=SMALL) as whole:  # object storage wants to seek
        shutil.copyfileobj(file, whole, CHUNK)
        whole.seek(0)
        if default_storage.save(name, File(whole, name)) != name:
            raise CannotRestore(f"The file {name} cannot be stored under its name.")


def _restore_database(archive: ArchiveReader) -> None:
    """pg_restore makes SQL of the dump, psql runs it in one transaction: all of it or nothing."""
    connection.ensure_connection()
    major = max(archive.manifest["postgresql"], pg_programs.server_major())
    connection.close()
    read = [
        pg_programs.program("pg_restore", at_least=major), "--file=-", "--no-owner",
        "--no-privileges",
    ]  # fmt: skip
    write = [
        pg_programs.program("psql", at_least=major), "--no-psqlrc", "--quiet",
        "--output=/dev/null", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-",
    ]  # fmt: skip
    environment = {**pg_programs.environment(), "PGOPTIONS": "--client-min-messages=warning"}
    with tempfile.TemporaryFile() as told, archive.part(DATABASE) as dump:
        reader = subprocess.Popen(read, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told)
        writer = subprocess.Popen(write, stdin=subprocess.PIPE, stderr=told, env=environment)
        feeder = threading.Thread(target=_feed, args=(dump, reader.stdin), daemon=True)
        feeder.start()
        whole = _pass_on(reader, writer)
        feeder.join()
        if not whole:
            told.seek(0)
            why = told.read().decode(errors="replace").strip()
            raise CannotRestore(f"The database could not be restored; it is as it was. {why}")


def _feed(dump: IO[bytes], into: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), into:
        shutil.copyfileobj(dump, into, CHUNK)


def _pass_on(reader: subprocess.Popen, writer: subprocess.Popen) -> bool:
    """From one to the other, between our own first and last words; True when both are content."""
    sql, into = cast(IO[bytes], reader.stdout), cast(IO[bytes], writer.stdin)
    with contextlib.suppress(BrokenPipeError):
        into.write(ANEW)
        into.write(UNKNOWN_SETTINGS.sub(b"", sql.read(HEAD)))
        shutil.copyfileobj(sql, into, CHUNK)
        if reader.wait() == 0:
            into.write((HELD % REASON).encode())
        else:
            writer.kill()  # before it commits what is only a part
    with contextlib.suppress(BrokenPipeError):
        into.close()
    sql.close()
    return reader.wait() == 0 and writer.wait() == 0


def _delete_unknown_files() -> None:
    """Those of the desk that was replaced, and those that went away while it was saved."""
    for name, pointed_to in only_in_one(files_pointed_to(), files_there()):
        if not pointed_to and not is_pointed_to(name):
            default_storage.delete(name)


def _compare(manifest: dict[str, Any]) -> None:
    """As many rows as were saved, in every table that a migration did not change since."""
    if any(name not in manifest["migrations"] for name in _applied()):
        return
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in manifest["rows"] and table not in CHANGED_BY_RESTORING:
            count = model._base_manager.count()
            if count != manifest["rows"][table]:
                raise CannotRestore(f"{table} has {count} rows, not {manifest['rows'][table]}.")


def _applied() -> set[str]:
    rows = MigrationRecorder(connection).migration_qs.values_list("app", "name")
    return {f"{app}.{name}" for app, name in rows}
