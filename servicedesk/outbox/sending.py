"""Sending what waits in the outbox: at least once, in order for each thread, for 72 hours."""

import datetime as dt
import logging
import smtplib

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from servicedesk.outbox.models import OutgoingEmail

logger = logging.getLogger(__name__)
State = OutgoingEmail.State

GIVES_UP_AFTER = dt.timedelta(hours=72)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: A row that is "being sent" for longer was left behind by a worker that died.
LEFT_BEHIND_AFTER = dt.timedelta(minutes=15)


def send_waiting(*, limit: int = 200) -> int:
    """Sends what is due, one mail after another; gives the count sent. May run in parallel.

    A mail whose sender died in between is sent again with the same Message-ID: at least once.
    """
    sent = 0
    connection = get_connection()
    for _turn in range(limit):
        email = claim()
        if email is None:
            break
        sent += deliver(email, connection)
    connection.close()
    return sent


@transaction.atomic
def claim() -> OutgoingEmail | None:
    """The next mail to send, marked as being sent; None when nothing is due."""
    now = timezone.now()
    earlier = OutgoingEmail.objects.filter(
        thread=OuterRef("thread"), pk__lt=OuterRef("pk"), state__in=[State.WAITING, State.SENDING]
    )
    due = Q(state=State.WAITING, next_attempt_at__lte=now)
    left_behind = Q(state=State.SENDING, claimed_at__lt=now - LEFT_BEHIND_AFTER)
    email = (
        OutgoingEmail.objects.filter(due | left_behind)
        .filter(~Exists(earlier))
        .select_for_update(skip_locked=True)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if email is not None:
        email.state, email.claimed_at = State.SENDING, now
        email.attempts += 1
        email.save(update_fields=["state", "claimed_at", "attempts"])
    return email


def deliver(email: OutgoingEmail, connection: BaseEmailBackend) -> bool:
    """Hands one mail over and keeps the result on its row; True when it was taken."""
    try:
        as_message(email, connection).send()
    except (OSError, smtplib.SMTPException) as error:
        _not_taken(email, error)
        connection.close()
        return False
    email.state, email.sent_at, email.error = State.SENT, timezone.now(), ""
    email.save(update_fields=["state", "sent_at", "error"])
    return True


def as_message(email: OutgoingEmail, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
    """The mail as Django sends it: plain text, and HTML where there is any."""
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.body_text,
        from_email=email.from_email,
        to=email.to,
        cc=email.cc,
        headers={"Message-ID": email.message_id, **email.headers},
        connection=connection,
    )
    if email.body_html:
        message.attach_alternative(email.body_html, "text/html")
    return message


def _not_taken(email: OutgoingEmail, error: Exception) -> None:
    now = timezone.now()
    pause = min(dt.timedelta(seconds=15 * 2**email.attempts), LONGEST_PAUSE)
    hopeless = _is_final(error) or now - email.created_at > GIVES_UP_AFTER
    email.state = State.FAILED if hopeless else State.WAITING
    email.next_attempt_at = now + pause
    email.error = f"{type(error).__name__}: {error}"[:2000]
    email.save(update_fields=["state", "next_attempt_at", "error"])
    logger.warning("mail %s not sent (attempt %s): %s", email.pk, email.attempts, email.state)


def _is_final(error: Exception) -> bool:
    """The server said “never” (a 5xx reply, RFC 5321 4.2.1) rather than “not now”."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600
