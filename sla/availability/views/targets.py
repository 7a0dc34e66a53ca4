"""What is behind an availability figure: the window, the outages, their minutes."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.accounts.permissions import may_read_reports
from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.lib.csv_export import csv_response
from sla.availability.history import History
from sla.availability.measuring import Measurement, measured
from sla.availability.models import AvailabilityTarget, MaintenanceWindow
from sla.reports.months import Month


@login_required
@require_safe
def target_detail(request: DeskRequest, pk: int) -> HttpResponseBase:
    """One target in one month: every second of the percentage can be found back."""
    if not may_read_reports(request.user):
        raise Http404
    target = get_object_or_404(AvailabilityTarget.objects.for_measuring(), pk=pk)
    month = Month.parse(request.GET.get("month", "")) or Month.last_full()
    history = History.read(month.start, month.end, now=timezone.now())
    measurement = measured(target, history, month.start, month.end)
    if request.GET.get("format") == "csv":
        rows = list(_rows(measurement))
        record("exported", by=request.user, what="availability", rows=len(rows))
        return csv_response(f"availability-{target.pk}-{month}.csv", rows)
    services = [service.pk for service in target.services.all()]
    counted = {loss.outage.pk for loss in measurement.losses}
    others = {
        stretch.outage.pk: stretch.outage
        for stretch in history.stretches(services)
        if stretch.outage.pk not in counted
    }
    windows = MaintenanceWindow.objects.standing().of(services).touching(month.start, month.end)
    context = {
        "target": target,
        "month": month,
        "months": Month.of(timezone.now()).series(26),
        "measurement": measurement,
        "others": list(others.values()),
        "windows": windows.for_rows().order_by("starts_at"),
        "is_running": month.end > timezone.now(),
    }
    return render(request, "availability/target_detail.html", context)


def _rows(measurement: Measurement) -> Iterator[list[object]]:
    yield [
        _("Outage"), _("Service"), _("Start"), _("End"), _("Seconds that count"), _("Cause"),
    ]  # fmt: skip
    for loss in measurement.losses:
        outage = loss.outage
        yield [
            outage.title,
            outage.service.label,
            timezone.localtime(outage.started_at).isoformat(),
            timezone.localtime(outage.ended_at).isoformat() if outage.ended_at else "",
            loss.seconds,
            outage.cause,
        ]
    total = measurement.availability
    yield [_("Total"), "", "", "", total.down_seconds, ""]
    yield [_("Promised"), "", "", "", total.window_seconds, ""]
    yield [_("Availability (%)"), "", "", "", measurement.percent, ""]
