"""May this mail get a receipt? Only the first mail of a person, and never too many.

The receipt itself is written by `tickets.notifications` as for every door; here is decided whether
there is one. The answer is a column of the mail, counted under a lock, so that a flood that comes
in at one instant is answered no more often than one after another.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from servicedesk.accounts.models import User
from tickets.mail.machine_mail import may_be_answered
from tickets.models import IncomingEmail, MailPolicy, Ticket

WITHIN = dt.timedelta(hours=1)


def may_have_receipt(email: IncomingEmail, sender: User) -> bool:
    """The mail came from a person, now, and neither that person nor the desk is flooded."""
    if email.kind != IncomingEmail.Kind.PERSON or email.is_late or not sender.is_active:
        return False
    return may_be_answered(email.from_email) and _is_within_caps(email.from_email)


def is_silent(ticket: Ticket) -> bool:
    """So many mails came in on this ticket of late that nobody is mailed about another one."""
    since = timezone.now() - WITHIN
    lately = IncomingEmail.objects.of_ticket(ticket).filter(received_at__gt=since).count()
    return lately >= MailPolicy.current().mails_per_ticket


def wants_receipt(ticket: Ticket) -> bool:
    """For the letters: a ticket from a mail has a receipt only where that was decided."""
    if ticket.channel != Ticket.Channel.MAIL:
        return True
    mails = IncomingEmail.objects.of_ticket(ticket).order_by("pk")
    return mails.values_list("is_answered", flat=True).first() is not False


def _is_within_caps(address: str) -> bool:
    policy = MailPolicy.current()
    _lock(f"receipts:{address}")
    answered = IncomingEmail.objects.filter(
        is_answered=True, processed_at__gt=timezone.now() - WITHIN
    )
    counts = answered.aggregate(all=Count("pk"), theirs=Count("pk", filter=Q(from_email=address)))
    return (
        counts["theirs"] < policy.receipts_per_sender and counts["all"] < policy.receipts_in_total
    )


def _lock(name: str) -> None:
    """Others who ask for the same name wait until this transaction ends."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
