"""Maintenance as the desk announces it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset
from sla.availability import story
from sla.availability.forms.maintenance import CancelForm, MaintenanceForm
from sla.availability.forms.outages import VerbForm
from sla.availability.models import MaintenanceWindow
from sla.availability.permissions import may_change_maintenance, may_report_outage

LATEST_FIRST = Keyset(["-starts_at", "-id"])


@login_required
@require_safe
def maintenance_list(request: DeskRequest) -> HttpResponse:
    """What is announced, and what was."""
    _desk_only(request)
    now = timezone.now()
    windows = MaintenanceWindow.objects.for_rows()
    page = LATEST_FIRST.page(
        windows.exclude(ends_at__gt=now, cancelled_at__isnull=True),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"page": page, "to_come": windows.to_come(now)}
    return render(request, "availability/maintenance_list.html", context)


@login_required
def maintenance_create(request: DeskRequest) -> HttpResponse:
    """Announces work on services."""
    _desk_only(request)
    form = MaintenanceForm(request.POST or None)
    if request.method == "POST" and form.saved(by=request.user):
        messages.success(request, _("The maintenance stands on the status page."))
        return redirect("availability:maintenance-list")
    status = 422 if request.method == "POST" else 200
    return render(request, "availability/maintenance_form.html", {"form": form}, status=status)


@login_required
def maintenance_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Changes or cancels it; what has begun is for managers, with a reason."""
    _desk_only(request)
    window = get_object_or_404(MaintenanceWindow.objects.for_rows(), pk=pk)
    if request.method != "POST":
        return _show(request, window)
    name: str = "form"
    form: VerbForm = MaintenanceForm(request.POST, window=window)
    if "cancel" in request.POST:
        name, form = "cancel_form", CancelForm(request.POST, window=window)
    if form.saved(by=request.user) is None:
        return _show(request, window, status=422, **{name: form})
    messages.success(request, _("The maintenance is changed."))
    return redirect("availability:maintenance-list")


def _desk_only(request: DeskRequest) -> None:
    if not may_report_outage(request.user):
        raise Http404


def _show(
    request: DeskRequest, window: MaintenanceWindow, *, status: int = 200, **forms: Any
) -> HttpResponse:
    context = {
        "window": window,
        "form": MaintenanceForm(window=window),
        "cancel_form": CancelForm(window=window, auto_id="cancel_%s"),
        "may_change": may_change_maintenance(request.user, window) and not window.cancelled_at,
        "story": story.lines(window.events.select_related("actor").order_by("-pk")),
    } | forms
    return render(request, "availability/maintenance_form.html", context, status=status)
