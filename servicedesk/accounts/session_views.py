"""Where am I signed in, and ending that."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts import sessions
from servicedesk.accounts.browsers import in_words
from servicedesk.accounts.models import SignIn
from servicedesk.accounts.requests import DeskRequest


@login_required
@require_safe
def session_list(request: DeskRequest) -> HttpResponse:
    """The sessions of the reader, the one this page is in first."""
    here = request.session.session_key
    living = sessions.living_sessions(request.user)
    rows = [(one, in_words(one.browser), one.session_key == here) for one in living]
    rows.sort(key=lambda row: not row[2])
    return render(request, "accounts/session_list.html", {"rows": rows})


@login_required
@require_POST
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """Ends one session of the reader; ending the present one signs out."""
    session = get_object_or_404(SignIn, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    sessions.end_session(session, by=request.user)
    messages.success(request, _("You are signed out there."))
    return redirect("accounts:session-list")


@login_required
@require_POST
def end_others(request: DeskRequest) -> HttpResponse:
    """Ends every session of the reader but this one."""
    sessions.end_other_sessions(request.user, but=request.session.session_key or "")
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:session-list")
