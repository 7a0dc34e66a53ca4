"""Tests in any order: after one with real transactions, the tables hold what migrations wrote.

A test with real transactions (every test in a browser is one) cannot be rolled back. Django empties
all tables after it, which takes long with so many, and expects such tests to be the last. Here only
what was written is taken out, and what migrations wrote is put back.
"""

import io
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        migrated = {table: _rows(table) for table in _filled()}
        connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: restore(migrated))
        yield


@transaction.atomic
def restore(migrated: dict[str, str]) -> None:
    """Every table holds the rows given, and no others."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, no keys
        cursor.execute(f"LOCK TABLE {', '.join(_tables())} IN EXCLUSIVE MODE")  # who still writes
        for table in _filled() | migrated.keys():
            if _rows(table) != (rows := migrated.get(table, "")):
                cursor.execute(f"DELETE FROM {table}")
                cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(rows))


def _filled() -> set[str]:
    """The tables in which there is anything."""
    with connection.cursor() as cursor:
        one = "SELECT '{0}' WHERE EXISTS (SELECT FROM {0})"
        cursor.execute(" UNION ALL ".join(one.format(table) for table in _tables()))
        return {table for (table,) in cursor.fetchall()}


def _tables() -> list[str]:
    return connection.introspection.django_table_names(True, include_views=False)


def _rows(table: str) -> str:
    with connection.cursor() as cursor, io.StringIO() as rows:
        cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
        return rows.getvalue()
