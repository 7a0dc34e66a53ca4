"""Published months: which are frozen, what differs since, and restating it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from servicedesk.accounts.permissions import may_read_reports
from servicedesk.accounts.requests import DeskRequest
from sla.exceptions import PromiseError
from sla.forms.reasons import ReasonForm
from sla.models import FrozenMonth
from sla.reports.freezing import restate
from sla.reports.ledger import month_lines, months_overview
from sla.reports.months import Month


@login_required
@require_safe
def month_list(request: DeskRequest) -> HttpResponse:
    """The months of the report: open, frozen, restated, and with how many differences."""
    _managers_only(request)
    return render(request, "sla/month_list.html", {"months": months_overview(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def month_detail(request: DeskRequest, month: str) -> HttpResponse:
    """What was published of one month, what it would be now, and why it changed; restates it."""
    _managers_only(request)
    asked = Month.parse(month)
    frozen = get_object_or_404(FrozenMonth, first_day=asked.first_day) if asked else None
    if frozen is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _restated(request, frozen, form):
        return redirect("sla:month-detail", month)
    context: dict[str, Any] = {"month": asked, "frozen": frozen, "form": form}
    context["lines"] = month_lines(frozen)
    context["differing"] = [line for line in context["lines"] if line.difference]
    status = 422 if form.is_bound else 200
    return render(request, "sla/month_detail.html", context, status=status)


def _restated(request: DeskRequest, frozen: FrozenMonth, form: ReasonForm) -> bool:
    try:
        count = restate(frozen, by=request.user, reason=form.cleaned_data["reason"])
    except PromiseError as error:
        form.add_error(None, str(error))
        return False
    words = ngettext("%(count)d figure is restated.", "%(count)d figures are restated.", count)
    messages.success(request, words % {"count": count})
    return True


def _managers_only(request: DeskRequest) -> None:
    if not may_read_reports(request.user):
        raise Http404
