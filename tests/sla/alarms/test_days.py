"""Days with on-call hours and people of their own: a holiday, planned from the roster."""

import datetime as dt

import pytest
from icalendar import Calendar

from servicedesk.audit.models import AuditEntry
from sla.alarms.days import set_hours, usual_hours
from sla.alarms.exceptions import AlarmError
from sla.alarms.feed import shifts_as_calendar
from sla.alarms.models import Alarm, OnCallPlan
from sla.alarms.reach import Kind, hours_of, plan
from sla.alarms.roster import on_call, watch
from sla.alarms.steps import take_steps
from sla.models import CalendarVersion
from tests.sla.alarms.conftest import BRUSSELS, EVENING, NIGHT, OFFICE
from tests.sla.alarms.test_raising import report, told

pytestmark = pytest.mark.django_db
#: A Monday on which the desk is closed.
HOLIDAY = dt.date(2026, 3, 16)
MORNING = dt.datetime(2026, 3, 16, 10, 0, tzinfo=BRUSSELS)


@pytest.fixture
def holiday(on_roster) -> dt.date:
    office = CalendarVersion.objects.filter(calendar=plan().office)
    office.update(holidays=[HOLIDAY.isoformat()])
    return HOLIDAY


def test_a_manager_gives_a_holiday_its_hours_and_its_person(
    holiday, as_user, manager, time_machine, critical, requester
):
    time_machine.move_to(OFFICE, tick=False)
    browser = as_user(manager)
    assert "16 maart 2026" in browser.get("/on-call/").text
    page = browser.get("/on-call/days/2026-03-16/").text
    assert 'value="17:00–20:00"' in page
    assert "feestdag" in page
    form = {"hours": "9-13, 17 tot 20u", "first": manager.pk, "second": on_call(holiday)[1].pk}
    assert browser.post("/on-call/days/2026-03-16/", form).status_code == 302
    assert [person.first_name for person in on_call(holiday)] == ["Karin", "Bram"]
    assert "9.00–13.00, 17.00–20.00 · Karin" in browser.get("/on-call/").text
    time_machine.move_to(MORNING, tick=False)
    report(critical, requester)
    take_steps(now=MORNING)
    assert told(Alarm.objects.get()) == [(1, "Karin")]
    trail = AuditEntry.objects.filter(action="on_call_day_set").get()
    assert trail.data == {"day": "2026-03-16", "hours": ["09:00-13:00", "17:00-20:00"]}


def test_without_hours_nobody_is_on_call_until_the_usual_hours_again(
    holiday, manager, time_machine
):
    time_machine.move_to(OFFICE, tick=False)
    evening = MORNING + dt.timedelta(hours=8)
    assert hours_of(plan()).reach(evening).kind is Kind.ON_CALL
    set_hours(holiday, [], by=manager)
    assert hours_of(plan()).reach(evening).kind is Kind.NOBODY
    usual_hours(holiday, by=manager)
    usual_hours(holiday, by=manager)
    assert hours_of(plan()).reach(evening).kind is Kind.ON_CALL
    assert AuditEntry.objects.filter(action="on_call_day_set").count() == 2


def test_the_feed_follows(holiday, agent, manager, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    set_hours(holiday, [["09:00", "13:00"]], by=manager)
    events = Calendar.from_ical(shifts_as_calendar(agent, now=OFFICE)).walk("VEVENT")
    starts = [event.decoded("dtstart") for event in events]
    (that_day,) = [at for at in starts if at.date() == holiday]
    assert that_day == dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("13-9", "eindigt voor het begint"),
        ("9-13, 12-15", "overlappen"),
        ("negen tot een", "is geen uur"),
        ("9", "heeft een begin en een einde nodig"),
    ],
)
def test_hours_that_cannot_be_meant_are_shown_again(
    holiday, as_user, manager, time_machine, hours, sentence
):
    time_machine.move_to(OFFICE, tick=False)
    answer = as_user(manager).post("/on-call/days/2026-03-16/", {"hours": hours})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{hours}"' in answer.text
    assert OnCallPlan.objects.get().days == {}


def test_days_that_are_over_and_people_who_may_not(holiday, as_user, agent, manager, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    with pytest.raises(AlarmError):
        set_hours(holiday, [], by=agent)
    with pytest.raises(AlarmError):
        set_hours(dt.date(2026, 3, 9), [], by=manager)
    for day in ("2026-03-09", "2027-09-01", "2026-02-31"):
        assert as_user(manager).get(f"/on-call/days/{day}/").status_code == 404


def test_changing_the_plan_leaves_the_days_alone(holiday, manager, as_user, administrator):
    set_hours(holiday, [], by=manager)
    given = plan()
    form = {
        "phone": "02 123 45 67", "wait_minutes": 4, "office": given.office.pk,
        "on_call": given.on_call.pk, "opening": "",
    }  # fmt: skip
    assert as_user(administrator).post("/on-call/plan/", form).status_code == 302
    assert plan().phone == "02 123 45 67"
    assert plan().days == {"2026-03-16": []}


@pytest.mark.parametrize(
    ("moment", "now", "then"),
    [
        (OFFICE, [], (17, ["Noor", "Bram"])),
        (EVENING, ["Noor", "Bram"], (17, ["Noor", "Bram"])),
        (NIGHT, [], (17, ["Noor", "Bram"])),
    ],
)
def test_who_hears_it_now_and_who_next(on_roster, time_machine, moment, now, then):
    time_machine.move_to(moment, tick=False)
    told = watch(hours_of(plan()), moment)
    assert [person.first_name for person in told.people] == now
    hour, people = then
    assert told.next_at.astimezone(BRUSSELS).hour == hour
    assert told.next_at > moment
    assert [person.first_name for person in told.next_people] == people
