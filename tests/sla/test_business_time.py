"""The command `business_time`: lines in, lines out, by calendar or by name."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from sla.models import BusinessCalendar, CalendarVersion
from tests.sla.oracle import at, brussels

CASES = Path(__file__).with_name("business_time.jsonl")
LUNCH = {"timezone": "Europe/Brussels", "hours": {"wed": [["08:00", "12:00"], ["13:00", "17:00"]]}}


@pytest.fixture
def ask(monkeypatch):
    """`ask(request, …)`: the answers to these lines; bytes go as they are."""

    def ask(*requests):
        lines = [
            line if isinstance(line, bytes) else json.dumps(line).encode() for line in requests
        ]
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))
        out = io.StringIO()
        call_command("business_time", stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return ask


def test_each_line_gets_its_answer_in_order_without_a_database(ask):
    request = {"calendar": LUNCH, "start": "2025-03-12T11:00:00+01:00"}
    assert ask(
        {"id": "a", **request, "minutes": 90},
        b"",
        {"id": "b", **request, "end": "2025-03-12T13:30:00+01:00"},
        b"no json",
        {"id": "c", **request},
        {"id": "d", **request, "minutes": 0},
    ) == [
        {"id": "a", "due": "2025-03-12T12:30:00Z"},
        {"id": "b", "elapsed_minutes": 90},
        {"id": None, "error": "The line is not JSON: Expecting value: line 1 column 1 (char 0)."},
        {"id": "c", "error": "Ask with a start and either minutes or an end."},
        {"id": "d", "due": "2025-03-12T10:00:00Z"},
    ]


@pytest.mark.django_db
def test_a_calendar_of_the_installation_by_its_name(ask):
    request = {"id": 1, "start": "2025-11-10T16:00:00+01:00", "minutes": 120}
    assert ask({**request, "calendar": "Kantooruren"}, {**request, "calendar": "Nergens"}) == [
        {"id": 1, "due": "2025-11-12T09:00:00Z"},
        {"id": 1, "error": "There is no calendar named 'Nergens'."},
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "a\0b", "\udfff", "x" * 10_000])
def test_what_can_be_no_name_of_a_calendar(ask, name):
    asked = {"id": 1, "start": "2025-11-10T16:00:00+01:00", "minutes": 120}
    first, second = ask({**asked, "calendar": name}, {**asked, "calendar": LUNCH})
    assert first["error"].startswith("There is no calendar named")
    assert second["due"] == "2025-11-12T09:00:00Z"


def test_every_case_of_another_reckoner_agrees(ask):
    """Reckoned by going from wall clocks to instants, minute by minute; ours goes the other way."""
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert ask(*(case["ask"] for case in cases)) == [case["answer"] for case in cases]


@pytest.mark.django_db
def test_a_calendar_speaks_as_the_version_that_holds_now(ask):
    CalendarVersion.objects.create(
        calendar=BusinessCalendar.objects.get(name="Kantooruren"),
        valid_from=brussels("2025-11-03 12:00"),
        hours={"mon": [["00:00", "24:00"]]},
    )
    request = {
        "calendar": "Kantooruren",
        "start": "2025-11-03T18:00:00+01:00",
        "end": "2025-11-03T19:00:00+01:00",
    }
    with at("2025-11-03 11:59"):
        assert ask(request)[0]["elapsed_minutes"] == 0
    with at("2025-11-03 12:00"):
        assert ask(request)[0]["elapsed_minutes"] == 60
