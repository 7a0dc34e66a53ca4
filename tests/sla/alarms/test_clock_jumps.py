"""Clocks jump, hours are changed, workers stand still: an alarm never waits for a wrong moment."""

import datetime as dt

import pytest

from sla.alarms.models import Alarm, Delivery
from sla.alarms.picture import alarms_on_pages
from sla.alarms.reach import plan
from sla.alarms.sending import send_waiting
from sla.alarms.steps import take_steps
from sla.models import CalendarVersion
from tests.sla.alarms.conftest import EVENING, NIGHT, OFFICE
from tests.sla.alarms.test_raising import report, told

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def steps_at(time_machine, *moments: dt.datetime) -> None:
    for moment in moments:
        time_machine.move_to(moment, tick=False)
        take_steps()


def test_raised_by_a_clock_that_is_then_set_back(critical, requester, on_roster, time_machine):
    """At 10:00 the clock says 12:00, and is right again a minute later."""
    time_machine.move_to(OFFICE + 2 * HOUR, tick=False)
    report(critical, requester)
    steps_at(time_machine, OFFICE + MINUTE)
    assert [row["rings"] for row in alarms_on_pages(OFFICE + MINUTE)] == [True]
    steps_at(time_machine, *[OFFICE + minute * MINUTE for minute in (2, 5, 6, 7)])
    assert told(Alarm.objects.get()) == [(1, "Noor"), (1, "Bram"), (1, "Karin")]


def test_two_hours_forward_and_back_between_two_steps(critical, requester, on_roster, time_machine):
    time_machine.move_to(EVENING - HOUR / 2, tick=False)
    report(critical, requester)
    steps_at(time_machine, EVENING - HOUR / 2, EVENING + HOUR, EVENING - HOUR / 2 + MINUTE)
    assert told(Alarm.objects.get())[:2] == [(1, "Noor"), (2, "Bram")]
    assert Delivery.objects.values("step", "person").distinct().count() == Delivery.objects.count()


def test_a_message_that_a_clock_would_keep_for_later_goes_out(
    critical, requester, on_roster, time_machine
):
    time_machine.move_to(EVENING + HOUR, tick=False)
    report(critical, requester)
    take_steps()
    time_machine.move_to(EVENING - HOUR / 2, tick=False)
    assert send_waiting() == 1


def test_hours_that_are_opened_wake_what_waits(critical, requester, manager, time_machine):
    time_machine.move_to(NIGHT, tick=False)
    report(critical, requester)
    assert [row["rings"] for row in alarms_on_pages(NIGHT + MINUTE)] == [False]
    whole_day = {"tue": [["00:00", "24:00"]]}
    CalendarVersion.objects.filter(calendar=plan().on_call).update(hours=whole_day)
    steps_at(time_machine, NIGHT + MINUTE)
    assert [row["rings"] for row in alarms_on_pages(NIGHT + MINUTE)] == [True]
    assert told(Alarm.objects.get()) == [(1, "Karin")]


def test_a_worker_that_stood_still_tells_late_and_says_so(
    critical, requester, on_roster, time_machine
):
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    steps_at(time_machine, EVENING + 2 * MINUTE)
    assert not Alarm.objects.get().is_late
    Alarm.objects.update(step=0, next_step_at=EVENING)
    Delivery.objects.all().delete()
    steps_at(time_machine, EVENING + 3 * MINUTE)
    assert Alarm.objects.get().is_late
    assert told(Alarm.objects.get()) == [(1, "Noor")]
