"""Moments and durations in the words of README and mock-ups, in both languages."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from servicedesk.lib import moments

BRUSSELS = ZoneInfo("Europe/Brussels")
#: Tuesday 4 November 2025, six past ten in the morning.
NOW = dt.datetime(2025, 11, 4, 10, 6, tzinfo=BRUSSELS)


def at(day: int, hour: int, minute: int, month: int = 11, year: int = 2025) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=BRUSSELS).astimezone(dt.UTC)


@pytest.fixture(autouse=True)
def _that_morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dutch():
    with translation.override("nl"):
        yield


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(4, 14, 0), "vandaag 14.00 u."),
        (at(3, 15, 10), "gisteren 15.10 u."),
        (at(5, 9, 0), "morgen 9.00 u."),
        (at(1, 9, 18), "za 1 nov, 9.18 u."),
        (at(3, 0, 5, month=3), "ma 3 mrt, 0.05 u."),
        (at(31, 23, 59, month=12, year=2024), "31 dec 2024, 23.59 u."),
    ],
)
def test_moments_in_dutch(dutch, moment, words):
    assert moments.moment(moment) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(4, 14, 0), "today 14:00"),
        (at(3, 15, 10), "yesterday 15:10"),
        (at(1, 9, 18), "Sat 1 Nov, 9:18"),
        (at(31, 23, 59, month=12, year=2024), "31 Dec 2024, 23:59"),
    ],
)
def test_moments_in_english(english, moment, words):
    assert moments.moment(moment) == words


def test_a_day_is_the_day_of_the_desk_not_of_utc(dutch):
    # A quarter to midnight in UTC is already tomorrow in Brussels.
    assert moments.day(dt.datetime(2025, 11, 3, 23, 45, tzinfo=dt.UTC)) == "vandaag"


def test_long_forms(dutch):
    written = at(4, 8, 47)
    assert moments.long_moment(written) == "dinsdag 4 november om 8.47 u."
    assert moments.long_moment(at(28, 8, 47, month=10, year=2024)) == (
        "maandag 28 oktober 2024 om 8.47 u."
    )
    assert moments.long_day(dt.date(2025, 10, 28)) == "28 oktober 2025"
    assert moments.month(dt.date(2025, 10, 1)) == "oktober 2025"
    assert moments.short_month(dt.date(2025, 10, 1)) == "Okt ’25"


def test_long_forms_in_english(english):
    assert moments.long_moment(at(4, 8, 47)) == "Tuesday 4 November at 8:47"
    assert moments.short_month(dt.date(2025, 3, 1)) == "Mar ’25"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (59, "< 1 min"),
        (18 * 60, "18 min"),
        (18 * 60 + 59, "18 min"),
        (2 * 3600, "2 u."),
        (2 * 3600 + 5 * 60, "2 u. 05"),
        (2 * 3600 + 54 * 60, "2 u. 54"),
        (28 * 3600, "1 d. 4 u."),
        (3 * 86400 + 7200, "3 d."),
    ],
)
def test_durations(dutch, seconds, words):
    assert moments.duration(seconds) == words
    assert moments.duration(dt.timedelta(seconds=seconds)) == words


def test_business_time_is_never_told_in_days(dutch):
    assert moments.work_duration(26 * 3600 + 600) == "26 u. 10"


def test_durations_in_english(english):
    assert moments.duration(2 * 3600 + 54 * 60) == "2 h 54"
    assert moments.duration(3 * 86400) == "3 d"


def test_durations_in_whole_words(dutch):
    assert moments.long_duration(2 * 3600 + 54 * 60) == "2 uur en 54 minuten"
    assert moments.long_duration(60) == "1 minuut"
