"""Why a target is due when it is, step by step."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sla.business_hours import BusinessHours
from sla.calendar_format import parse_calendar
from sla.calendar_pictures import special_days, week_in_words, week_lines, week_total, year_picture
from sla.holiday_proposals import holiday_name, proposed
from sla.what_if import what_if
from tests.sla.oracle import brussels

WEEKDAYS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture(autouse=True)
def _dutch():
    with translation.override("nl"):
        yield


def told(hours, start, minutes):
    answer = what_if(hours, brussels(start), minutes * 60)
    return answer.due, [(step.kind, step.when, step.text) for step in answer.steps]


def test_over_a_weekend_and_a_holiday():
    hours = parse_calendar({"hours": WEEKDAYS, "holidays": ["2026-05-25"]})
    due, steps = told(hours, "2026-05-22 16:00", 240)
    assert due == brussels("2026-05-26 12:00")
    assert steps == [
        ("start", "vr 22 mei, 16.00 u.", "de klok begint te lopen"),
        ("ran", "vr 22 mei 16.00–17.00 u.", "1 u. geteld, nog 3 u. te gaan"),
        ("closed", "tot di 26 mei, 9.00 u.", "gesloten: zaterdag, zondag, Pinkstermaandag"),
        ("ran", "di 26 mei 9.00–12.00 u.", "3 u. geteld"),
        ("due", "di 26 mei, 12.00 u.", "4 uur zijn voorbij"),
    ]


def test_due_at_closing_time_and_asked_at_night():
    hours = parse_calendar({"hours": WEEKDAYS})
    due, steps = told(hours, "2026-05-18 22:00", 480)
    assert due == brussels("2026-05-19 17:00")
    assert [kind for kind, _when, _text in steps] == ["start", "closed", "ran", "due"]
    assert steps[0][2] == "gevraagd buiten de uren"


def test_an_exception_is_a_reason():
    hours = parse_calendar({"hours": WEEKDAYS, "exceptions": {"2026-05-19": []}})
    _due, steps = told(hours, "2026-05-18 16:30", 60)
    assert steps[2][2] == "gesloten: gesloten op di 19 mei"


def test_never_due():
    hours = BusinessHours.of(week={}, exceptions={dt.date(2026, 5, 18): [(9 * 3600, 10 * 3600)]})
    assert told(hours, "2026-05-18 09:30", 60)[0] is None


@given(
    start=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)),
    minutes=st.integers(1, 20_000),
)
def test_any_question_has_a_short_answer_that_agrees_with_the_clocks(start, minutes):
    hours = parse_calendar({"hours": WEEKDAYS, "holidays": ["2026-05-25"]})
    at = start.replace(tzinfo=dt.UTC)
    answer = what_if(hours, at, minutes * 60)
    assert answer.due == hours.due(at, minutes * 60)
    assert len(answer.steps) <= 20


def test_the_week_in_words_and_as_blocks():
    hours = parse_calendar({"hours": {**WEEKDAYS, "wed": [["09:00", "12:30"], ["13:00", "17:00"]]}})
    assert week_in_words(hours) == "ma, di 9–17 u., wo 9–12.30 u. en 13–17 u., do, vr 9–17 u."
    assert week_total(hours) == "39 uur en 30 minuten per week"
    assert [(bar.x, bar.width) for bar in week_lines(hours)[0].bars] == [(37.5, 100 / 3)]
    assert week_in_words(BusinessHours.of(week={})) == "nooit open"


def test_the_year_with_its_closings():
    hours = parse_calendar(
        {"hours": WEEKDAYS, "holidays": ["2026-12-25"],
         "exceptions": {"2026-12-24": [["09:00", "12:00"]], "2026-12-25": []}}
    )  # fmt: skip
    assert [(one.day.day, one.kind, one.text) for one in special_days(hours, 2026)] == [
        (24, "exception", "9–12 u."),
        (25, "holiday", "Kerstmis"),
    ]
    december = year_picture(hours, 2026)[11]
    kinds = [cell.kind for week in december.weeks for cell in week if cell]
    assert (len(kinds), kinds.count("open"), kinds.count("holiday")) == (31, 21, 1)


def test_belgian_holidays_are_proposed_with_their_names():
    assert len(proposed(2026)) == 12
    assert holiday_name(dt.date(2026, 7, 21)) == "Nationale feestdag"
    assert holiday_name(dt.date(2026, 7, 22)) == ""
    with translation.override("en"):
        assert holiday_name(dt.date(2026, 12, 25)) == "Christmas Day"
