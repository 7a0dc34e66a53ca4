"""When the database is away, whatever its driver calls that."""

from django.db import DatabaseError, InterfaceError, OperationalError


def is_away(error: BaseException | None) -> bool:
    """It could not be reached, or broke off: no fault of what was asked.

    A connection that ends in the middle of an answer is a plain DatabaseError to psycopg2; what is
    wrong with a statement always has a class of its own (PEP 249).
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError
