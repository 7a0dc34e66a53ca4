"""Changing many tickets at once: choosing what, and doing it to each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from tickets.forms.bulk import CHANGES, ChangeForm
from tickets.many import MOST, Results, Ticked, each, ticked
from tickets.models import Ticket
from tickets.queues import Board
from tickets.views.at_desk import desk_only


@desk_only
@require_safe
def bulk_choose(request: DeskRequest) -> HttpResponse:
    """What can be done to the ticked tickets: as menus for the list, or as a page of its own."""
    context: dict[str, Any] = {
        "forms": {name: form(by=request.user) for name, form in CHANGES.items()},
        "next": where_next(request, otherwise="home"),
    }
    if request.htmx:
        return render(request, "tickets/_bulk_menus.html", context)
    chosen = ticked(request.GET.getlist("ticket"))[:MOST]
    found = Ticket.objects.visible_to(request.user).for_rows()
    tickets = found.filter(pk__in=[one.number for one in chosen]).order_by("pk")
    more = {"chosen": chosen, "tickets": tickets}
    return render(request, "tickets/bulk.html", context | more)


@desk_only
@require_POST
def bulk_change(request: DeskRequest, name: str) -> HttpResponse:
    """Does it to each of the ticked tickets, and says of each that refuses why."""
    if name not in CHANGES:
        raise Http404
    chosen = ticked(request.POST.getlist("ticket"))
    form = CHANGES[name](request.POST, by=request.user)
    results = Results()
    if fault := _fault(chosen, form):
        messages.error(request, fault)
    else:
        results = each(chosen, form.act, by=request.user)
        _tell(request, results)
    if request.htmx:
        return _rows(request, chosen, results)
    return redirect(where_next(request, otherwise="home"))


def _fault(chosen: list[Ticked], form: ChangeForm) -> str:
    if not chosen:
        return _("Tick a ticket first.")
    if len(chosen) > MOST:
        return _("At most %(count)d tickets at a time. Tick fewer.") % {"count": MOST}
    return form.sentence


def _tell(request: DeskRequest, results: Results) -> None:
    """ "3 gewijzigd, 1 niet: #10023: Dit ticket is afgesloten." """
    done, refused = len(results.done), len(results.refused)
    words = ngettext("%(count)d ticket changed", "%(count)d tickets changed", done)
    said = words % {"count": done}
    if not refused:
        messages.success(request, f"{said}.")
        return
    why = " ".join(f"#{number}: {sentence}" for number, sentence in results.refused.items())
    messages.warning(
        request,
        _("%(changed)s, %(count)d not. %(why)s") % {"changed": said, "count": refused, "why": why},
    )


def _rows(request: DeskRequest, chosen: list[Ticked], results: Results) -> HttpResponse:
    """The rows as they are now, in place, with what stands around them."""
    board = Board(request.user)
    queue = board.find(request.POST.get("queue", ""))
    numbers = [one.number for one in chosen[:MOST]]
    seen = Ticket.objects.visible_to(request.user).filter(pk__in=numbers)
    here = (
        queue.tickets(request.user).filter(pk__in=numbers).values_list("pk", flat=True)
        if queue
        else numbers
    )
    context = {
        "board": board.count(),
        "queue": queue,
        "rows": seen.for_queue().with_unread(request.user),
        "left": set(numbers) - set(here),
    }
    response = render(request, "tickets/_bulk_changed.html", context)
    return trigger_client_event(response, "desk:changed", {"done": results.done})
