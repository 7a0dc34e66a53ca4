"""Mail that came in, for administrators: what became of it, and what lies in quarantine."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_administer
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset
from tickets.exceptions import TicketError
from tickets.mail import quarantine
from tickets.mail.keeping import raw_bytes
from tickets.models import IncomingEmail

NEWEST_FIRST = Keyset(["-pk"])
State = IncomingEmail.State


@login_required
@require_safe
def incoming_list(request: DeskRequest) -> HttpResponse:
    """Newest first, by state; what waits for a person comes first of all."""
    _administrators_only(request)
    state = request.GET.get("state", State.QUARANTINED)
    mails = IncomingEmail.objects.visible_to(request.user)
    if state in State.values:
        mails = mails.filter(state=state)
    page = NEWEST_FIRST.page(
        mails, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"page": page, "state": state, "states": State.choices}
    return render(request, "tickets/incoming_list.html", context)


@login_required
@require_safe
def incoming_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One mail as it came, as plain text, and what can be done with it."""
    email = _mail(request, pk)
    context = {"email": email, "text": quarantine.as_text(email)}
    return render(request, "tickets/incoming_detail.html", context)


@login_required
@require_safe
def incoming_raw(request: DeskRequest, pk: int) -> HttpResponse:
    """The raw bytes, to be saved."""
    email = _mail(request, pk)
    try:
        raw = raw_bytes(email)
    except (OSError, EOFError) as error:
        raise Http404 from error
    response = HttpResponse(raw, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{email.pk}.eml"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def incoming_act(request: DeskRequest, pk: int, act: str) -> HttpResponse:
    """Retry, ticket or discard."""
    email = _mail(request, pk)
    acts: dict[str, Callable[[IncomingEmail, User], HttpResponse]] = {
        "retry": _retry, "ticket": _ticket, "discard": _discard,
    }  # fmt: skip
    if act not in acts:
        raise Http404
    try:
        return acts[act](email, request.user)
    except (TicketError, OSError) as error:
        said = str(error) if isinstance(error, TicketError) else _("The raw mail is not there.")
        messages.warning(request, said)
        return redirect("tickets:incoming-detail", email.pk)


def _retry(email: IncomingEmail, by: User) -> HttpResponse:
    quarantine.retry(email, by=by)
    return redirect("tickets:incoming-detail", email.pk)


def _ticket(email: IncomingEmail, by: User) -> HttpResponse:
    return redirect(quarantine.make_ticket(email, by=by))


def _discard(email: IncomingEmail, by: User) -> HttpResponse:
    quarantine.discard(email, by=by)
    return redirect("tickets:incoming-list")


def _mail(request: DeskRequest, pk: int) -> IncomingEmail:
    return get_object_or_404(IncomingEmail.objects.visible_to(request.user), pk=pk)


def _administrators_only(request: DeskRequest) -> None:
    if not may_administer(request.user):
        raise Http404
