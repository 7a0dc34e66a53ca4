"""Somebody is on call at the demo desk, every week."""

import datetime as dt

import pytest

from sla.alarms.reach import hours_of, plan
from sla.alarms.roster import duties
from tests.servicedesk.local.demo.conftest import TUESDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_desk")]


def test_two_people_are_on_call_in_turn():
    monday = TUESDAY.date() - dt.timedelta(days=1)
    days = duties(monday, monday + dt.timedelta(days=13))
    names = [[person.email.partition("@")[0] for person in day.people] for day in days]
    assert all(sorted(pair) == ["agent", "tweedelijn"] for pair in names)
    assert names[0] == names[6] == names[7][::-1]


def test_the_plan_knows_the_phone_and_what_should_be_covered():
    given = plan()
    assert given.phone == "02 000 00 00"
    assert given.opening
    assert hours_of(given).on_call.is_open(TUESDAY + dt.timedelta(hours=8))
