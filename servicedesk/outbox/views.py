"""The page that shows what left the desk, and the lines behind one's own bell."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from servicedesk.lib.pagination import Keyset
from servicedesk.outbox.models import Notification, OutgoingEmail

NEWEST_FIRST = Keyset(["-id"])


def _administrators_only(request: HttpRequest) -> None:
    if not (request.user.is_authenticated and request.user.is_administrator):
        raise Http404


@login_required
@require_safe
def email_list(request: HttpRequest) -> HttpResponse:
    """Outgoing mail, newest first, by state. For administrators."""
    _administrators_only(request)
    state = request.GET.get("state", "")
    emails = OutgoingEmail.objects.defer("body_html")
    if state in OutgoingEmail.State.values:
        emails = emails.filter(state=state)
    page = NEWEST_FIRST.page(
        emails, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"page": page, "state": state, "states": OutgoingEmail.State.choices}
    return render(request, "outbox/email_list.html", context)


@login_required
@require_safe
def email_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its reader gets it. For administrators."""
    _administrators_only(request)
    email = get_object_or_404(OutgoingEmail, pk=pk)
    return render(request, "outbox/email_detail.html", {"email": email})


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
