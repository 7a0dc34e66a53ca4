"""What people write as hours, days and durations, and what they are told when it means nothing."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.lib.moments import work_duration
from sla.forms.fields import (
    BlocksField,
    ExceptionsField,
    HolidaysField,
    MinutesField,
    checked_blocks,
    minutes_in,
    time_text,
)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "time"),
    [("9", "09:00"), ("09:00", "09:00"), (" 9.30 ", "09:30"), ("9u30", "09:30"), ("9 u.", "09:00"),
     ("24:00", "24:00"), ("0", "00:00"), ("23:59", "23:59"), ("17h", "17:00")],
)  # fmt: skip
def test_times_as_people_write_them(text, time):
    assert time_text(text) == time


@pytest.mark.parametrize("text", ["25", "9:60", "24:01", "negen", "9:3", "-1", "٩", "9:00:00"])
def test_what_is_no_time_is_named(text):
    with pytest.raises(ValidationError, match=rf"“{text}” is no time of the day"):
        time_text(text)


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([["12", "9"]], "The block 12:00–09:00 ends before it begins."),
        ([["9", "9"]], "ends before it begins"),
        ([["9", "12"], ["11", "13"]], "The blocks 09:00–12:00 and 11:00–13:00 overlap."),
        ([["9", ""]], "The block with 9 needs both a start and an end."),
        ([["", "9"]], "needs both"),
    ],
)
def test_blocks_that_cannot_be_meant(pairs, sentence):
    with pytest.raises(ValidationError, match=sentence):
        BlocksField().clean(pairs)


def test_blocks_come_in_order_and_empty_ones_go():
    pairs = [["13", "17"], ["", " "], ["9", "12"], ["12", "13"]]
    assert checked_blocks(pairs) == [["09:00", "12:00"], ["12:00", "13:00"], ["13:00", "17:00"]]


def test_days_with_other_hours():
    rows = [["2026-12-24", "9-12 en 13:00–15:00"], ["2026-12-26", ""], ["", ""]]
    assert ExceptionsField().clean(rows) == {
        "2026-12-24": [["09:00", "12:00"], ["13:00", "15:00"]],
        "2026-12-26": [],
    }


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["", "9-12"]], "Choose a day for these hours."),
        ([["2026-02-30", ""]], "“2026-02-30” is no date."),
        ([["2026-12-24", ""], ["2026-12-24", "9-12"]], "2026-12-24 stands there twice."),
        ([["2026-12-24", "12-9"]], "2026-12-24: The block 12:00–09:00 ends before it begins."),
        ([["2026-12-24", "9"]], "2026-12-24: The block with 9 needs both"),
    ],
)
def test_days_that_cannot_be_meant(rows, sentence):
    with pytest.raises(ValidationError, match=sentence):
        ExceptionsField().clean(rows)


def test_holidays_are_dates_each_once():
    assert HolidaysField().clean(["2026-12-25", "2026-01-01", "2026-12-25"]) == [
        "2026-01-01",
        "2026-12-25",
    ]
    with pytest.raises(ValidationError, match="is no date"):
        HolidaysField().clean(["kerst"])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("4 h", 240), ("4 u.", 240), ("4 u. 30", 270), ("4:30", 270), ("45 min", 45), ("90m", 90),
     ("2 uur 15 minuten", 135), ("1 hour", 60), ("8 u. 05", 485)],
)  # fmt: skip
def test_durations_as_people_write_them(text, minutes):
    assert minutes_in(text) == minutes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("4", "Say whether these are hours or minutes: 4 h or 4 min."),
        ("0 min", "A target needs at least one minute."),
        ("0 h", "A target needs at least one minute."),
        ("straks", "Write it as 4 h, 4 h 30 or 45 min."),
        ("99999 h", "at most three years"),
        ("-4 h", "Write it as"),
    ],
)
def test_durations_that_promise_nothing(text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        MinutesField().clean(text)


@pytest.mark.parametrize("language", ["nl", "en"])
@given(minutes=st.integers(1, 100_000))
def test_what_the_form_shows_it_also_reads(language, minutes):
    with translation.override(language):
        assert minutes_in(work_duration(minutes * 60)) == minutes
