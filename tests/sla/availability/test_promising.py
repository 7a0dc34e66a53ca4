"""Another target from this month on; the months before keep what they were held to."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from servicedesk.audit.models import AuditEntry
from sla.availability.models import AvailabilityTarget
from sla.availability.promising import keep_former
from sla.availability.table import lines
from sla.models import FrozenMonth, Statement
from sla.reports.months import Month
from tests.sla.availability.test_measuring import down, target
from tests.sla.oracle import at

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Month(2025, 9), Month(2025, 10)


@pytest.fixture
def wanted(websites) -> AvailabilityTarget:
    """99 per cent, of which ten hours down in September and in October are a miss."""
    for month in ("09", "10"):
        down(websites, f"2025-{month}-08 10:00", f"2025-{month}-08 20:00")
    return target(websites, percent="99.00")


def change(administrator, as_user, of: AvailabilityTarget, percent: str, **more) -> None:
    page = reverse("admin:availability_availabilitytarget_change", args=[of.pk])
    form = {
        "name": of.name, "services": [one.pk for one in of.services.all()], "rule": of.rule,
        "percent": percent, "measured_from": of.measured_from.isoformat(), "in_report": "on",
        "position": of.position, "is_active": "on", **more,
    }  # fmt: skip
    answer = as_user(administrator).post(page, form)
    assert answer.status_code == 302, answer.context["errors"]


def test_an_edit_changes_this_month_and_no_month_before(wanted, administrator, as_user):
    with at("2025-10-20 10:00"):
        change(administrator, as_user, wanted, "98.00")
    with at("2025-11-03 10:00"):
        (line,) = lines([OCTOBER, SEPTEMBER])
    october, september = line.cells
    assert (september.measurement.promised, september.is_missed) == (Decimal("99.00"), True)
    assert (october.measurement.promised, october.is_missed) == (Decimal("98.00"), False)
    assert september.measurement.allowed_seconds == 30 * 24 * 36
    assert AuditEntry.objects.get(action="configuration_changed").data == {"fields": ["percent"]}


def test_what_was_tried_within_a_month_never_held(wanted):
    for percent in ("99.00", "97.00"):
        with at("2025-10-20 10:00"):
            keep_former(wanted, Decimal(percent))
    with at("2025-12-01 10:00"):
        keep_former(wanted, Decimal("98.50"))
    wanted = AvailabilityTarget.objects.for_measuring().get()
    found = [wanted.percent_on(dt.date(2025, month, 1)) for month in (9, 10, 11)]
    assert [str(percent) for percent in found] == ["99.00", "98.50", "98.50"]


def test_once_a_month_is_published_its_services_and_hours_stay(wanted, administrator, as_user):
    month = FrozenMonth.objects.create(first_day=SEPTEMBER.first_day)
    Statement.objects.create(month=month, figure=wanted.key, counted=1, kept=1, value=100)
    change(administrator, as_user, wanted, "98.00", measured_from="2025-10-01", services=[])
    changed = AvailabilityTarget.objects.get()
    assert (changed.percent, changed.measured_from, changed.services.count()) == (
        Decimal("98.00"), dt.date(2024, 1, 1), 1,
    )  # fmt: skip
