"""Mail comes in: kept, read, and then what a person would have done through another door.

Two steps, both of which may be repeated. `keep` commits the raw mail; then its sender's server may
be told “taken”. `process` reads it and calls one verb; whatever is written, the outcome on the row
included, is one transaction. A mail that cannot be processed lies in quarantine for a person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import connection
from django.utils import timezone

from servicedesk.lib.database import is_away
from servicedesk.outbox.models import OutgoingEmail
from tickets.mail.confined import Unreadable, read_confined
from tickets.mail.deciding import carry_out
from tickets.mail.keeping import Arrival, keep, only_one, raw_bytes
from tickets.mail.mail import Mail
from tickets.mail.reading_ahead import Reading
from tickets.models import IncomingEmail

logger = logging.getLogger(__name__)
State, Reason = IncomingEmail.State, IncomingEmail.Reason

MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Taken:
    """What became of one delivery."""

    email: IncomingEmail
    is_duplicate: bool

    @property
    def outcome(self) -> str:
        if self.is_duplicate:
            return "duplicate"
        return self.email.outcome or self.email.state

    @property
    def is_acknowledged(self) -> bool:
        """This delivery put a receipt to its sender into the outbox. One query at most."""
        if self.is_duplicate or not self.email.is_answered:
            return False
        letters = OutgoingEmail.objects.of_thread(f"ticket:{self.email.ticket_id}")
        return letters.filter(to__contains=[self.email.from_email]).exists()


def take_in(raw: bytes, arrival: Arrival, *, reading: Reading | None = None) -> Taken:
    """One delivery, from the bytes to the ticket. Committed when this returns.

    The same mail again, also at the same instant, changes nothing. Raises what the database or
    the disk say; then either nothing was stored, or a later delivery or the sweep goes on with it.
    `reading`: somebody began to read it already.
    """
    email, is_new = keep(raw, arrival)
    if not is_new and email.state != State.RECEIVED:
        return Taken(email, is_duplicate=True)
    with only_one(email):
        if not IncomingEmail.objects.to_process().filter(pk=email.pk).exists():
            email.refresh_from_db()  # somebody else, who came at the same instant, did it
            return Taken(email, is_duplicate=not is_new)
        _process(email, reading.mail if reading else partial(read_confined, raw))
    return Taken(email, is_duplicate=False)


def process_received(*, limit: int = 200) -> int:
    """Goes on with mails that are kept and not processed, oldest first; gives how many it met.

    May run twice, and beside deliveries: what somebody else is at is left to them.
    """
    waiting = IncomingEmail.objects.to_process().order_by("pk")[:limit]
    return sum(_go_on(email) for email in waiting)


def _go_on(email: IncomingEmail) -> bool:
    with only_one(email, wait=False) as mine:
        email.refresh_from_db()
        if not mine or email.state != State.RECEIVED:
            return False
        if email.attempts >= MOST_ATTEMPTS:
            quarantine(email, Reason.FAILED)
            return True
        email.attempts += 1
        email.save(update_fields=["attempts"])  # before reading: it may kill who reads it
        try:
            _process(email, lambda: read_confined(raw_bytes(email)))
        except FileNotFoundError:
            quarantine(email, Reason.LOST)
        except Exception as error:
            if _is_ours(error):  # that was no attempt of the mail
                connection.close_if_unusable_or_obsolete()
                IncomingEmail.objects.filter(pk=email.pk).update(attempts=email.attempts - 1)
            raise
    return True


def _process(email: IncomingEmail, read: Callable[[], Mail]) -> None:
    while email.state == State.RECEIVED:
        try:
            carry_out(email, read())
        except Unreadable as error:
            quarantine(email, error.reason)
        except Exception as error:
            if _is_ours(error):
                raise
            logger.exception(
                "mail %s could not be processed (attempt %s)", email.pk, email.attempts
            )
            email.refresh_from_db()
            if email.attempts >= MOST_ATTEMPTS:
                quarantine(email, Reason.FAILED)
            else:
                email.attempts += 1
                email.save(update_fields=["attempts"])


def _is_ours(error: Exception) -> bool:
    """No room, or no database: nothing is wrong with the mail."""
    return isinstance(error, OSError) or is_away(error)


def quarantine(email: IncomingEmail, reason: str) -> IncomingEmail:
    """Puts the mail aside for a person, with the reason."""
    email.state, email.reason, email.processed_at = State.QUARANTINED, reason, timezone.now()
    email.save(update_fields=["state", "reason", "processed_at"])
    return email
