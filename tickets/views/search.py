"""Search of the desk: a number jumps to its ticket, words find tickets."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from servicedesk.accounts.models import Organisation
from servicedesk.accounts.requests import DeskRequest
from tickets import search
from tickets.filters import filter_form, narrowed
from tickets.finding import find
from tickets.models import Ticket
from tickets.queues import Board
from tickets.views.at_desk import desk_only

MOST_ORGANISATIONS = 3


@desk_only
@require_safe
def queue_search(request: DeskRequest) -> HttpResponse:
    """Tickets that hold the words, newest first; without words those that fit the filters."""
    words = search.tidy(request.GET.get("q", ""))
    seen = Ticket.objects.visible_to(request.user)
    number = search.number_in(words)
    if number is not None and (ticket := seen.filter(pk=number).first()):
        return redirect(ticket)
    tickets, chips = narrowed(seen.at_hand(), request.GET)
    page = find(
        words,
        reader=request.user,
        among=tickets if chips else None,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "board": Board(request.user).count(),
        "words": words,
        "page": page,
        "chips": chips,
        "organisations": _organisations(request, words),
    }
    return render(request, "tickets/queue_search.html", context)


@desk_only
@require_safe
def search_filter(request: DeskRequest) -> HttpResponse:
    """The filters of search: a panel of its page, or a page of its own."""
    template = "tickets/_filter_form.html" if request.htmx else "tickets/queue_filter.html"
    return render(request, template, {"form": filter_form(request.GET), "queue": None})


def _organisations(request: DeskRequest, words: str) -> list[Organisation]:
    """Organisations that are called so: their tickets are one click away."""
    if len(words) < 3 or request.GET.get("organisation"):
        return []
    named = Organisation.objects.visible_to(request.user).filter(name__icontains=words)
    return list(named[:MOST_ORGANISATIONS])
