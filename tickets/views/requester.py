"""What the requester's side does on a ticket. Each address is a button on the portal's page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from tickets.actions import drafting
from tickets.actions.following import add_follower, remove_follower
from tickets.actions.replying import Text, reply, thank
from tickets.actions.transitions import confirm, reopen
from tickets.exceptions import TicketError
from tickets.forms.requester import AnswerForm, ColleagueForm
from tickets.forms.typed import token_in, typed
from tickets.models import Draft, Ticket
from tickets.permissions import is_requesters_side
from tickets.views import portal_ticket
from tickets.views.files import add_files

Act = Callable[[Ticket, Text, User], str]


@login_required
@require_POST
def requester_reply(request: DeskRequest, number: int) -> HttpResponse:
    """An answer; it wakes a waiting or solved ticket."""
    return _answer(request, number, _reply)


@login_required
@require_POST
def ticket_confirm(request: DeskRequest, number: int) -> HttpResponse:
    """“Mijn vraag is opgelost”; what is written goes along."""
    return _answer(request, number, _confirm)


@login_required
@require_POST
def ticket_reopen(request: DeskRequest, number: int) -> HttpResponse:
    """“Nog niet opgelost”; what is written goes along."""
    return _answer(request, number, _reopen)


@login_required
@require_POST
def ticket_thank(request: DeskRequest, number: int) -> HttpResponse:
    """“Alleen bedankt”: nothing is set in motion."""
    return _answer(request, number, _thank)


@login_required
@require_POST
def colleague_add(request: DeskRequest, number: int) -> HttpResponse:
    """Lets a colleague of the own organisation read along."""
    ticket = _ticket(request, number)
    form = ColleagueForm(request.POST, ticket=ticket, by=request.user)
    if not form.is_valid():
        return portal_ticket.show(request, ticket, colleague=form, status=422)
    return _follow(request, ticket, add_follower, form.cleaned_data["user"])


@login_required
@require_POST
def colleague_remove(request: DeskRequest, number: int, user: int) -> HttpResponse:
    """Somebody no longer reads along: a colleague, or oneself."""
    ticket = _ticket(request, number)
    follower = get_object_or_404(User.objects.filter(following__ticket=ticket), pk=user)
    return _follow(request, ticket, remove_follower, follower)


def _ticket(request: DeskRequest, number: int) -> Ticket:
    """The ticket, for its requester's side. The desk answers from its own page."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).for_rows(), pk=number)
    if not is_requesters_side(request.user, ticket):
        raise Http404
    return ticket


def _answer(request: DeskRequest, number: int, act: Act) -> HttpResponse:
    """Nothing that was typed is lost: whatever goes wrong, the page comes back with the text."""
    ticket = _ticket(request, number)
    form, faults = AnswerForm(request.POST), []
    draft = drafting.draft_of(request.user, Draft.Kind.PUBLIC_REPLY, ticket)
    try:
        stored = drafting.keep(draft, typed(request.POST), token=token_in(request.POST))
        if stored is None:
            return redirect(ticket)  # sent twice: the first one counts
        faults = add_files(request, stored)
        if form.is_valid() and not faults:
            messages.success(request, _acted(request, ticket, stored, form, act))
            return redirect(ticket)
    except TicketError as refusal:
        form.add_error(None, str(refusal))
    ticket = _ticket(request, number)
    return portal_ticket.show(request, ticket, answer=form, faults=tuple(faults), status=422)


def _acted(request: DeskRequest, ticket: Ticket, draft: Draft, form: AnswerForm, act: Act) -> str:
    token = token_in(request.POST) or draft.token
    body, files = form.cleaned_data["body"], drafting.files_of(draft)
    with transaction.atomic():
        said = act(ticket, Text(body=body, attachments=files, token=token), request.user)
    drafting.discard(draft)
    return said


def _says_something(text: Text) -> bool:
    return bool(text.body.strip() or list(text.attachments))


def _reply(ticket: Ticket, text: Text, by: User) -> str:
    reply(ticket, text, by=by)
    return _("Your answer is sent.")


def _confirm(ticket: Ticket, text: Text, by: User) -> str:
    if _says_something(text):
        thank(ticket, text, by=by)
    confirm(ticket, by=by)
    return _("Good to hear that it is solved.")


def _reopen(ticket: Ticket, text: Text, by: User) -> str:
    if _says_something(text):
        reply(ticket, text, by=by)
    reopen(ticket, by=by)
    return _("We go on with it.")


def _thank(ticket: Ticket, text: Text, by: User) -> str:
    words = text.body if _says_something(text) else _("Thank you.")
    thank(ticket, Text(body=words, attachments=text.attachments, token=text.token), by=by)
    return _("We pass on your thanks. The ticket stays solved.")


def _follow(
    request: DeskRequest, ticket: Ticket, verb: Callable[..., Ticket], user: User
) -> HttpResponse:
    try:
        verb(ticket, user, by=request.user)
    except TicketError as refusal:
        messages.error(request, str(refusal))
    still = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    return redirect(ticket if still else "tickets:ticket-list")
