"""Other versions for tickets that exist: ask, look, decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import asked_by_itself
from servicedesk.lib.pagination import Keyset
from servicedesk.lib.waking import wake
from sla import recomputing
from sla.exceptions import PromiseError
from sla.forms.reasons import ReasonForm, RecomputeForm
from sla.models import Recompute
from sla.tasks import walk_recomputes
from sla.views.calendars import administrators_only

LATEST_FIRST = Keyset(["-pk"])
BY_TICKET = Keyset(["ticket_id"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recompute_list(request: DeskRequest) -> HttpResponse:
    """Those of before; asks for a new preview."""
    administrators_only(request)
    form = RecomputeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        asked = recomputing.ask(
            by=request.user, rules=form.cleaned_data["rules"], since=form.cleaned_data["since"]
        )
        recomputing.walk(asked.pk)  # a small desk sees the whole at once
        recomputing.walk(asked.pk)
        wake(walk_recomputes)
        return redirect("promises:recompute-detail", asked.pk)
    rows = Recompute.objects.select_related("asked_by", "decided_by")
    context = {"form": form, "page": LATEST_FIRST.page(rows, **_cursors(request))}
    status = 422 if form.is_bound else 200
    return render(request, "sla/recompute_list.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@asked_by_itself
def recompute_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """What would change, or changed; applies it with a reason, or discards it."""
    administrators_only(request)
    people = Recompute.objects.select_related("asked_by", "decided_by")
    recompute = get_object_or_404(people, pk=pk)
    form = ReasonForm()
    if request.method == "POST":
        form = ReasonForm(request.POST)
        if _decide(request, recompute, form):
            return redirect("promises:recompute-detail", pk)
    context: dict[str, Any] = {"recompute": recompute, "form": form}
    if request.htmx and request.method == "GET":
        return render(request, "sla/_recompute_progress.html", context)
    changed = recompute.tickets.select_related("ticket").exclude(changes=[])
    context["count"] = changed.count()
    context["page"] = BY_TICKET.page(changed, **_cursors(request))
    status = 422 if form.is_bound else 200
    return render(request, "sla/recompute_detail.html", context, status=status)


def _decide(request: DeskRequest, recompute: Recompute, form: ReasonForm) -> bool:
    try:
        if "discard" in request.POST:
            recomputing.discard(recompute, by=request.user)
            messages.success(request, _("Nothing was changed."))
            return True
        if form.is_valid():
            recomputing.apply(recompute, by=request.user, reason=form.cleaned_data["reason"])
            wake(walk_recomputes)
            return True
    except PromiseError as error:
        form.add_error(None, str(error))
    return False


def _cursors(request: DeskRequest) -> Any:
    return {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
