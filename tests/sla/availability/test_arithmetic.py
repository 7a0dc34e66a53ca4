"""Availability against its definition: second by second, on any calendar and on DST nights."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.availability.arithmetic import (
    Availability,
    mean_of,
    measure,
    midnight,
    second,
    window_of,
)
from sla.availability.intervals import common, length, united, without
from sla.business_hours import BusinessHours, CalendarError
from tests.sla.oracle import ANCHORS, Oracle, brussels, calendars, examples

HOUR = 3600
WEEKDAY, WEEKEND = [(8 * HOUR, 22 * HOUR)], [(9 * HOUR, 19 * HOUR)]
OPENING_HOURS = BusinessHours.of(
    week={day: WEEKDAY if day < 5 else WEEKEND for day in range(7)},
)
BRUSSELS = "Europe/Brussels"


def month(year: int, number: int) -> tuple[datetime, datetime]:
    after = date(year + number // 12, number % 12 + 1, 1)
    return midnight(date(year, number, 1), BRUSSELS), midnight(after, BRUSSELS)


# --- the fixtures of the desk ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "number", "hours"), [(2025, 10, 402), (2025, 3, 394), (2025, 2, 360)]
)
def test_opening_hours_of_a_month(year, number, hours):
    assert length(window_of(OPENING_HOURS, *month(year, number))) == hours * HOUR


def test_october_has_745_hours_and_march_743():
    assert length(window_of(None, *month(2025, 10))) == 745 * HOUR
    assert length(window_of(None, *month(2025, 3))) == 743 * HOUR


def test_what_the_target_of_october_allows():
    found = measure(window_of(OPENING_HOURS, *month(2025, 10)), [])
    assert found.allowed_seconds(Decimal("99.60")) / 60 == Fraction(9648, 100)
    assert found.percent == Decimal("100.00")


def test_an_outage_of_october():
    start = second(brussels("2025-10-06 10:00"))
    window = window_of(OPENING_HOURS, *month(2025, 10))
    assert measure(window, [(start, start + 3473)]) == Availability(
        1447200, 3473, Fraction(1443727, 1447200)
    )
    assert measure(window, [(start, start + 3473)]).percent == Decimal("99.76")


@pytest.mark.parametrize("number", range(1, 13))
def test_the_hours_and_their_complement_partition_every_month(number):
    start, end = month(2025, number)
    inside = window_of(OPENING_HOURS, start, end)
    outside = window_of(OPENING_HOURS, start, end, complement=True)
    assert common(inside, outside) == ()
    assert united(inside + outside) == window_of(None, start, end)


def test_overlapping_outages_count_once_and_maintenance_not_at_all():
    at = second(brussels("2025-10-06 10:00"))
    window = window_of(OPENING_HOURS, *month(2025, 10))
    found = measure(
        window,
        [(at, at + 600), (at + 300, at + 900), (at + 2000, at + 2100)],
        [(at + 800, at + 2050), (at + 850, at + 860)],
    )
    assert (found.window_seconds, found.down_seconds) == (402 * HOUR - 1250, 800 + 50)


def test_an_outage_over_midnight_belongs_to_both_months():
    down = [(second(brussels("2025-09-30 23:30")), second(brussels("2025-10-01 00:15")))]
    assert measure(window_of(None, *month(2025, 9)), down).down_seconds == 1800
    assert measure(window_of(None, *month(2025, 10)), down).down_seconds == 900


def test_the_night_the_clock_falls_back_the_repeated_hour_counts_twice():
    night = BusinessHours.of(week={6: [(2 * HOUR, 3 * HOUR)]})
    assert length(window_of(night, *month(2025, 10))) == 5 * HOUR
    assert length(window_of(night, *month(2025, 3))) == 4 * HOUR


def test_an_empty_window_has_no_availability():
    assert measure((), [(0, 10)]).percent is None
    assert measure(((0, 10),), [(0, 10)], [(0, 10)]).percent is None
    assert window_of(None, *month(2025, 10), complement=True) == ()


@pytest.mark.parametrize(
    ("window", "down", "percent"),
    [
        (20_000, 1, "100.00"),  # 99.995 is a half: up
        (20_000, 2, "99.99"),
        (20_000, 3, "99.99"),  # 99.985 is a half: up
        (40_000, 3, "99.99"),
        (3, 1, "66.67"),
        (3, 2, "33.33"),
        (7, 7, "0.00"),
    ],
)
def test_percentages_are_rounded_half_up_on_exact_integers(window, down, percent):
    assert measure(((0, window),), [(0, down)]).percent == Decimal(percent)


def test_the_mean_of_components_weighs_each_the_same():
    whole, half = measure(((0, 10),), []), measure(((0, 1000),), [(0, 500)])
    assert mean_of([whole, half, measure((), [])]) == Availability(1010, 500, Fraction(3, 4))
    assert mean_of([measure((), [])]).percent is None


def test_a_naive_instant_is_refused():
    with pytest.raises(CalendarError):
        window_of(OPENING_HOURS, datetime(2025, 1, 1), datetime(2025, 2, 1))
    with pytest.raises(CalendarError):
        second(datetime(2025, 1, 1))


def test_midnight_where_clocks_jump_over_it_is_the_first_instant_of_the_day():
    first = midnight(date(2018, 11, 4), "America/Sao_Paulo")
    zone = ZoneInfo("America/Sao_Paulo")
    assert first.astimezone(zone).date() == date(2018, 11, 4)
    assert (first - timedelta(seconds=1)).astimezone(zone).date() == date(2018, 11, 3)


# --- against an oracle that asks of every second --------------------------------------------

offsets = st.integers(-4000, 4000)
pairs = st.lists(st.tuples(offsets, offsets), max_size=6)


def hours_of(oracle: Oracle) -> BusinessHours:
    def in_seconds(blocks):
        return [(opens * 60, closes * 60) for opens, closes in blocks]

    return BusinessHours.of(
        zone=oracle.zone,
        week={day: in_seconds(blocks) for day, blocks in oracle.week.items()},
        exceptions={day: in_seconds(blocks) for day, blocks in oracle.exceptions.items()},
        holidays=oracle.holidays,
    )


def lies_in(at: int, spans) -> bool:
    return any(start <= at < end for start, end in spans)


@examples(40)
@given(calendars(), st.sampled_from(ANCHORS), st.integers(-86_400, 86_400), pairs, pairs)
def test_availability_second_by_second(oracle, anchor, shift, outages, maintenance):
    base = second(anchor) + shift
    start, end = base - 3000, base + 3000
    down = [(base + min(pair), base + max(pair)) for pair in outages]
    works = [(base + min(pair), base + max(pair)) for pair in maintenance]
    hours, opened = hours_of(oracle), {}
    for minute in range(start // 60, end // 60 + 1):
        opened[minute] = oracle.is_open(datetime.fromtimestamp(minute * 60, UTC))

    first, last = (datetime.fromtimestamp(at, UTC) for at in (start, end))
    for complement in (False, True):
        window = missing = 0
        for at in range(start, end):
            if opened[at // 60] is not complement and not lies_in(at, works):
                window += 1
                missing += lies_in(at, down)
        found = measure(window_of(hours, first, last, complement=complement), down, works)
        assert (found.window_seconds, found.down_seconds) == (window, missing)


@examples(200)
@given(pairs, pairs)
def test_sets_of_seconds(one, other):
    these, those = united(one), united(other)
    seconds = [set().union(*(range(*span) for span in spans)) for spans in (one, other)]
    assert _seconds(these) == seconds[0]
    assert _seconds(common(these, those)) == seconds[0] & seconds[1]
    assert _seconds(without(these, those)) == seconds[0] - seconds[1]
    for spans in (these, common(these, those), without(these, those)):
        assert length(spans) == len(_seconds(spans))
        assert spans == united(spans)


def _seconds(spans) -> set[int]:
    return set().union(*(range(*span) for span in spans))
