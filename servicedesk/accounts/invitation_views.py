"""Inviting, and accepting an invitation."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.accounts import inviting
from servicedesk.accounts.exceptions import DeadInvitation
from servicedesk.accounts.invitation_forms import AcceptForm, InvitationForm
from servicedesk.accounts.models import Invitation, User
from servicedesk.accounts.permissions import may_invite
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset

NEWEST_FIRST = Keyset(["-id"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_list(request: DeskRequest) -> HttpResponse:
    """Whom the reader may see invited, newest first, and the form to invite one more."""
    _inviters_only(request)
    form = InvitationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid() and _may_mail(request, form.invited().email):
        invitation = inviting.send_invitation(form.invited(), by=request.user)
        said = _("An invitation is on its way to %(email)s.") % {"email": invitation.email}
        messages.success(request, said)
        return redirect("accounts:invitation-list")
    seen = Invitation.objects.visible_to(request.user).select_related("organisation", "created_by")
    page = NEWEST_FIRST.page(
        seen, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"form": form, "page": page}
    status = 200 if request.method == "GET" else 422
    return render(request, "accounts/invitation_list.html", context, status=status)


@login_required
@require_POST
def invitation_resend(request: DeskRequest, pk: int) -> HttpResponse:
    """A new link; the one before is dead."""
    return _do(request, pk, inviting.send_again, _("A new link is on its way."))


@login_required
@require_POST
def invitation_revoke(request: DeskRequest, pk: int) -> HttpResponse:
    """The link no longer works."""
    return _do(request, pk, inviting.revoke, _("The invitation is revoked; its link is dead."))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of the mail. Looking changes nothing; sending makes the account."""
    invitation = inviting.open_invitation(token)
    if invitation is None:
        return _private(render(request, "accounts/invitation_dead.html"))
    form = AcceptForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            inviting.accept(token, name=given["name"], password=given["password1"])
        except DeadInvitation:
            return _private(render(request, "accounts/invitation_dead.html"))
        messages.success(request, _("Your account is ready. Sign in with your new password."))
        return redirect("account_login")
    context = {"form": form, "invitation": invitation}
    status = 422 if form.errors else 200
    return _private(render(request, "accounts/invitation_accept.html", context, status=status))


def _inviters_only(request: DeskRequest) -> None:
    if not may_invite(request.user):
        raise Http404


def _do(request: DeskRequest, pk: int, verb: Any, done: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    if verb is inviting.send_again and not _may_mail(request, invitation.email):
        return redirect("accounts:invitation-list")
    try:
        verb(invitation, by=request.user)
    except DeadInvitation as dead:
        messages.error(request, str(dead))
    else:
        messages.success(request, done)
    return redirect("accounts:invitation-list")


def _may_mail(request: DeskRequest, email: str) -> bool:
    """Nobody floods a mailbox, or many, with mail of the desk. Says so when it is too much."""
    address = User.objects.normalize_email(email)
    per_mailbox = ratelimit.consume(request, action="invite_address", key=address)
    if per_mailbox and ratelimit.consume(request, action="invite", key=str(request.user.pk)):
        return True
    messages.error(request, _("That is a lot of invitations. Wait an hour and go on."))
    return False


def _private(response: HttpResponse) -> HttpResponse:
    """The token in the address is told to nobody, not even to our own pages."""
    response["Referrer-Policy"] = "no-referrer"
    return response
