"""From rows to percentages: which outages count, in which window, for which services."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from sla.availability.actions import NewOutage, open_outage
from sla.availability.arithmetic import midnight
from sla.availability.history import History
from sla.availability.measuring import measured
from sla.availability.models import (
    AvailabilityTarget,
    MaintenanceWindow,
    Outage,
    OutagePhase,
)
from sla.availability.table import lines
from sla.models import SINCE_EVER, BusinessCalendar, CalendarVersion
from sla.reports.months import Month
from tests.sla.oracle import at, brussels

pytestmark = pytest.mark.django_db
OCTOBER = Month(2025, 10)
HOUR = 3600
WEEK = {
    **{day: [["08:00", "22:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    **{day: [["09:00", "19:00"]] for day in ("sat", "sun")},
}


@pytest.fixture
def opening_hours(db) -> BusinessCalendar:
    calendar = BusinessCalendar.objects.create(name="Openingsuren")
    CalendarVersion.objects.create(calendar=calendar, valid_from=SINCE_EVER, hours=WEEK)
    return calendar


def target(*services, **fields) -> AvailabilityTarget:
    made = AvailabilityTarget.objects.create(
        **{"name": "Doel", "percent": "99.60", "measured_from": dt.date(2024, 1, 1), **fields}
    )
    made.services.set(services)
    return AvailabilityTarget.objects.for_measuring().get(pk=made.pk)


def down(service, start: str, end: str | None, severity="down", **fields) -> Outage:
    outage = Outage.objects.create(
        service=service, title="Uitval", severity=severity, source="hand",
        started_at=brussels(start), ended_at=brussels(end) if end else None, **fields,
    )  # fmt: skip
    OutagePhase.objects.create(outage=outage, severity=severity, started_at=outage.started_at)
    return outage


def october(of: AvailabilityTarget, *, now: str = "2025-11-04 10:00"):
    history = History.read(OCTOBER.start, OCTOBER.end, now=brussels(now))
    return measured(of, history, OCTOBER.start, OCTOBER.end)


def test_only_unplanned_downtime_inside_the_window_counts(wise, opening_hours):
    down(wise, "2025-10-06 21:00", "2025-10-06 23:00")
    down(wise, "2025-10-07 10:00", "2025-10-07 11:00", severity="degraded")
    down(wise, "2025-10-08 10:00", "2025-10-08 11:00", is_planned=True)
    down(wise, "2025-10-09 10:00", "2025-10-09 11:00", withdrawn_at=timezone.now())
    inside = october(target(wise, calendar=opening_hours))
    outside = october(target(wise, calendar=opening_hours, is_complement=True))
    assert (inside.availability.window_seconds, inside.availability.down_seconds) == (
        402 * HOUR, HOUR,
    )  # fmt: skip
    assert (outside.availability.window_seconds, outside.availability.down_seconds) == (
        343 * HOUR, HOUR,
    )  # fmt: skip
    assert [(loss.outage.title, loss.seconds) for loss in inside.losses] == [("Uitval", HOUR)]


def test_the_budget_in_minutes(wise, opening_hours):
    down(wise, "2025-10-06 10:00", "2025-10-06 11:00")
    found = october(target(wise, calendar=opening_hours))
    assert found.allowed_minutes == Decimal("96.48")
    assert found.remaining_minutes == Decimal("36.48")
    assert not found.is_missed


def test_only_the_phases_that_are_down_count(wise):
    outage = down(wise, "2025-10-06 10:00", "2025-10-06 14:00", severity="degraded")
    for moment, severity in (("2025-10-06 11:00", "down"), ("2025-10-06 11:30", "degraded")):
        OutagePhase.objects.create(outage=outage, severity=severity, started_at=brussels(moment))
    assert october(target(wise)).availability.down_seconds == HOUR // 2


def test_an_open_outage_runs_to_now_and_a_running_month_too(wise):
    down(wise, "2025-10-06 10:00", None)
    found = october(target(wise), now="2025-10-06 12:00")
    assert found.availability.down_seconds == 2 * HOUR
    assert found.availability.window_seconds == (5 * 24 + 12) * HOUR
    # the budget is that of the whole month
    assert found.allowed_seconds == 745 * HOUR * 4 / Decimal(1000)


def test_maintenance_leaves_the_window(wise):
    down(wise, "2025-10-12 19:30", "2025-10-12 20:30")
    window = MaintenanceWindow.objects.create(
        title="Nieuwe versie",
        starts_at=brussels("2025-10-12 20:00"), ends_at=brussels("2025-10-12 23:00"),
    )  # fmt: skip
    window.services.add(wise)
    found = october(target(wise)).availability
    assert (found.window_seconds, found.down_seconds) == (742 * HOUR, HOUR // 2)


def test_before_it_was_measured_there_is_no_data(wise):
    assert october(target(wise, measured_from=dt.date(2025, 11, 1))).percent is None
    half = october(target(wise, measured_from=dt.date(2025, 10, 30)))
    assert half.availability.window_seconds == 48 * HOUR


def test_the_future_has_no_data(wise):
    assert october(target(wise), now="2025-09-30 12:00").percent is None


def test_several_services_by_their_rule(wise, websites):
    down(wise, "2025-10-06 10:00", "2025-10-06 11:00")
    down(websites, "2025-10-06 10:30", "2025-10-06 11:30")
    either = october(target(wise, websites))
    mean = october(target(wise, websites, rule="mean"))
    assert either.availability.down_seconds == 5400
    assert mean.availability.ratio == Fraction(744, 745)
    assert (mean.availability.window_seconds, mean.availability.down_seconds) == (
        2 * 745 * HOUR, 2 * HOUR,
    )  # fmt: skip


def test_a_part_is_hit_when_the_outage_says_so(wise, websites):
    outage = down(wise, "2025-10-06 10:00", "2025-10-06 11:00")
    assert october(target(websites)).availability.down_seconds == 0
    outage.components.add(websites)
    assert october(target(websites)).availability.down_seconds == HOUR


def test_another_version_of_the_calendar_counts_from_its_moment(wise, opening_hours):
    CalendarVersion.objects.create(
        calendar=opening_hours, valid_from=midnight(dt.date(2025, 10, 6), "Europe/Brussels"),
        hours={"mon": [["10:00", "12:00"]]},
    )  # fmt: skip
    # 1-5 October: Wed, Thu, Fri, Sat, Sun as before; then four Mondays.
    expected = 3 * 14 + 2 * 10 + 4 * 2
    found = october(target(wise, calendar=opening_hours))
    assert found.availability.window_seconds == expected * HOUR


def test_the_table_costs_the_same_for_one_and_for_three(
    wise, websites, agent, opening_hours, django_assert_num_queries
):
    target(wise, calendar=opening_hours)
    down(wise, "2025-10-06 10:00", "2025-10-06 11:00")
    with at("2025-11-04 10:00"):
        with django_assert_num_queries(9):
            lines(OCTOBER.series(13))
        for _more in range(2):
            target(wise, websites, calendar=opening_hours)
        open_outage(NewOutage(service=websites), by=agent)
        with django_assert_num_queries(9):
            assert len(lines(OCTOBER.series(13))) == 3


def test_lines_of_one_service(wise, websites):
    target(wise)
    target(websites)
    with at("2025-11-04 10:00"):
        assert [line.target.services.get() for line in lines(OCTOBER.series(1), wise)] == [wise]


def test_a_miss_is_marked_by_sign_and_word(as_user, manager, wise):
    target(wise)
    down(wise, "2025-10-06 10:00", "2025-10-07 10:00")
    with at("2025-11-04 10:00"):
        page = as_user(manager).get("/reports/?month=2025-10").text
    cell = page[page.index('<td class="miss">') :][:400]
    assert "x-octagon-fill" in cell
    assert "onder het doel:" in cell
    assert "96,78" in cell
