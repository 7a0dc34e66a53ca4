"""Who is on call: shifts, swaps, gaps, the feed."""

import datetime as dt

import pytest
import time_machine as clock
from django.utils.translation import override
from icalendar import Calendar

from servicedesk.audit.models import AuditEntry
from sla.alarms.exceptions import AlarmError
from sla.alarms.feed import shifts_as_calendar
from sla.alarms.forms.roster import ShiftForm
from sla.alarms.gaps import Gap, gaps
from sla.alarms.models import Shift
from sla.alarms.reach import Hours, Kind, hours_of, plan
from sla.alarms.roster import Turn, on_call, plan_shift, withdraw_shift
from sla.business_hours import BusinessHours
from sla.models import CalendarVersion
from tests.sla.alarms.conftest import EVENING, NIGHT, OFFICE, SATURDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_english")]
HOUR = 3600


@pytest.fixture
def _in_english():
    with override("en"):
        yield


def test_office_first_then_who_is_on_call_else_the_next_moment():
    hours = hours_of(plan())
    assert hours.reach(OFFICE).kind == Kind.OFFICE
    assert hours.reach(OFFICE).until == OFFICE + dt.timedelta(hours=7)
    assert hours.reach(EVENING).kind == Kind.ON_CALL
    assert hours.reach(EVENING).until == EVENING + dt.timedelta(hours=2)
    assert hours.reach(EVENING, critical=False).kind == Kind.NOBODY
    assert hours.reach(NIGHT).until == NIGHT + dt.timedelta(hours=10)
    sunday = SATURDAY + dt.timedelta(days=1, hours=4)  # Sunday 14.00
    assert hours.reach(sunday).until == sunday + dt.timedelta(hours=19)


def test_a_swap_stands_above_and_can_be_taken_off(on_roster, manager):
    noor, bram = on_roster
    day = dt.date(2026, 3, 14)
    assert on_call(day) == [noor, bram]
    swap = plan_shift(Turn(manager, Shift.Place.FIRST, day, day, "Noor is ziek"), by=manager)
    assert on_call(day) == [manager, bram]
    assert on_call(day + dt.timedelta(days=1)) == [noor, bram]
    withdraw_shift(swap, by=manager)
    withdraw_shift(swap, by=manager)
    assert on_call(day) == [noor, bram]
    trail = AuditEntry.objects.filter(about_id=str(manager.pk)).order_by("pk")
    assert [entry.action for entry in trail] == ["shift_planned", "shift_withdrawn"]
    assert trail[0].data == {"first_day": "2026-03-14", "last_day": "2026-03-14", "place": 1}


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-03-14", "2026-03-13", "lies before"),
        ("2026-03-01", "2027-06-01", "a year at the most"),
        ("2026-02-01", "2026-02-02", "are over"),
    ],
)
def test_days_that_cannot_be_meant(on_roster, manager, first, last, sentence):
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    with clock.travel(OFFICE), pytest.raises(AlarmError, match=sentence):
        plan_shift(Turn(manager, 1, *days), by=manager)


def test_only_managers_plan_and_only_people_of_the_desk(on_roster, manager, requester, agent):
    day = dt.date(2026, 3, 14)
    with pytest.raises(AlarmError):
        plan_shift(Turn(agent, 1, day, day), by=agent)
    with pytest.raises(AlarmError, match="does not work at the desk"):
        plan_shift(Turn(requester, 1, day, day), by=manager)


def test_gaps_are_opening_hours_that_nobody_covers():
    opening = BusinessHours.of(
        zone="Europe/Brussels", week={0: [(8 * HOUR, 22 * HOUR)], 6: [(9 * HOUR, 19 * HOUR)]}
    )
    given = hours_of(plan())
    assert gaps(opening, given) == [
        Gap(0, 8 * HOUR, 9 * HOUR),
        Gap(0, 20 * HOUR, 22 * HOUR),
        Gap(6, 13 * HOUR, 19 * HOUR),
    ]
    assert gaps(given.office, Hours(given.office, given.on_call)) == []


def test_the_feed_holds_ones_own_blocks(on_roster):
    noor, _bram = on_roster
    calendar = Calendar.from_ical(shifts_as_calendar(noor, now=OFFICE))
    starts = [event.decoded("dtstart") for event in calendar.walk("VEVENT")]
    assert len(starts) == 31
    assert min(starts) == dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)  # Sunday 9.00


def test_the_page_shows_holidays_of_the_desk(as_user, agent):
    office, day = CalendarVersion.objects.filter(calendar=plan().office), dt.date.today()
    for holidays in ([], [day.isoformat()]):
        office.update(holidays=holidays)
        assert as_user(agent).get("/on-call/").text.count("feestdag") == 2 * len(holidays)


def test_a_shift_of_another_age_gets_a_sentence(agent, manager):
    typed = {
        "person": agent.pk, "place": 1, "first_day": "9999-12-30", "last_day": "9999-12-31",
    }  # fmt: skip
    form = ShiftForm(typed)
    assert form.saved(by=manager) is None
    sentence = "Choose a day between 2000 and 2100."
    assert form.errors == {"first_day": [sentence], "last_day": [sentence]}
