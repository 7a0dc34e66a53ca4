"""What is still being written: saved while typing, thrown away when asked.

Each address names a kind of draft and, for what is written on a ticket, its number.
"""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from tickets.actions import drafting
from tickets.exceptions import TicketError
from tickets.forms.typed import token_in, typed
from tickets.models import Draft, Ticket
from tickets.permissions import may_draft

ON_A_TICKET = {Draft.Kind.PUBLIC_REPLY, Draft.Kind.INTERNAL_NOTE, Draft.Kind.TO_SUPPLIER}


@login_required
@require_POST
def draft_save(request: DeskRequest, kind: str, number: int | None = None) -> HttpResponse:
    """Keeps the fields of the form as they are. Answers with the line that says so."""
    draft, fault = kept(request, kind, number)
    context = {"draft": draft, "fault": fault}
    return render(request, "tickets/_draft_note.html", context, status=422 if fault else 200)


@login_required
@require_POST
def draft_discard(request: DeskRequest, kind: str, number: int | None = None) -> HttpResponse:
    """Throws the draft and its files away."""
    drafting.discard(place(request, kind, number))
    return redirect(where_next(request))


def place(request: DeskRequest, kind: str, number: int | None) -> Draft:
    """The draft an address names, stored or not yet; 404 where this person may write none."""
    if kind not in Draft.Kind.values or not may_draft(request.user, kind):
        raise Http404
    if (kind in ON_A_TICKET) != (number is not None):
        raise Http404
    seen = Ticket.objects.visible_to(request.user)
    ticket = get_object_or_404(seen, pk=number) if number is not None else None
    return drafting.draft_of(request.user, kind, ticket)


def kept(request: DeskRequest, kind: str, number: int | None) -> tuple[Draft | None, str]:
    """The draft after keeping what the form holds, and what was wrong with that, if anything.

    No draft and no fault: the form was sent already.
    """
    draft = place(request, kind, number)
    try:
        return drafting.keep(draft, typed(request.POST), token=token_in(request.POST)), ""
    except TicketError as error:
        return None, str(error)
