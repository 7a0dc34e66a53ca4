"""Sending what waits in the outbox: at least once, in order for each thread, for 72 hours.

`send_waiting` is the one place where sending begins: worker, timetable and command call it.
"""

import contextlib
import datetime as dt
import logging
import smtplib
import time

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from servicedesk.outbox.delivery import Refusals, hand_over, is_final, is_servers_fault
from servicedesk.outbox.forgetting import forget_if_asked
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.senders import being_sent, in_hands, note

logger = logging.getLogger(__name__)
State = OutgoingEmail.State

GIVES_UP_AFTER = dt.timedelta(hours=72)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: A row that is "being sent" for longer and in nobody's hands was left behind by who died.
LEFT_BEHIND_AFTER = dt.timedelta(minutes=1)
#: A round ends when the server was out of reach so often in a row: the next one tries again.
PATIENCE = 2
#: A round ends after so many seconds, well within the time a worker has for a task.
LONGEST_ROUND = 200


def send_waiting(*, limit: int = 200, at_once: bool = False) -> int:
    """Sends what is due, one mail after another; gives the count sent. May run in parallel.

    `at_once` sends what pauses between two attempts too, each mail once. A mail whose sender
    died in between is sent again with the same Message-ID: at least once. A held desk sends
    nothing.
    """
    if is_held():
        return 0
    began, ends = timezone.now(), time.monotonic() + LONGEST_ROUND
    sent = out_of_reach = 0
    connection = get_connection()
    for _turn in range(limit):
        email = claim(untried_since=began if at_once else None)
        if email is None:
            break
        with being_sent(email):
            fault = deliver(email, connection)
        sent += email.state == State.SENT
        out_of_reach = out_of_reach + 1 if is_servers_fault(fault) else 0
        if out_of_reach == PATIENCE or time.monotonic() > ends:
            break
    _hang_up(connection)
    return sent


@transaction.atomic
def claim(*, untried_since: dt.datetime | None = None) -> OutgoingEmail | None:
    """The next mail to send, marked as being sent; None when nothing is due.

    With `untried_since`, all that wait are due but those that were tried since then.
    """
    now = timezone.now()
    mails = OutgoingEmail.objects.due(
        now if untried_since is None else None, left_behind_since=now - LEFT_BEHIND_AFTER
    )
    if untried_since is not None:
        mails = mails.exclude(claimed_at__gte=untried_since)
    email = (
        mails.exclude(state=State.SENDING, pk__in=in_hands())
        .first_of_their_thread()
        .select_for_update(skip_locked=True)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if email is not None:
        email.state, email.claimed_at = State.SENDING, now
        email.attempts += 1
        email.save(update_fields=["state", "claimed_at", "attempts"])
    return email


def deliver(email: OutgoingEmail, connection: BaseEmailBackend) -> Exception | None:
    """Hands one mail over and keeps the result on its row; gives what went wrong, if anything."""
    try:
        refused = hand_over(email, connection)
    except Exception as error:  # the edge of the mail: whatever it is, the row tells it
        logger.warning("mail %s, attempt %s: %r", email.pk, email.attempts, error)
        _hang_up(connection)
        _not_taken(email, error)
        return error
    _partly_taken(email, refused)
    return None


def _partly_taken(email: OutgoingEmail, refused: Refusals) -> None:
    """Some took it, or all; of the others, some never will."""
    replies = {address: (code, _text(reply)) for address, (code, reply) in refused.items()}
    email.delivered_to += [a for a in email.outstanding if a not in replies]
    email.refused |= {a: f"{code} {text}" for a, (code, text) in replies.items() if code >= 500}
    email.error = "; ".join(f"{a}: {code} {text}" for a, (code, text) in replies.items())[:2000]
    if email.outstanding:
        _wait_or_give_up(email)
    else:
        _end(email, State.FAILED if email.refused else State.SENT)


def _not_taken(email: OutgoingEmail, error: Exception) -> None:
    """Nobody got it."""
    email.error = f"{type(error).__name__}: {error}"[:2000]
    if is_final(error):
        email.refused |= dict.fromkeys(email.outstanding, _text(error))
        _end(email, State.FAILED)
    else:
        _wait_or_give_up(email)


def _wait_or_give_up(email: OutgoingEmail) -> None:
    now = timezone.now()
    pause = min(dt.timedelta(seconds=15 * 2 ** min(email.attempts, 10)), LONGEST_PAUSE)
    if now - email.queued_at > GIVES_UP_AFTER:
        _end(email, State.FAILED)
    else:
        email.next_attempt_at = now + pause
        _end(email, State.WAITING)


#: What an attempt writes.
RESULT = [
    "state", "sent_at", "failed_at", "error", "delivered_to", "refused", "next_attempt_at",
]  # fmt: skip


def _end(email: OutgoingEmail, state: str) -> None:
    """The result of this attempt, written in one go."""
    email.state = state
    email.sent_at = timezone.now() if state == State.SENT else None
    email.failed_at = timezone.now() if state == State.FAILED else None
    written = RESULT
    if state == State.SENT and email.secret:
        email.body_text = email.shown_text
        email.body_html = email.without_secret(email.body_html)
        email.secret = ""
        written = [*RESULT, "body_text", "body_html", "secret"]
    note(email, written)
    forget_if_asked(email)


def _text(reply: object) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return " ".join(text.split())[:500]


def _hang_up(connection: BaseEmailBackend) -> None:
    """Closes it, whatever the server thinks of that; the next mail opens a new one."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        connection.close()
