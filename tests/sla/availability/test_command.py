"""The command `availability`: lines in, lines out, by calendar or by name."""

import io
import json

import pytest
from django.core.management import call_command

from tests.sla.oracle import at

WEEK = {day: [["08:00", "22:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OPENING_HOURS = {
    "timezone": "Europe/Brussels",
    "hours": {**WEEK, "sat": [["09:00", "19:00"]], "sun": [["09:00", "19:00"]]},
}
OCTOBER = {"calendar": OPENING_HOURS, "from": "2025-10-01", "to": "2025-11-01"}
OUTAGE = ["2025-10-06T10:00:00+02:00", "2025-10-06T10:57:53+02:00"]


@pytest.fixture
def ask(monkeypatch):
    """`ask(request, …)`: the answers to these lines; bytes go as they are."""

    def ask(*requests):
        lines = [
            line if isinstance(line, bytes) else json.dumps(line).encode() for line in requests
        ]
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
        out = io.StringIO()
        call_command("availability", stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return ask


def answer(window: int, down: int, availability: str | None) -> dict:
    return {"window_seconds": window, "down_seconds": down, "availability": availability}


def test_october_inside_and_outside_the_opening_hours(ask):
    request = {**OCTOBER, "outages": [OUTAGE], "maintenance": []}
    assert ask(
        {"id": "a", **request, "complement": False}, b"", {"id": "b", **request, "complement": True}
    ) == [
        {"id": "a", **answer(1447200, 3473, "99.76")},
        {"id": "b", **answer(745 * 3600 - 1447200, 0, "100.00")},
    ]


def test_maintenance_leaves_window_and_downtime(ask):
    request = {**OCTOBER, "outages": [OUTAGE, OUTAGE], "maintenance": [OUTAGE]}
    assert ask({"id": 1, **request}) == [{"id": 1, **answer(1447200 - 3473, 0, "100.00")}]


def test_an_outage_without_an_end_lasts_until_now(ask):
    with at("2025-10-06 11:00"):
        found = ask({"id": 1, **OCTOBER, "outages": [["2025-10-06T10:30:00+02:00", None]]})
    assert found == [{"id": 1, **answer(1447200, 1800, "99.88")}]


def test_an_empty_window_gives_none(ask):
    assert ask({"id": 1, **OCTOBER, "to": "2025-10-01"}) == [{"id": 1, **answer(0, 0, None)}]


@pytest.mark.django_db
def test_a_calendar_of_the_installation_by_its_name(ask):
    (found,) = ask({"id": 1, **OCTOBER, "calendar": "Kantooruren"})
    assert found == {"id": 1, **answer(23 * 8 * 3600, 0, "100.00")}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"from": "2025-11-02"}, "The period ends before it begins."),
        ({"from": "gisteren"}, "'gisteren' is not a date written as YYYY-MM-DD."),
        ({"complement": "no"}, "The complement must be true or false."),
        ({"outages": {}}, "What is told of each outage must be a list of pairs of moments."),
        ({"outages": [["x"]]}, "Each outage must be a pair of moments."),
        (
            {"outages": [["2025-10-06T10:00:00", None]]},
            "The start of the outage has no offset: which time zone is it in?",
        ),
        (
            {"outages": [OUTAGE[::-1]]},
            "The outage of 2025-10-06T10:57:53+02:00 ends before it begins.",
        ),
        (
            {"maintenance": [[None, None]]},
            "The start of the maintenance is not an ISO 8601 moment with an offset.",
        ),
        ({"calendar": None}, "The request has no calendar."),
    ],
)
def test_a_bad_request_gets_a_sentence(ask, wrong, sentence):
    good = {"id": 2, **OCTOBER}
    assert ask({"id": 1, **good, **wrong}, good) == [
        {"id": 2, "error": sentence},
        {"id": 2, **answer(1447200, 0, "100.00")},
    ]
