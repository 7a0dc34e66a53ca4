"""Sending from the composer: replies, internal notes, logged calls."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from tickets.actions.drafting import discard, keep, was_sent
from tickets.exceptions import ChangedMeanwhile, TicketError
from tickets.forms.reply import ComposerForm, NoteForm, ReplyForm, drafts
from tickets.forms.typed import token_in
from tickets.models import Draft
from tickets.views import agent_ticket
from tickets.views.at_desk import ticket_at_desk
from tickets.views.files import add_files


@login_required
@require_POST
def answer_send(request: DeskRequest, number: int) -> HttpResponse:
    """A public reply to the requester."""
    return send_from(request, number, ReplyForm)


@login_required
@require_POST
def note_add(request: DeskRequest, number: int) -> HttpResponse:
    """An internal note or a logged call."""
    return send_from(request, number, NoteForm)


def send_from(request: DeskRequest, number: int, form_class: type[ComposerForm]) -> HttpResponse:
    """Nothing that was typed is lost: whatever goes wrong, the page comes back with the text."""
    ticket = ticket_at_desk(request, number)
    back = redirect(where_next(request, otherwise=ticket.get_absolute_url()))
    token = token_in(request.POST)
    if token and was_sent(token):  # a second click
        return back
    draft = drafts(ticket, request.user)[form_class.kind]
    draft, faults = _with_files(request, draft)
    form = form_class(request.POST, ticket=ticket, draft=draft)
    form.faults = tuple(faults)
    status = 422
    if form.is_valid() and not faults:
        try:
            form.send(by=request.user)
        except TicketError as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
        else:
            discard(draft)
            return back
    ticket = ticket_at_desk(request, number)
    return agent_ticket.show(request, ticket, composing=form, status=status)


def _with_files(request: DeskRequest, draft: Draft) -> tuple[Draft, list[str]]:
    """The draft with the files that came in the form itself, as it is without scripts."""
    if not request.FILES:
        return draft, []
    stored = draft if draft.pk else keep(draft, {}, token=token_in(request.POST))
    return (stored, add_files(request, stored)) if stored else (draft, [])
