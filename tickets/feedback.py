"""Reading what was said of our help."""

from __future__ import annotations

from django.db.models import QuerySet

from servicedesk.accounts.models import User
from tickets.models import Rating, ThanksToCheck, Ticket


def opinions(reader: User, shown: str) -> QuerySet[Rating]:
    """Of tickets this person sees: those to follow up (`open`), negative or positive ones."""
    rows = Rating.objects.filter(ticket__in=Ticket.objects.visible_to(reader)).select_related(
        "ticket__requester", "ticket__organisation", "ticket__assignee", "ticket__team"
    )
    return rows.filter(follow_up_open=True) if shown == "open" else rows.filter(verdict=shown)


def thanks_to_check(reader: User) -> QuerySet[ThanksToCheck]:
    """Mails that were taken for mere thanks and that nobody of the desk read yet."""
    seen = Ticket.objects.visible_to(reader)
    return ThanksToCheck.objects.filter(message__ticket__in=seen).select_related(
        "message__ticket", "message__author__organisation"
    )
