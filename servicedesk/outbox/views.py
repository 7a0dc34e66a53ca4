"""The pages that show what left the desk, and the lines behind one's own bell."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from servicedesk.lib.http import boxed, may_frame, where_next
from servicedesk.lib.pagination import Keyset
from servicedesk.outbox.models import Notification, OutgoingEmail
from servicedesk.outbox.permissions import may_see_outbox, may_try_again
from servicedesk.outbox.retrying import try_again, what_to_do
from servicedesk.outbox.showing import as_seen

NEWEST_FIRST = Keyset(["-id"])


def _administrators_only(request: HttpRequest) -> None:
    if not may_see_outbox(request.user):
        raise Http404


@login_required
@require_safe
def email_list(request: HttpRequest) -> HttpResponse:
    """Outgoing mail, newest first, by state, by reader or ticket. For administrators."""
    _administrators_only(request)
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:320]
    emails = OutgoingEmail.objects.defer("body_html", "body_text")
    if state in OutgoingEmail.State.values:
        emails = emails.filter(state=state)
    if words:
        emails = emails.matching(words)
    page = NEWEST_FIRST.page(
        emails, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "page": page,
        "state": state,
        "words": words,
        "states": OutgoingEmail.State.choices,
        "failed": OutgoingEmail.objects.failed().count(),
        "waiting": OutgoingEmail.objects.unsent().count(),
    }
    return render(request, "outbox/email_list.html", context)


@login_required
@require_safe
def email_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail with what became of it. For administrators."""
    _administrators_only(request)
    email = get_object_or_404(OutgoingEmail, pk=pk)
    context = {"email": email, "what_to_do": what_to_do(email) if email.failed_at else ""}
    return may_frame(render(request, "outbox/email_detail.html", context))


@login_required
@require_safe
@xframe_options_sameorigin
def email_as_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of a mail with its own colours, in a box where nothing runs or is fetched."""
    _administrators_only(request)
    return boxed(as_seen(get_object_or_404(OutgoingEmail, pk=pk)))


@login_required
@require_POST
def email_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the desk has a mail tried again."""
    email = get_object_or_404(OutgoingEmail, pk=pk)
    if not may_try_again(request.user, email):
        raise Http404
    if try_again(email):
        messages.success(request, _("We try again now. You see here if it fails once more."))
    else:
        messages.info(request, _("This mail was sent already."))
    return redirect(where_next(request, otherwise=reverse("outbox:email-detail", args=[pk])))


@login_required
@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """The lines behind one's own bell, newest first."""
    page = NEWEST_FIRST.page(
        Notification.objects.filter(user=request.user.pk),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "outbox/notification_list.html", {"page": page})


@login_required
@require_POST
def notification_read_all(request: HttpRequest) -> HttpResponse:
    """All of one's own lines are read."""
    Notification.objects.filter(user=request.user.pk, read_at=None).update(read_at=timezone.now())
    return redirect("outbox:notification-list")


@login_required
@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks one line as read and goes where it points."""
    line = get_object_or_404(Notification, pk=pk, user=request.user.pk)
    Notification.objects.filter(pk=line.pk, read_at=None).update(read_at=timezone.now())
    if line.ticket is None:
        return redirect("outbox:notification-list")
    return redirect("tickets:ticket-detail", line.ticket)
