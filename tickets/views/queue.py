"""The queues of the desk: the list, what changed in it since, one ticket beside it, its filters."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import asked_by_itself
from tickets import news
from tickets.case import checklist
from tickets.dispatching import dispatched_within
from tickets.filters import filter_form, narrowed
from tickets.forms.bulk import AssignForm
from tickets.models import Ticket
from tickets.queues import PAGE, Board, Queue
from tickets.search import number_in
from tickets.views.at_desk import desk_only, ticket_at_desk


@desk_only
@require_safe
def queue_home(request: DeskRequest) -> HttpResponse:
    """Where an agent begins."""
    return redirect("tickets:queue", "dispatch")


@desk_only
@require_safe
def queue(request: DeskRequest, slug: str) -> HttpResponse:
    """The tickets of a queue, most urgent first."""
    board, shown = _place(request, slug)
    since = news.newest()
    tickets, chips = narrowed(shown.tickets(request.user), request.GET, hides=shown.hides)
    page = shown.page(
        tickets,
        reader=request.user,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = _around(board, shown) | {
        "page": page,
        "chips": chips,
        "since": since,
        "split": shown.slug == "dispatch",
        "whole": not page.next_cursor and not page.previous_cursor,
    }
    if not page.rows:
        context |= _empty(shown, chips)
    return render(request, "tickets/queue.html", context)


@desk_only
@require_safe
@asked_by_itself
def queue_news(request: DeskRequest, slug: str) -> HttpResponse:
    """What happened after event `?since=`: rows to replace and how many came in. 204: nothing."""
    board, shown = _place(request, slug)
    tickets, _chips = narrowed(shown.tickets(request.user), request.GET, hides=shown.hides)
    told = news.since(
        number_in(request.GET.get("since", "")) or 0,
        tickets,
        reader=request.user,
        shown=[number_in(text) or 0 for text in request.GET.get("shown", "").split(",")[:PAGE]],
        again="again" in request.GET,
    )
    if told is None:
        return HttpResponse(status=204)
    return render(request, "tickets/_queue_news.html", _around(board, shown) | {"news": told})


@desk_only
@require_safe
def queue_preview(request: DeskRequest, number: int) -> HttpResponse:
    """One ticket beside the list: what was asked, and to whom it goes."""
    ticket = ticket_at_desk(request, number)
    board = Board(request.user)
    first = ticket.messages.public().prefetch_related("attachments").first()
    given = {"team": ticket.team_id, "assignee": ticket.assignee_id}
    context = {
        "ticket": ticket,
        "message": first,
        "checklist": checklist(ticket),
        "form": AssignForm(by=request.user, initial=given, ids="preview"),
        "queue": board.find(request.GET.get("queue", "")),
    }
    return render(request, "tickets/_preview.html", context)


@desk_only
@require_safe
def queue_filter(request: DeskRequest, slug: str) -> HttpResponse:
    """The filters of a queue: a panel of its page, or a page of its own."""
    _board, shown = _place(request, slug)
    form = filter_form(request.GET, hides=shown.hides)
    template = "tickets/_filter_form.html" if request.htmx else "tickets/queue_filter.html"
    return render(request, template, {"form": form, "queue": shown})


def _place(request: DeskRequest, slug: str) -> tuple[Board, Queue]:
    board = Board(request.user)
    shown = board.find(slug)
    if shown is None:
        raise Http404
    return board, shown


def _around(board: Board, shown: Queue) -> dict[str, Any]:
    counted = board.count()
    return {
        "board": counted,
        "queue": shown,
        "entry": counted.entry(shown.slug),
        "counts": {entry.queue.slug.replace("-", "_"): entry.count for entry in counted.entries},
        "now": timezone.now(),
    }


def _empty(shown: Queue, chips: list[Any]) -> dict[str, Any]:
    """What an empty list says: how the day went, or where a new desk begins."""
    if shown.slug != "dispatch" or chips:
        return {}
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "in_dispatch": dispatched_within(midnight, now),
        "is_first_day": not Ticket.objects.exists(),
    }
