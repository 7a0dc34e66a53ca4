"""The lines of `business_time`: what is answered, and what is refused with a sentence."""

import json
import math

import pytest

from servicedesk.lib.json_lines import json_line
from sla.business_hours import BusinessHours, CalendarError
from sla.calculator import answer_line

LUNCH = {
    "timezone": "Europe/Brussels",
    "hours": {"wed": [["08:00", "12:00"], ["13:00", "17:00"]]},
    "holidays": ["2025-12-25"],
}
START = "2025-03-12T11:00:00+01:00"


def named(name):
    if name == "Kantooruren":
        return BusinessHours.of(week={key: [(9 * 3600, 17 * 3600)] for key in range(5)})
    raise CalendarError(f"There is no calendar {name!r}.")


def ask(**request):
    return answer_line(json.dumps(request).encode(), named)


def due(**request):
    return ask(**{"id": "a", "calendar": LUNCH, "start": START, **request})


def with_calendar(**changes):
    return due(minutes=90, calendar=LUNCH | changes)


class TestAnswers:
    def test_the_due_moment(self):
        assert due(minutes=90) == {"id": "a", "due": "2025-03-12T12:30:00Z"}

    def test_the_minutes_between(self):
        answer = due(end="2025-03-12T13:30:00+01:00")
        assert answer == {"id": "a", "elapsed_minutes": 90}
        assert type(answer["elapsed_minutes"]) is int

    def test_minutes_that_are_not_whole(self):
        assert due(end="2025-03-12T11:01:30+01:00")["elapsed_minutes"] == 1.5
        assert due(minutes=0.5)["due"] == "2025-03-12T10:00:30Z"
        assert due(minutes=0.024)["due"] == "2025-03-12T10:00:01Z"
        assert due(minutes=0.025)["due"] == "2025-03-12T10:00:02Z"
        assert due(minutes=0.075)["due"] == "2025-03-12T10:00:05Z"
        assert due(minutes=90.0)["due"] == "2025-03-12T12:30:00Z"

    def test_no_minutes_are_due_at_the_start_itself(self):
        assert due(minutes=0, start="2025-03-16T03:00:00.75Z")["due"] == "2025-03-16T03:00:00Z"

    def test_an_end_before_the_start(self):
        assert due(end="2025-03-11T11:00:00+01:00")["elapsed_minutes"] == 0

    def test_never(self):
        assert with_calendar(hours={})["due"] is None

    def test_a_named_calendar(self):
        assert due(calendar="Kantooruren", minutes=60)["due"] == "2025-03-12T11:00:00Z"

    def test_exceptions_come_before_holidays(self):
        answer = due(
            calendar=LUNCH | {"exceptions": {"2025-12-25": [["10:00", "11:00"]]}},
            start="2025-12-25T00:00:00+01:00",
            minutes=30,
        )
        assert answer["due"] == "2025-12-25T09:30:00Z"

    def test_overlapping_blocks_are_united(self):
        blocks = [["08:00", "12:00"], ["11:00", "13:00"], ["13:00", "24:00"]]
        assert with_calendar(hours={"wed": blocks}) == due(
            minutes=90, calendar=LUNCH | {"hours": {"wed": [["08:00", "24:00"]]}}
        )

    def test_brussels_is_the_zone_when_none_is_given(self):
        calendar = {"hours": LUNCH["hours"]}
        assert due(minutes=90, calendar=calendar) == due(minutes=90)

    def test_the_id_comes_back_as_it_was(self):
        for identity in ("a", 7, None, {"x": [1]}, "é\ud800"):
            answer = due(id=identity, minutes=0)
            assert answer["id"] == identity
            json_line(answer).encode("utf-8")
        assert answer_line(b'{"id": 1.5}', named)["id"] == 1.5

    def test_keys_that_are_not_of_the_format_are_left_alone(self):
        assert due(minutes=90, remark="x", calendar=LUNCH | {"name": "x"}) == due(minutes=90)


