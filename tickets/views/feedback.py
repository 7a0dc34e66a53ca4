"""What was said of our help: opinions to follow up, and thanks by mail that a person reads too."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset
from tickets.actions.rating import check_thanks
from tickets.actions.transitions import reopen
from tickets.feedback import opinions, thanks_to_check
from tickets.queues import Board
from tickets.views.at_desk import desk_only, refusals_shown, ticket_at_desk

LATEST_FIRST = Keyset(["-answered_at", "-ticket_id"])
NEWEST_FIRST = Keyset(["-message_id"])
SHOWN = ("open", "negative", "positive")


@desk_only
@require_safe
def feedback(request: DeskRequest) -> HttpResponse:
    """Opinions (`?shown=`, at first those to follow up) and thanks that came by mail."""
    shown = request.GET.get("shown", "")
    shown = shown if shown in (*SHOWN, "thanks") else "open"
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    order = NEWEST_FIRST if shown == "thanks" else LATEST_FIRST
    rows = thanks_to_check(request.user) if shown == "thanks" else opinions(request.user, shown)
    context = {
        "shown": shown,
        "page": order.page(rows, after=after, before=before),
        "board": (board := Board(request.user).count()),
        "open_opinions": board.to_follow_up,
        "open_thanks": thanks_to_check(request.user).count(),
    }
    return render(request, "tickets/feedback.html", context)


@desk_only
@require_POST
def thanks_check(request: DeskRequest, number: int) -> HttpResponse:
    """It is no more than thanks."""
    ticket = ticket_at_desk(request, number)
    with refusals_shown(request):
        check_thanks(ticket, by=request.user)
    return redirect(f"{reverse('tickets:feedback')}?shown=thanks")


@desk_only
@require_POST
def thanks_reopen(request: DeskRequest, number: int) -> HttpResponse:
    """It is a question after all: the desk goes on with it."""
    ticket = ticket_at_desk(request, number)
    with refusals_shown(request):
        reopen(ticket, by=request.user)
        check_thanks(ticket, by=request.user)
    return redirect(ticket)
