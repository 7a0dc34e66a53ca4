"""The system page of administrators, and the button that lets a restored desk go on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.permissions import may_administer
from servicedesk.audit.recording import record
from servicedesk.operations.system import signs
from servicedesk.outbox.holding import current_hold, go_on


@login_required
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """How every part of the desk stands. For administrators."""
    _administrators_only(request)
    told = list(signs())
    context = {
        "signs": told,
        "well": all(sign.tone == "ok" for sign in told),
        "hold": current_hold(),
    }
    return render(request, "operations/system.html", context)


@login_required
@require_POST
def sending_resume(request: HttpRequest) -> HttpResponse:
    """Ends the hold, with the mail that waited or without it."""
    _administrators_only(request)
    send_waiting = request.POST.get("waiting") == "send"
    with transaction.atomic():
        if current_hold():
            waited = go_on(send_waiting=send_waiting)
            record("sending_resumed", by=request.user, waited=waited, sent=int(send_waiting))
            messages.success(request, _("The desk goes on."))
    return redirect("operations:system")


def _administrators_only(request: HttpRequest) -> None:
    if not may_administer(request.user):
        raise Http404
