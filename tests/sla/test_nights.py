"""What came in while the desk was closed stands apart."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from sla.business_hours import BusinessHours
from sla.nights import Night, by_night, last_night
from tickets.models import Ticket

BRUSSELS = ZoneInfo("Europe/Brussels")
NINE, NOON, ONE, FIVE = 9 * 3600, 12 * 3600, 13 * 3600, 17 * 3600
OFFICE = BusinessHours.of(week={day: [(NINE, FIVE)] for day in range(5)})
WITH_LUNCH = BusinessHours.of(week={day: [(NINE, NOON), (ONE, FIVE)] for day in range(5)})


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize("hours", [OFFICE, WITH_LUNCH])
@pytest.mark.parametrize(
    ("now", "closed", "opens"),
    [
        ("2026-03-03T10:00", "2026-03-02T17:00", "2026-03-03T09:00"),  # a Tuesday
        ("2026-03-03T12:30", "2026-03-02T17:00", "2026-03-03T09:00"),
        ("2026-03-03T09:00", "2026-03-02T17:00", "2026-03-03T09:00"),
        ("2026-03-03T07:00", "2026-03-02T17:00", "2026-03-03T09:00"),
        ("2026-03-03T17:00", "2026-03-03T17:00", "2026-03-04T09:00"),
        ("2026-03-03T23:00", "2026-03-03T17:00", "2026-03-04T09:00"),
        ("2026-03-07T12:00", "2026-03-06T17:00", "2026-03-09T09:00"),  # a Saturday
        ("2026-03-09T11:00", "2026-03-06T17:00", "2026-03-09T09:00"),  # the Monday after it
    ],
)
def test_the_last_night_is_from_a_closing_to_the_next_opening(hours, now, closed, opens):
    night = last_night(hours, now=at(now))
    assert night == Night(at(closed), at(opens))


def test_a_desk_that_never_closes_has_no_night():
    always = BusinessHours.of(week={day: [(0, 86400)] for day in range(7)})
    assert last_night(always, now=at("2026-03-03T10:00")) is None
    assert last_night(BusinessHours.of(week={}), now=at("2026-03-03T10:00")) is None


def tickets(*created: str) -> list[Ticket]:
    return [Ticket(pk=pk, created_at=at(text)) for pk, text in enumerate(created, 1)]


def groups(now: str, *created: str) -> list[tuple[str, str, list[int]]]:
    night = last_night(OFFICE, now=at(now))
    made = by_night(tickets(*created), night, now=at(now))
    return [(group.title, group.note, [ticket.pk for ticket in group.tickets]) for group in made]


def test_nothing_overnight_makes_no_groups():
    ((title, note, rows),) = groups("2026-03-03T10:00", "2026-03-03T09:30", "2026-03-02T16:00")
    assert (title, note, rows) == ("", "", [1, 2])


def test_groups_keep_the_order_and_the_first_row_leads(time_machine):
    time_machine.move_to(at("2026-03-03T10:00"), tick=False)
    with translation.override("nl"):
        made = groups(
            "2026-03-03T10:00",
            "2026-03-03T09:10",
            "2026-03-02T22:00",
            "2026-03-02T15:00",
            "2026-03-03T09:00",
            "2026-03-02T17:00",
        )
    assert made == [
        ("Vandaag", "2 tickets", [1, 4]),
        ("Sinds gisteren 17.00 u.", "2 tickets, klok gestart om 9.00 u.", [2, 5]),
        ("Eerder", "1 ticket", [3]),
    ]


def test_before_the_opening_the_clock_is_still_to_start(time_machine):
    time_machine.move_to(at("2026-03-03T22:00"), tick=False)
    with translation.override("nl"):
        ((title, note, _rows),) = groups("2026-03-03T22:00", "2026-03-03T21:00")
    assert title == "Sinds vandaag 17.00 u."
    assert note == "1 ticket, klok start morgen om 9.00 u."
