"""How many due moments and elapsed times one process computes in a second.

    python -m tests.benchmarks.business_hours

Prints, for spans from an hour to ten years: `due` and `elapsed` with a warm calendar, beside a
plain walk over days and beside `businesstimedelta`, which walks too. The first two should not grow
with the span.
"""

import timeit
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz

from sla.business_hours import BusinessHours

HOUR = 3600
ZONE = ZoneInfo("Europe/Brussels")
START = datetime(2025, 3, 12, 10, 0, tzinfo=UTC)
WEEK = {key: [(9 * HOUR, 12 * HOUR + 1800), (13 * HOUR, 17 * HOUR)] for key in range(5)}
HOLIDAYS = [
    date(year, month, day) for year in range(2025, 2036) for month, day in ((1, 1), (12, 25))
]
SPANS = {"an hour": HOUR, "a day": 8 * HOUR, "a month": 160 * HOUR, "ten years": 19_500 * HOUR}


def rate(call: Callable[[], object]) -> float:
    """Calls a second: the best of three rounds of about a fifth of a second each."""
    once = timeit.timeit(call, number=1)
    number = max(1, int(0.2 / max(once, 1e-6)))
    return number / min(timeit.repeat(call, number=number, repeat=3))


def walk(start: datetime, seconds: int) -> datetime:
    """The due moment by a walk over local days and their blocks."""
    day, closed = start.astimezone(ZONE).date(), frozenset(HOLIDAYS)
    while True:
        for opens, closes in [] if day in closed else WEEK.get(day.weekday(), []):
            midnight = datetime.combine(day, time(), ZONE)
            opening = max((midnight + timedelta(seconds=opens)).astimezone(UTC), start)
            closing = (midnight + timedelta(seconds=closes)).astimezone(UTC)
            if opening < closing:
                available = int((closing - opening).total_seconds())
                if seconds <= available:
                    return opening + timedelta(seconds=seconds)
                seconds -= available
        day += timedelta(days=1)


def library() -> Callable[[datetime, int], datetime]:
    """The due moment by the library businesstimedelta: the same week, without holidays."""
    day = {"working_days": list(range(5)), "tz": pytz.timezone(ZONE.key)}
    morning = businesstimedelta.WorkDayRule(start_time=time(9), end_time=time(12, 30), **day)
    afternoon = businesstimedelta.WorkDayRule(start_time=time(13), end_time=time(17), **day)
    rules = businesstimedelta.Rules([morning, afternoon])
    return lambda start, seconds: (
        start + businesstimedelta.BusinessTimeDelta(rules, seconds=seconds)
    )


def main() -> None:
    library_due = library()
    hours = BusinessHours.of(week=WEEK, holidays=HOLIDAYS)
    began = perf_counter()
    hours.due(START, HOUR)
    print(f"first answer of a fresh calendar: {1000 * (perf_counter() - began):.1f} ms\n")
    heads = ("due/s", "elapsed/s", "a walk, due/s", "a library, due/s")
    print(f"{'span':<12}{heads[0]:>12}{heads[1]:>12}{heads[2]:>16}{heads[3]:>18}")
    for name, seconds in SPANS.items():
        due = hours.due(START, seconds)
        assert due is not None
        assert due == walk(START, seconds)
        rates = (
            rate(lambda seconds=seconds: hours.due(START, seconds)),
            rate(lambda end=due: hours.elapsed(START, end)),
            rate(lambda seconds=seconds: walk(START, seconds)),
            rate(lambda seconds=seconds: library_due(START, seconds)),
        )
        print(f"{name:<12}{rates[0]:>12,.0f}{rates[1]:>12,.0f}{rates[2]:>16,.0f}{rates[3]:>18,.0f}")


if __name__ == "__main__":
    main()
