"""Mail that did not arrive: shown on the ticket and its people, and told to who handles it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from servicedesk.accounts.models import Membership, User
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.retrying import what_to_do
from servicedesk.outbox.writing import notify
from tickets.models import Ticket, UndeliverableAddress

#: How far a round looks back; what failed before was told by an earlier one.
TOLD_WITHIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class Undelivered:
    """A mail that failed, and a sentence that says what helps."""

    email: OutgoingEmail
    what_to_do: str

    @property
    def who(self) -> list[str]:
        """The addresses that do not have it."""
        return list(self.email.refused) or self.email.outstanding


def undelivered(ticket: Ticket) -> list[Undelivered]:
    """The mails about this ticket that failed, the latest first. One query."""
    failed = OutgoingEmail.objects.failed().of_tickets(ticket.pk)
    mails = failed.defer("body_text", "body_html").order_by("-pk")[:10]
    return [Undelivered(email, what_to_do(email)) for email in mails]


def failing_address(person: User) -> UndeliverableAddress | None:
    """What a mail server said of this person's address, when it takes no mail. One query."""
    return UndeliverableAddress.objects.filter(email=person.email).first()


def tell_of_failures(*, now: dt.datetime | None = None) -> int:
    """A line behind the bell of whoever handles the ticket, once for each failure; their count."""
    since = (now or timezone.now()) - TOLD_WITHIN
    failed = OutgoingEmail.objects.failed().filter(failed_at__gte=since)
    mails = {
        mail.ticket: f"mail-failed-{mail.pk}-{mail.failed_at:%s}"
        for mail in failed.only("thread", "failed_at")
        if mail.ticket is not None and mail.failed_at is not None
    }
    tickets = Ticket.objects.filter(pk__in=mails).only("assignee", "team")
    for ticket in tickets:
        notify(_handlers(ticket), key=mails[ticket.pk], kind="mail_failed", ticket=ticket.pk)
    return len(tickets)


def _handlers(ticket: Ticket) -> list[int]:
    if ticket.assignee_id:
        return [ticket.assignee_id]
    members = Membership.objects.filter(team=ticket.team_id, user__is_active=True)
    return list(members.values_list("user_id", flat=True)) if ticket.team_id else []
