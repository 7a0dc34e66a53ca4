"""Everywhere a word can be: every column of every table, and every file."""

import gzip
from pathlib import Path

from django.conf import settings
from django.db import connection

#: Closed books: the sessions of the test's own browsers, and what Django keeps of its models.
NOT_READ = {"django_migrations"}


def where(word: str) -> list[str]:
    """The tables and files in which `word` stands, whatever the case."""
    tables = sorted(set(connection.introspection.table_names()) - NOT_READ)
    one = "SELECT '{0}' FROM \"{0}\" t WHERE lower(t::text) LIKE %s"
    with connection.cursor() as cursor:
        query = " UNION ".join(one.format(table) for table in tables)
        cursor.execute(query, [f"%{word.lower()}%"] * len(tables))
        found = sorted(name for (name,) in cursor.fetchall())
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        if word.lower().encode() in content.lower():
            found.append(f"file {path.parent.parent.name}")
    return found
