"""A ticket on behalf of somebody: by phone, at the desk, by chat, by post."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from tickets.actions import drafting
from tickets.actions.registering import register
from tickets.exceptions import TicketError
from tickets.forms.log_ticket import LogForm
from tickets.forms.typed import Typed, token_in, typed
from tickets.forms.whose import called
from tickets.models import Draft, Ticket
from tickets.search import number_in
from tickets.views.at_desk import desk_only
from tickets.views.files import add_files

CARRIED = ("subject", "service", "channel", "body")


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_log(request: DeskRequest) -> HttpResponse:
    """The form as it was left, or with what the address carries; registers the ticket."""
    draft = drafting.draft_of(request.user, Draft.Kind.LOGGED_TICKET)
    if request.method == "POST":
        return _post(request, draft)
    fields = draft.data or _carried(request)
    return _page(request, draft, LogForm(fields, by=request.user))


@desk_only
@require_safe
def log_questions(request: DeskRequest) -> HttpResponse:
    """The questions of the service that was chosen."""
    form = LogForm(typed(request.GET), by=request.user)
    return render(request, "tickets/_log_numbers.html", {"form": form})


def _post(request: DeskRequest, draft: Draft) -> HttpResponse:
    """Nothing that was typed is lost: whatever goes wrong, the page comes back with the text."""
    fields, faults = typed(request.POST), []
    try:
        stored = drafting.keep(draft, fields, token=token_in(request.POST))
        if stored is None:
            return _sent(request)
        faults = add_files(request, stored)
        if "questions" in request.POST and not faults:
            return _page(request, stored, LogForm(fields, by=request.user))
        form = LogForm(fields, by=request.user, check=True)
        if form.is_valid() and not faults:
            return _registered(request, stored, form)
    except TicketError as refusal:
        stored, faults = draft, [*faults, str(refusal)]
        form = LogForm(fields, by=request.user)
    return _page(request, stored, form, faults=faults, status=422)


@transaction.atomic
def _registered(request: DeskRequest, draft: Draft, form: LogForm) -> HttpResponse:
    files, token = drafting.files_of(draft), token_in(request.POST) or draft.token
    requester = form.requester(by=request.user)
    new = form.new_ticket(requester, files=files, token=token)
    ticket = register(new, form.first_step(), by=request.user)
    drafting.discard(draft)
    words = {"number": ticket.number, "name": requester}
    messages.success(request, _("Ticket #%(number)s for %(name)s is logged.") % words)
    return redirect(ticket)


def _sent(request: DeskRequest) -> HttpResponse:
    """Sent twice: the ticket that the first one made."""
    made = Ticket.objects.visible_to(request.user).filter(submission_token=token_in(request.POST))
    ticket = made.first()
    return redirect(ticket) if ticket else redirect("tickets:queue", "dispatch")


def _page(
    request: DeskRequest,
    draft: Draft,
    form: LogForm,
    *,
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"draft": draft, "form": form, "faults": faults or []}
    return render(request, "tickets/log_ticket.html", context, status=status)


def _carried(request: DeskRequest) -> Typed:
    """What the address brings along: words, a person by number, a closed ticket to go on about."""
    address: dict[str, Any] = request.GET.dict()
    fields: Typed = {name: address[name][:500] for name in CARRIED if address.get(name)}
    before = _ticket(request, address.get("follows_up", ""))
    person = _person(address.get("requester", "")) if before is None else before.requester
    if person:
        fields["person"] = called(person)
    if before:
        fields |= {"follows": str(before.pk), "subject": before.subject}
        if before.service:
            fields["service"] = before.service.slug
    return fields


def _ticket(request: DeskRequest, number: str) -> Ticket | None:
    seen = Ticket.objects.visible_to(request.user).for_rows()
    return seen.filter(pk=number_in(number)).first()


def _person(number: str) -> User | None:
    return User.objects.active().filter(pk=number_in(number)).first()
