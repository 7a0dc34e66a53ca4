"""Rows into the database: streams of COPY, and search documents made by one statement."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg2.extensions import cursor as Cursor

from servicedesk.lib.search import CONFIGURATION
from servicedesk.local.demo.rows import COLUMNS, Rows
from tickets.search import LONGEST_TEXT

WORDS = """
CREATE TEMPORARY TABLE IF NOT EXISTS demo_words (
    ticket_id bigint, subject text, people text, texts text, notes text
) ON COMMIT DROP
"""

#: The same as `tickets.search.refresh` for each of them.
DOCUMENTS = f"""
INSERT INTO tickets_searchdocument (ticket_id, public, everything)
SELECT ticket_id, public,
       public || setweight(to_tsvector('{CONFIGURATION}', left(notes, {LONGEST_TEXT})), 'C')
FROM (
    SELECT ticket_id, notes,
           setweight(to_tsvector('{CONFIGURATION}', subject), 'A')
        || setweight(to_tsvector('{CONFIGURATION}', people), 'B')
        || setweight(to_tsvector('{CONFIGURATION}', left(texts, {LONGEST_TEXT})), 'C') AS public
    FROM demo_words
    OFFSET 0  -- else the vector of all public words would be made twice
) AS documents
"""  # noqa: S608 (names of our own)

#: Words come into this index by the thousand while a desk is filled, and one by one afterwards.
WORD_INDEX = "ticket_search"

#: What keeps numbers: they go on after the last row.
NUMBERED = ("tickets_ticket", "tickets_forwarding", "tickets_message", "tickets_ticketevent")
#: The lock of those who set the numbers; any number of our own.
NUMBERING = 20_241_001


@contextmanager
def many_words() -> Iterator[None]:
    """Meanwhile new words are gathered and sorted into the index in bulk: ten times as fast.

    Takes a lock on the index twice, for an instant; to be entered outside any transaction.
    """
    _execute(f"ALTER INDEX {WORD_INDEX} SET (fastupdate = on)")
    try:
        yield
    finally:
        _execute(f"ALTER INDEX {WORD_INDEX} SET (fastupdate = off)")
        _execute(f"SELECT gin_clean_pending_list('{WORD_INDEX}')")


@contextmanager
def bulk() -> Iterator[None]:
    """Around all calls of `copy` in a transaction.

    References are checked with each statement: kept for the commit, the checks of a million
    tickets would fill the memory. A superuser, as on the embedded server, leaves them out: they
    take a third of the time, and tests look at the references instead.
    """
    unchecked = _is_superuser()
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("SET LOCAL gin_pending_list_limit = '32MB'")
    _execute(WORDS)
    if unchecked:
        _execute("SET LOCAL session_replication_role = replica")
    yield
    if unchecked:
        _execute("SET LOCAL session_replication_role = origin")
    _go_on_numbering()


def copy(rows: Rows) -> None:
    """Brings the rows in, inside `bulk`, and makes their search documents."""
    with connection.cursor() as wrapper:
        cursor: Cursor = wrapper.cursor
        for table, columns in COLUMNS.items():
            if lines := rows.lines[table]:
                text = io.StringIO("\n".join(lines) + "\n")
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text, size=1 << 20)
        cursor.execute(DOCUMENTS)
        cursor.execute("TRUNCATE demo_words")


def _go_on_numbering() -> None:
    """The next ticket, message and event get numbers that are free, whoever commits first.

    Sequences know no transactions: without the lock one process could set them back.
    """
    _execute(f"SELECT pg_advisory_lock({NUMBERING})")
    for table in NUMBERED:
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        _execute(
            f"SELECT setval({sequence}, greatest(max(id), "  # noqa: S608
            f"pg_sequence_last_value({sequence}::regclass))) FROM {table} "
            "HAVING max(id) IS NOT NULL"
        )
    _execute(f"SELECT pg_advisory_unlock({NUMBERING})")


def gather_statistics() -> None:
    """So that the first query after a load is planned for what is there now.

    Not inside a transaction, which would wait for the autovacuum with its own locks in hand.
    """
    if connection.in_atomic_block:
        return
    tables = [table for table in COLUMNS if table != "demo_words"]
    _execute(f"ANALYZE {', '.join([*tables, 'tickets_searchdocument'])}")


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
