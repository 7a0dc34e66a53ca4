import os
import subprocess
import sys

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)

from servicedesk.lib.database import is_away


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, DatabaseError])
def test_a_connection_that_ends_is_a_database_that_is_away(kind):
    assert is_away(kind("server closed the connection unexpectedly"))


@pytest.mark.parametrize(
    "kind", [DataError, IntegrityError, NotSupportedError, ProgrammingError, ValueError]
)
def test_what_is_wrong_with_a_statement_is_not(kind):
    assert not is_away(kind("x"))


def test_nothing_went_wrong():
    assert not is_away(None)


ASK = """
import sys, django
django.setup()
from django.db import DatabaseError, connection
from servicedesk.lib.database import is_away
with connection.cursor() as cursor:
    cursor.execute("SHOW statement_timeout")
    print(cursor.fetchone()[0])
    try:
        cursor.execute("SELECT pg_sleep(%s)", [sys.argv[1]])
    except DatabaseError as error:
        print(is_away(error))
"""


@pytest.mark.parametrize(
    ("first", "seconds", "said"),
    [
        ("import servicedesk.local.web", "", ["30s"]),
        ("import servicedesk.local.web", "1", ["1s", "True"]),
        ("", "", ["0"]),
    ],
)
def test_one_question_never_keeps_the_web_server_for_long(first, seconds, said, tmp_path):
    """Of workers and commands each may take as long as it needs."""
    given = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    given |= {"DESK_STATEMENT_SECONDS": seconds} if seconds else {}
    ran = subprocess.run(
        [sys.executable, "-c", first + ASK, "3" if seconds else "0"],
        env=os.environ | given, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stdout.split() == said
