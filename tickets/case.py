"""What stands beside the conversation on the agent's page, each in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Min, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import Branch, User
from tickets.actions import merging
from tickets.intake import answers
from tickets.models import Forwarding, Ticket, TicketEvent

#: Nobody reads a number beyond this; counting stops there, so that it costs the same everywhere.
COUNT_AT_MOST = 500
YEAR = dt.timedelta(days=365)


def beside(ticket: Ticket) -> dict[str, Any]:
    """All of it by the names that the templates use."""
    branches = list(Branch.objects.filter(organisation=ticket.organisation))
    forwardings = with_suppliers(ticket)
    return {
        "handling": handling(ticket),
        "figures": figures(ticket),
        "followers": followers(ticket),
        "relatives": relatives(ticket),
        "undo_until": undo_until(ticket),
        "forwardings": forwardings,
        "with_supplier": [one for one in forwardings if one.is_open],
        "branches": branches,
        "checklist": checklist(ticket),
        "branch": next((one for one in branches if one.pk == ticket.branch_id), None),
    }


def undo_until(ticket: Ticket) -> dt.datetime | None:
    """Until when the merge of this ticket can be undone; None when it cannot (any more)."""
    if ticket.merged_into_id is None:
        return None
    merged = merging.last_merge(ticket)
    return merging.undo_until(merged) if merging.may_undo(merged) else None


def relatives(ticket: Ticket) -> list[Ticket]:
    """Tickets that follow up this one or were merged into it, the first ten. One query."""
    kin = Ticket.objects.filter(Q(follows_up=ticket) | Q(merged_into=ticket))
    return list(kin.only("follows_up_id", "merged_into_id").order_by("pk")[:10])


def with_suppliers(ticket: Ticket) -> list[Forwarding]:
    """Its threads with suppliers, those that ended too, the latest first. One query."""
    threads = ticket.forwardings.select_related("supplier", "forwarded_by")
    return list(threads.order_by("-pk"))


@dataclass(frozen=True)
class Checklist:
    """What the guided form asked: label and answer of each, and what stayed open."""

    given: list[tuple[str, str]]
    missing: list[str]

    @property
    def asked(self) -> int:
        return len(self.given) + len(self.missing)

    @property
    def is_whole(self) -> bool:
        return not self.missing


def checklist(ticket: Ticket) -> Checklist:
    """Empty for a ticket that came without the form. At most three queries."""
    given = answers.shown(ticket)
    if ticket.impact:
        given.insert(0, (_("Impact"), ticket.get_impact_display()))
    if sort := answers.sort_label(ticket):
        given.insert(0, (_("Kind of question"), sort))
    return Checklist(given, answers.missing(ticket))


def followers(ticket: Ticket) -> list[User]:
    """Who reads along, in the order in which they came."""
    reading = User.objects.filter(following__ticket=ticket).select_related("organisation")
    return list(reading.order_by("following__pk"))


@dataclass(frozen=True)
class Handling:
    """How often the desk was in contact, and how long the ticket waited for an assignment."""

    contacts: int
    in_dispatch: dt.timedelta
    waits: bool


def handling(ticket: Ticket, *, now: dt.datetime | None = None) -> Handling:
    """Read from the log: public replies of people of the desk and calls count as contacts."""
    reply = Q(kind="public_reply_added", data__side="desk", data__automatic=False)
    found = TicketEvent.objects.filter(ticket=ticket).aggregate(
        contacts=Count("pk", filter=reply | Q(kind="call_logged")),
        assigned_at=Min("at", filter=Q(kind="assigned")),
    )
    until = found["assigned_at"] or now or timezone.now()
    return Handling(found["contacts"], until - ticket.created_at, found["assigned_at"] is None)


@dataclass(frozen=True)
class Figures:
    """Tickets of an organisation, or of a person who belongs to none."""

    unsolved: int
    last_year: int
    at_most: int = COUNT_AT_MOST


def figures(ticket: Ticket, *, now: dt.datetime | None = None) -> Figures:
    """The other questions from the same side. Counts stop at `COUNT_AT_MOST`. One query."""
    if ticket.organisation_id:
        theirs = Ticket.objects.filter(organisation_id=ticket.organisation_id)
    else:
        theirs = Ticket.objects.filter(requester_id=ticket.requester_id, organisation=None)
    since = (now or timezone.now()) - YEAR
    latest = theirs.order_by("-pk").values("pk")[:COUNT_AT_MOST]
    counts = Ticket.objects.filter(pk=ticket.pk).values_list(
        RowsOf(theirs.unsolved().order_by().values("pk")[:COUNT_AT_MOST]),
        RowsOf(Ticket.objects.filter(pk__in=latest, created_at__gte=since).values("pk")),
    )
    return Figures(*counts.get())


class RowsOf(Subquery):
    """How many rows a query gives, inside another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
