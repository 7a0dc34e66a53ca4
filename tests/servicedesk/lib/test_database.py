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