class TestRefusals:
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            (b"", "not JSON"),
            (b"{", "not JSON"),
            (b"\xff\xfe", "not JSON"),
            (b"[]", "one JSON object"),
            (b"null", "one JSON object"),
            (b'{"id": NaN}', "NaN"),
            (b"[" * 100_000, "nested"),
            (b"9" * 5000, "not JSON"),
        ],
    )
    def test_lines_that_are_no_request(self, line, words):
        answer = answer_line(line, named)
        assert answer["id"] is None
        assert words in answer["error"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({}, "either minutes or an end"),
            ({"minutes": 1, "end": START}, "either minutes or an end"),
            ({"minutes": -1}, "negative"),
            ({"minutes": -0.001}, "negative"),
            ({"minutes": True}, "number"),
            ({"minutes": "90"}, "number"),
            ({"minutes": None}, "number"),
            ({"minutes": 10**15}, "9999"),
            ({"minutes": 1e300}, "9999"),
            ({"minutes": 1, "start": "2025-03-12T11:00:00"}, "no offset"),
            ({"minutes": 1, "start": "2025-03-12"}, "no offset"),
            ({"minutes": 1, "start": "2025-13-12T11:00:00Z"}, "ISO 8601"),
            ({"minutes": 1, "start": None}, "ISO 8601"),
            ({"minutes": 1, "start": 5}, "ISO 8601"),
            ({"end": "2025-03-12T11:00:00"}, "no offset"),
            ({"minutes": 1, "calendar": None}, "no calendar"),
            ({"minutes": 1, "calendar": "Nergens"}, "'Nergens'"),
            ({"minutes": 1, "calendar": [1]}, "must be an object"),
            ({"minutes": 1, "calendar": {}}, "no hours"),
            ({"minutes": 1, "start": "0001-01-01T00:00:00Z"}, "years"),
            ({"minutes": 0, "start": "0001-01-01T00:00:00+14:00"}, "years"),
            ({"minutes": 0, "start": "9999-12-31T23:59:59-14:00"}, "years"),
            ({"end": "9999-12-31T23:59:59-14:00"}, "years"),
        ],
    )
    def test_requests_that_cannot_be_meant(self, change, words):
        answer = due(**change)
        assert answer["id"] == "a"
        assert words in answer["error"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"timezone": "Europe/Brussel"}, "'Europe/Brussel'"),
            ({"timezone": 7}, "time zone"),
            ({"timezone": None}, "time zone"),
            ({"hours": []}, "must be an object"),
            ({"hours": {"monday": []}}, "'monday'"),
            ({"hours": {"mon": ["08:00", "12:00"]}}, "pair"),
            ({"hours": {"mon": [["08:00"]]}}, "pair"),
            ({"hours": {"mon": None}}, "must be a list"),
            ({"hours": {"mon": [["12:00", "08:00"]]}}, "ends before it begins"),
            ({"hours": {"mon": [["12:00", "12:00"]]}}, "is empty"),
            ({"hours": {"mon": [["22:00", "00:00"]]}}, "ends before it begins"),
            ({"hours": {"mon": [["8:00", "12:00"]]}}, "'8:00'"),
            ({"hours": {"mon": [["08:00", "24:01"]]}}, "'24:01'"),
            ({"hours": {"mon": [["08:00", "25:00"]]}}, "'25:00'"),
            ({"hours": {"mon": [["08:00", 12]]}}, "12"),
            ({"holidays": "2025-12-25"}, "must be a list"),
            ({"holidays": ["2025-02-29"]}, "'2025-02-29'"),
            ({"holidays": ["20251225"]}, "YYYY-MM-DD"),
            ({"holidays": [5]}, "YYYY-MM-DD"),
            ({"exceptions": ["2025-12-25"]}, "must be an object"),
            ({"exceptions": {"x": []}}, "'x'"),
            ({"exceptions": {"2025-12-24": [["12:00", "08:00"]]}}, "2025-12-24"),
        ],
    )
    def test_calendars_that_cannot_be_meant(self, change, words):
        assert words in with_calendar(**change)["error"]

    def test_an_error_is_one_line_of_json(self):
        answer = ask(id=math.pi, calendar="x" * 1000)
        assert "\n" not in json_line(answer)
