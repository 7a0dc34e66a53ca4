"""What the desk holds of a person: a copy for that person, and forgetting on request."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.addresses import is_nobodys
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_administer
from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from tickets.exceptions import TicketError
from tickets.models import Attachment, Message, Ticket
from tickets.privacy.erasing import erase_person, marks_of
from tickets.privacy.exporting import write_export

#: A small copy stays in memory, a large one goes to the disk.
IN_MEMORY = 4 * 1024 * 1024


@login_required
@require_safe
def person_data(request: DeskRequest, pk: int) -> HttpResponse:
    """How much the desk holds of this person, and what can be done with it."""
    person = _person(request, pk)
    return render(request, "tickets/person_data.html", _held(person))


@login_required
@require_POST
def person_export(request: DeskRequest, pk: int) -> FileResponse:
    """All of it as a zip, to hand over to that person."""
    return _copy(_person(request, pk), by=request.user)


@login_required
@require_POST
def own_export(request: DeskRequest) -> FileResponse:
    """What the desk holds of the reader."""
    return _copy(request.user, by=request.user)


@login_required
@require_POST
def person_erase(request: DeskRequest, pk: int) -> HttpResponse:
    """Forgets the person, once the address was typed to show that this one is meant."""
    person = _person(request, pk)
    try:
        if request.POST.get("address", "").strip().lower() != person.email:
            raise TicketError(_("Type the e-mail address of this person to erase the right one."))
        count = erase_person(person, by=request.user, words=request.POST.getlist("words"))
    except TicketError as error:
        context = _held(person, request.POST) | {"fault": str(error)}
        return render(request, "tickets/person_data.html", context, status=422)
    messages.success(
        request,
        ngettext(
            "This person is forgotten, with %(count)d ticket.",
            "This person is forgotten, with %(count)d tickets.",
            count,
        )
        % {"count": count},
    )
    return redirect("tickets:person-data", pk)


def _person(request: DeskRequest, pk: int) -> User:
    if not may_administer(request.user):
        raise Http404
    return get_object_or_404(User.objects.select_related("organisation"), pk=pk)


def _held(person: User, posted: QueryDict | None = None) -> dict[str, Any]:
    tickets = Ticket.objects.requested_by(person)
    chosen = {*posted.getlist("words")} if posted is not None else None
    marks = [] if person.is_agent else marks_of(person)
    return {
        "person": person,
        "marks": [
            (mark, mark.is_sure if chosen is None else mark.word in chosen)
            for mark in marks
            if mark.word != person.email
        ],
        "tickets": tickets.count(),
        "unsolved": tickets.unsolved().count(),
        "elsewhere": Message.objects.filter(author=person).exclude(ticket__in=tickets).count(),
        "files": Attachment.objects.filter(uploaded_by=person).count(),
        "erased": is_nobodys(person.email),
    }


def _copy(person: User, *, by: User) -> FileResponse:
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed once sent)
    write_export(person, target)
    record("personal_data_downloaded", by=by, about=person, what="person")
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"person-{person.pk}.zip")
