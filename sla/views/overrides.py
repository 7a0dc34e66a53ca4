"""Another promise for one ticket, and the list of what was decided by hand."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from servicedesk.accounts.permissions import may_read_reports
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset
from sla.forms.overriding import PolicyForm
from sla.overriding import counted, overrides
from sla.reports.months import Month
from tickets import history
from tickets.exceptions import TicketError
from tickets.views.at_desk import desk_only, ticket_at_desk

NEWEST_FIRST = Keyset(["-pk"])
MONTHS_TO_CHOOSE = 26


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def policy_override(request: DeskRequest, number: int) -> HttpResponse:
    """Gives a ticket the promise of another policy: a dialog on its page."""
    ticket = ticket_at_desk(request, number)
    posted = request.method == "POST"
    form = PolicyForm(request.POST if posted else None, ticket=ticket, by=request.user)
    if posted and form.is_valid():
        try:
            form.save()
        except TicketError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The clocks count by the other policy from now on."))
            return redirect(ticket)
    body = "sla/_policy_override.html"
    page = body if request.htmx and not posted else "tickets/ticket_act.html"
    context = {"ticket": ticket, "form": form, "body": body}
    return render(request, page, context, status=422 if posted else 200)


@login_required
@require_safe
def override_list(request: DeskRequest) -> HttpResponse:
    """Priorities and promises that were changed by hand in `?month=`, newest first."""
    if not may_read_reports(request.user):
        raise Http404
    month = Month.parse(request.GET.get("month", "")) or Month.of(timezone.now())
    events = overrides(start=month.start, end=month.end)
    page = NEWEST_FIRST.page(
        events, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "month": month,
        "months": Month.of(timezone.now()).series(MONTHS_TO_CHOOSE),
        "counts": counted(events),
        "page": page,
        "lines": history.lines(page.rows),
    }
    return render(request, "sla/override_list.html", context)
