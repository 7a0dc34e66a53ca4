"""Administrators add versions of calendars and policies; old ones stay as they were."""

import json

import pytest
from django.urls import reverse
from django.utils.html import escape

from sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(administrator, as_user):
    administrator.language = "en"
    administrator.save()
    return as_user(administrator)


def calendar_form(**changes):
    version = {
        "valid_from_0": "2026-01-05",
        "valid_from_1": "00:00",
        "zone": "Europe/Brussels",
        "hours": {"mon": [["08:00", "12:00"]]},
        "holidays": [],
        "exceptions": {},
        **changes,
    }
    form = {f"versions-0-{key}": value for key, value in version.items()}
    return {
        "name": "Kantooruren",
        "versions-TOTAL_FORMS": 1,
        "versions-INITIAL_FORMS": 0,
        **{k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in form.items()},
    }


def change_page(row):
    return reverse(f"admin:sla_{row._meta.model_name}_change", args=[row.pk])


def test_another_week_is_another_version(desk):
    calendar = BusinessCalendar.objects.get()
    assert desk.get(change_page(calendar)).status_code == 200
    answer = desk.post(change_page(calendar), calendar_form())
    assert answer.status_code == 302
    assert [version.hours for version in calendar.versions.order_by("valid_from")] == [
        {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        {"mon": [["08:00", "12:00"]]},
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zone": "Europe/Brussel"}, "There is no time zone 'Europe/Brussel'."),
        ({"hours": {"mon": [["12:00", "08:00"]]}}, "ends before it begins"),
        ({"hours": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "Blocks overlap on: mon"),
        ({"hours": {"maandag": []}}, "is not a day of the week"),
        ({"hours": {"mon": []}}, "This calendar is never open."),
        ({"hours": ["mon"]}, "hours must be an object"),
        ({"holidays": ["25 december"]}, "is not a date"),
        ({"exceptions": {"2026-01-05": "dicht"}}, "must be a list"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(desk, changes, words):
    answer = desk.post(change_page(BusinessCalendar.objects.get()), calendar_form(**changes))
    assert answer.status_code == 200
    assert escape(words) in answer.content.decode()
    assert CalendarVersion.objects.count() == 1


def policy_form(**changes):
    version = {
        "valid_from_0": "2026-01-05",
        "valid_from_1": "00:00",
        "calendar": BusinessCalendar.objects.get().pk,
        "first_response": 60,
        "by_priority": "{}",
        **changes,
    }
    return {
        "name": "Standaard",
        "position": 1000,
        "is_active": "on",
        "versions-TOTAL_FORMS": 1,
        "versions-INITIAL_FORMS": 0,
        **{f"versions-0-{key}": value for key, value in version.items()},
    }


def test_another_promise_is_another_version(desk):
    policy = Policy.objects.get()
    assert desk.get(change_page(policy)).status_code == 200
    assert desk.post(change_page(policy), policy_form()).status_code == 302
    assert set(PolicyVersion.objects.values_list("first_response", flat=True)) == {240, 60}


@pytest.mark.parametrize(
    "changes",
    [
        {"first_response": 0},
        {"by_priority": '{"urgentt": {}}'},
        {"by_priority": '{"urgent": {"first_response": 0}}'},
        {"by_priority": '{"urgent": {"eerste": 5}}'},
        {"by_priority": '{"urgent": 5}'},
        {"by_priority": "[]"},
    ],
)
def test_what_is_no_target_is_refused(desk, changes):
    assert desk.post(change_page(Policy.objects.get()), policy_form(**changes)).status_code == 200
    assert PolicyVersion.objects.count() == 1
