"""The calendar editor: other versions, pictures of what was typed, and nothing typed lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from servicedesk.audit.models import AuditEntry
from sla.models import BusinessCalendar
from tests.sla.oracle import at, brussels

pytestmark = pytest.mark.django_db
DAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.fixture
def calendar():
    return BusinessCalendar.objects.get(name="Kantooruren")


def page(calendar):
    return reverse("promises:calendar-edit", args=[calendar.pk])


def form(**changes):
    return {
        "name": "Kantooruren",
        "zone": "Europe/Brussels",
        "mon_from": ["8:30", "13"],
        "mon_to": ["12", "17.30"],
        "exceptions_date": ["2026-12-24"],
        "exceptions_hours": ["9-12"],
        "holiday": ["2026-12-25"],
        "valid_from": "2026-01-05T00:00",
        **changes,
    }


def test_what_is_there_stands_in_the_form_and_in_the_pictures(desk, calendar):
    shown = desk.get(page(calendar)).content.decode()
    assert 'name="mon_from" value="09:00"' in shown
    assert "40 hours a week" in shown
    assert "All Saints" in shown


def test_saving_makes_a_version_from_a_moment_on(desk, calendar, administrator):
    answer = desk.post(page(calendar), form())
    assert answer.status_code == 302, answer.context["form"].errors
    version = calendar.versions.latest("valid_from")
    assert (version.valid_from, version.made_by) == (brussels("2026-01-05 00:00"), administrator)
    assert version.hours == {"mon": [["08:30", "12:00"], ["13:00", "17:30"]]}
    assert version.exceptions == {"2026-12-24": [["09:00", "12:00"]]}
    assert version.holidays == ["2026-12-25"]
    assert AuditEntry.objects.get(action="version_added").actor == administrator


def test_without_a_moment_it_holds_from_now_on(desk, calendar):
    before = timezone.now()
    desk.post(page(calendar), form(valid_from=""))
    assert before <= calendar.versions.latest("valid_from").valid_from <= timezone.now()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zone": "Europe/Brussel"}, "There is no time zone 'Europe/Brussel'."),
        ({"mon_from": ["12"], "mon_to": ["8"]}, "The block 12:00–08:00 ends before it begins."),
        ({"mon_from": ["8", "11"], "mon_to": ["12", "13"]}, "overlap. Make them one."),
        ({"mon_from": [], "mon_to": [], "exceptions_date": [], "exceptions_hours": []},
         "This calendar is never open."),
        ({"name": ""}, "This field is required."),
        ({"valid_from": "1850-01-01T00:00"}, "Choose a moment between 2000 and 2100."),
        ({"holiday": ["kerst"]}, "“kerst” is no date."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_and_nothing_typed_is_lost(desk, calendar, changes, words):
    answer = desk.post(page(calendar), form(**changes))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert escape(words) in shown
    typed = {**form(), **changes}
    for name in ("zone", "exceptions_hours", "mon_from"):
        for value in [typed[name]] if isinstance(typed[name], str) else typed[name]:
            assert f'value="{value}"' in shown
    assert calendar.versions.count() == 1


def test_two_calendars_never_share_a_name(desk, calendar):
    answer = desk.post(reverse("promises:calendar-create"), form())
    assert "There is a calendar with this name already." in answer.content.decode()
    assert desk.post(reverse("promises:calendar-create"), form(name="Weekend")).status_code == 302
    assert BusinessCalendar.objects.filter(name__in=["Kantooruren", "Weekend"]).count() == 2


def test_two_versions_of_one_moment_are_refused_with_a_sentence(desk, calendar):
    desk.post(page(calendar), form())
    answer = desk.post(page(calendar), form(mon_to=["12", "18"]))
    assert answer.status_code == 422
    assert "There is a version from that very moment already." in answer.content.decode()


def test_what_is_typed_is_drawn_and_not_saved(desk, calendar):
    typed = form(draw="2026", start="2026-01-05T11:00", target="2 h")
    fragment = desk.post(page(calendar), typed, headers={"HX-Request": "true"}).content.decode()
    assert "Mon 5 Jan, 14:00" in fragment
    assert "8 hours a week" in fragment
    assert "<html" not in fragment
    whole = desk.post(page(calendar), typed).content.decode()
    assert "Mon 5 Jan, 14:00" in whole
    assert 'value="17.30"' in whole
    assert calendar.versions.count() == 1


def test_what_cannot_be_drawn_says_why(desk, calendar):
    typed = form(draw="x", mon_from=["9"], mon_to=["8"])
    fragment = desk.post(page(calendar), typed, headers={"HX-Request": "true"}).content.decode()
    assert "ends before it begins" in fragment


def test_a_day_gets_one_more_row_with_all_that_was_typed(desk, calendar):
    for headers in ({}, {"HX-Request": "true"}):
        shown = desk.post(page(calendar), form(more="mon"), headers=headers).content.decode()
        assert shown.count('name="mon_from"') == 3
        assert 'value="8:30"' in shown
        shown = desk.post(page(calendar), form(more="exceptions"), headers=headers)
        assert shown.content.decode().count('name="exceptions_date"') == 2
    assert calendar.versions.count() == 1


def test_holidays_of_years_that_are_not_shown_stay(desk, calendar):
    shown = desk.get(page(calendar)).content.decode()
    kept = calendar.versions.get().holidays
    for day in kept:
        assert f'value="{day}"' in shown


def test_only_what_is_to_come_can_be_taken_back(desk, calendar):
    with at("2025-12-01 10:00"):
        desk.post(page(calendar), form())
        version = calendar.versions.latest("valid_from")
        url = reverse("promises:calendar-withdraw", args=[version.pk])
        assert "Take back" in desk.get(page(calendar)).content.decode()
        assert desk.post(url, follow=True).status_code == 200
        assert calendar.versions.count() == 1
        first = reverse("promises:calendar-withdraw", args=[calendar.versions.get().pk])
        assert "has begun" in desk.post(first, follow=True).content.decode()


def test_the_editor_says_how_many_tickets_keep_their_version(desk, calendar, ticket):
    assert "One unsolved ticket runs on this calendar" in desk.get(page(calendar)).content.decode()


def test_lists_cost_the_same_for_one_and_for_three(desk, calendar):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    urls = [reverse("promises:calendar-list"), page(calendar)]
    desk.get(urls[0])  # the first visit of a session writes that down
    one = [queries(url) for url in urls]
    for number in range(2):
        desk.post(reverse("promises:calendar-create"), form(name=f"Uren {number}"))
        desk.post(
            page(calendar),
            form(valid_from=f"2026-02-0{number + 1}T00:00", mon_to=["12", f"18.{number}0"]),
        )
    assert calendar.versions.count() == 3
    desk.get(urls[0])  # what the forms said waits in the session for the next page
    assert [queries(url) for url in urls] == one


def test_the_administration_of_django_is_no_second_door(desk):
    assert desk.get("/admin/sla/businesscalendar/").status_code == 404
    assert desk.get("/admin/sla/policy/").status_code == 404
    assert reverse("promises:policy-list") in desk.get(reverse("admin:index")).content.decode()
