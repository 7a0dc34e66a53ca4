"""The requester's lists of tickets: own, followed, and those of the organisation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset
from tickets.models import Ticket
from tickets.permissions import may_see_organisation
from tickets.querysets import TicketQuerySet

NEWEST_FIRST = Keyset(["-pk"])
PAGE_SIZE = 25
STATUSES = ("open", "solved", "all")
PARTS = ("own", "followed", "organisation")


@login_required
@require_safe
def ticket_list(request: DeskRequest) -> HttpResponse:
    """Filtered by `?of=` (whose) and `?status=`; anything else in the address is ignored."""
    status = _choice(request, "status", STATUSES, "all")
    of = _choice(request, "of", PARTS, "own")
    user = request.user
    if of == "organisation" and not may_see_organisation(user):
        of = "own"
    tickets = _standing_so(Ticket.objects.visible_to(user, part=of), status)
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    context = {
        "page": NEWEST_FIRST.page(tickets.for_portal(), size=PAGE_SIZE, **cursors),
        "status": status,
        "of": of,
        "sees_organisation": may_see_organisation(user),
        "follows": of == "followed" or user.following.exists(),
    }
    return render(request, "tickets/portal_list.html", context)


def _choice(request: DeskRequest, name: str, choices: tuple[str, ...], otherwise: str) -> str:
    wanted = request.GET.get(name, "")
    return wanted if wanted in choices else otherwise


def _standing_so(tickets: TicketQuerySet, status: str) -> TicketQuerySet:
    if status == "open":
        return tickets.unsolved()
    return tickets.solved() if status == "solved" else tickets
