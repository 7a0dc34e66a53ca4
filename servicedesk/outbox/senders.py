"""Who sends right now: a lock of the connection says so, and whoever dies lets go of it.

A mail that is “being sent” by nobody was left behind, by a worker that was killed or by a database
that stopped between the claim and its result. Without the lock it could only be waited for until
the slowest server would have answered.
"""

import contextlib
import logging
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from servicedesk.lib.database import is_away
from servicedesk.outbox.models import OutgoingEmail

logger = logging.getLogger(__name__)

#: "send", as the first of the two numbers of these locks; the second is the number of the mail.
SPACE = 0x73656E64
NUMBERS = 2**31
#: "rnds", and behind it the number of the round.
ROUNDS = 0x726E6473
#: Seconds between tries to reach a database that is away: it may have to recover.
PAUSES = (0.5, 1, 2, 4, 8, 15)


@contextlib.contextmanager
def a_round() -> Iterator[bool]:
    """Whether there is place for one more round of sending; if so it is taken while this is open.

    What is written just as a round ends is found by the timetable.
    """
    for number in range(settings.DESK_MAIL_ROUNDS):
        with _held(ROUNDS, number, "SELECT pg_try_advisory_lock(%s, %s)") as is_ours:
            if is_ours:
                yield True
                return
    yield False


@contextlib.contextmanager
def being_sent(email: OutgoingEmail) -> Iterator[None]:
    """This process has the mail in its hands as long as this context is open, and lives."""
    with _held(SPACE, email.pk % NUMBERS, "SELECT pg_advisory_lock(%s, %s)"):
        yield


@contextlib.contextmanager
def _held(space: int, number: int, how: str) -> Iterator[bool]:
    """A lock while this is open; False when it was not to be had."""
    with connection.cursor() as cursor:
        cursor.execute(how, [space, number])
        (answer,) = cursor.fetchone()
    is_ours = answer is not False  # waiting for it answers nothing
    try:
        yield is_ours
    finally:
        # A connection that broke has let go already.
        if is_ours:
            with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, number])


def in_hands() -> list[int]:
    """The numbers of the mails that somebody sends right now. One query, whatever their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 "
            "AND datname = current_database()",
            [SPACE],
        )
        return [number for (number,) in cursor.fetchall()]


def note(email: OutgoingEmail, fields: list[str]) -> None:
    """Writes down what became of a mail; a database that is away is waited for.

    What a mail server took would go out twice if that were forgotten.
    """
    for pause in PAUSES:
        try:
            email.save(update_fields=fields)
            return
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or not is_away(error):
                raise
            logger.warning("the result of mail %s waits for the database: %r", email.pk, error)
            connection.close()
            time.sleep(pause)
    email.save(update_fields=fields)
