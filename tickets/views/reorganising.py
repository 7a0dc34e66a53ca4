"""Merging, splitting, moving, setting aside: what an agent does when things stand wrongly.

What needs thought is a dialog on the page of the ticket, and a page of its own without scripts.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from servicedesk.lib.pagination import Keyset
from tickets.actions.merging import undo_merge
from tickets.actions.moving import guard_movable
from tickets.actions.setting_aside import set_aside, take_back
from tickets.exceptions import TicketError
from tickets.forms.reorganising import MergeForm, MoveForm, SplitForm
from tickets.models import Message, Ticket
from tickets.queues import Board
from tickets.views.at_desk import desk_only, refusals_shown, ticket_at_desk

NEWEST_FIRST = Keyset(["-pk"])


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_merge(request: DeskRequest, number: int) -> HttpResponse:
    """Chooses the ticket that stays, says what will happen, and does it."""
    ticket = ticket_at_desk(request, number)
    chosen = request.POST if request.method == "POST" else request.GET
    form = MergeForm(chosen if "into" in chosen else None, ticket=ticket, by=request.user)
    if request.method == "POST" and (target := _saved(form)):
        said = _("#%(source)s is merged into this ticket. You can undo it for 24 hours.")
        messages.success(request, said % {"source": ticket.pk})
        return redirect(target)
    return _act(request, "tickets/_merge.html", ticket, form)


@desk_only
@require_POST
def merge_undo(request: DeskRequest, number: int) -> HttpResponse:
    """Parts a merged ticket from the one that stayed."""
    ticket = ticket_at_desk(request, number)
    with refusals_shown(request):
        undo_merge(ticket, by=request.user)
        messages.success(request, _("The merge is undone: this ticket stands by itself again."))
    return redirect(ticket)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def message_split(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """A message becomes a ticket of its own."""
    ticket, message = _message(request, number, pk)
    form = SplitForm(_posted(request), message=message, by=request.user)
    if new := _saved(form):
        said = _("Ticket #%(new)s was made of a message of #%(old)s.")
        messages.success(request, said % {"new": new.pk, "old": ticket.pk})
        return redirect(new)
    return _act(request, "tickets/_split.html", ticket, form, message=message)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def message_move(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """A message goes to another ticket."""
    ticket, message = _message(request, number, pk)
    chosen = request.POST if request.method == "POST" else request.GET
    form = MoveForm(chosen if "into" in chosen else None, message=message, by=request.user)
    if request.method == "POST" and (target := _saved(form)):
        said = _("The message stands on this ticket now. It came from #%(old)s.")
        messages.success(request, said % {"old": ticket.pk})
        return redirect(f"{target.get_absolute_url()}#message-{message.pk}")
    return _act(request, "tickets/_move.html", ticket, form, message=message)


@desk_only
@require_POST
def ticket_set_aside(request: DeskRequest, number: int) -> HttpResponse:
    """Spam or a test: out of queues, searches and figures."""
    ticket = ticket_at_desk(request, number)
    with refusals_shown(request):
        set_aside(ticket, request.POST.get("as", ""), by=request.user)
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))


@desk_only
@require_POST
def ticket_take_back(request: DeskRequest, number: int) -> HttpResponse:
    """A real question after all."""
    ticket = ticket_at_desk(request, number)
    with refusals_shown(request):
        take_back(ticket, by=request.user)
        messages.success(request, _("#%s is taken back: it counts again.") % ticket.pk)
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))


@desk_only
@require_safe
def outside_list(request: DeskRequest) -> HttpResponse:
    """Tickets that figures leave out, newest first, by `?why=`."""
    why = request.GET.get("why", "")
    why = why if why in Ticket.Outside.values else Ticket.Outside.SPAM.value
    tickets = Ticket.objects.visible_to(request.user).outside(why).for_rows()
    context = {
        "page": NEWEST_FIRST.page(
            tickets, after=request.GET.get("after", ""), before=request.GET.get("before", "")
        ),
        "why": why,
        "reasons": Ticket.Outside.choices,
        "board": Board(request.user).count(),
    }
    return render(request, "tickets/outside_list.html", context)


def _message(request: DeskRequest, number: int, pk: int) -> tuple[Ticket, Message]:
    ticket = ticket_at_desk(request, number)
    seen = Message.objects.visible_to(request.user).select_related("author", "ticket")
    return ticket, get_object_or_404(seen, pk=pk, ticket=ticket)


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _saved(form: MergeForm | MoveForm | SplitForm) -> Ticket | None:
    """What the form made, or nothing: then it says why."""
    if not form.is_valid():
        return None
    try:
        return form.save()
    except TicketError as refusal:
        form.add_error(None, str(refusal))
        return None


def _act(
    request: DeskRequest,
    template: str,
    ticket: Ticket,
    form: MergeForm | MoveForm | SplitForm,
    *,
    message: Message | None = None,
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "form": form,
        "message": message,
        "body": template,
        "refusal": _refusal(message) if message else "",
    }
    refused = request.method == "POST"
    page = template if request.htmx and not refused else "tickets/ticket_act.html"
    return render(request, page, context, status=422 if refused else 200)


def _refusal(message: Message) -> str:
    """Why this message cannot leave its ticket; empty when it can."""
    try:
        guard_movable(message)
    except TicketError as refusal:
        return str(refusal)
    return ""
