"""Business time the slow way: ask of every single minute whether the desk was open.

Written from the definition alone and sharing no line with the code under test. Every zone it is
used for has offsets of whole minutes, so that openness can only change when a UTC minute begins.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from hypothesis import settings
from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
ZONES = (
    "Europe/Brussels",
    "UTC",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
# Days on which clocks were moved somewhere, and some ordinary ones.
ANCHORS = (
    datetime(2025, 3, 30, tzinfo=UTC),
    datetime(2025, 10, 26, tzinfo=UTC),
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2025, 4, 6, tzinfo=UTC),
    datetime(2025, 10, 5, tzinfo=UTC),
    datetime(2011, 12, 30, tzinfo=UTC),
    datetime(2018, 11, 4, tzinfo=UTC),
    datetime(2025, 12, 25, tzinfo=UTC),
    datetime(2031, 6, 1, tzinfo=UTC),
)

# How many examples a property test tries; 1 in the ordinary run, more when asked for.
THOROUGHNESS = int(os.environ.get("DESK_TEST_THOROUGHNESS", "1"))


def examples(count: int) -> settings:
    """Hypothesis settings for that many examples, times the thoroughness asked for."""
    return settings(max_examples=count * THOROUGHNESS, deadline=None)


@dataclass(frozen=True)
class Oracle:
    """A calendar as plain data: blocks are pairs of minutes since local midnight."""

    zone: str
    week: dict[int, list[tuple[int, int]]]
    exceptions: dict[date, list[tuple[int, int]]]
    holidays: frozenset[date]

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(ZoneInfo(self.zone))
        day, minute = local.date(), local.hour * 60 + local.minute
        if day in self.exceptions:
            blocks = self.exceptions[day]
        elif day in self.holidays:
            blocks = []
        else:
            blocks = self.week.get(day.weekday(), [])
        return any(opens <= minute < closes for opens, closes in blocks)

    def elapsed(self, start: datetime, end: datetime) -> int:
        start, end = start.replace(microsecond=0), end.replace(microsecond=0)
        seconds, at = 0, start
        while at < end:
            following = min(at.replace(second=0) + MINUTE, end)
            if self.is_open(at):
                seconds += int((following - at).total_seconds())
            at = following
        return seconds

    def due(self, start: datetime, seconds: int, patience: timedelta) -> datetime | None:
        """The due moment if it lies within `patience`, else None."""
        at = start = start.replace(microsecond=0)
        while seconds > 0 and at < start + patience:
            following = at.replace(second=0) + MINUTE
            if self.is_open(at):
                available = int((following - at).total_seconds())
                if seconds <= available:
                    return at + timedelta(seconds=seconds)
                seconds -= available
            at = following
        return at if seconds == 0 else None


def moments(days: int = 3) -> st.SearchStrategy[datetime]:
    """Instants within some days of an anchor, to the microsecond."""
    return st.builds(
        lambda anchor, shift, microsecond: (
            anchor + timedelta(seconds=shift, microseconds=microsecond)
        ),
        st.sampled_from(ANCHORS),
        st.integers(-days * 86_400, days * 86_400),
        st.sampled_from([0, 0, 1, 999_999]),
    )


@st.composite
def blocks(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to four blocks of a day, in minutes; they may touch and overlap."""
    edges = st.one_of(
        st.integers(0, 1440), st.sampled_from([0, 60, 120, 150, 180, 540, 1020, 1440])
    )
    pairs = draw(st.lists(st.tuples(edges, edges), max_size=4))
    return [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@st.composite
def calendars(draw: st.DrawFn) -> Oracle:
    """Any calendar: few zones, any week, exceptions and holidays near the anchors."""
    near = st.builds(
        lambda anchor, days: (anchor + timedelta(days=days)).date(),
        st.sampled_from(ANCHORS),
        st.integers(-4, 4),
    )
    return Oracle(
        zone=draw(st.sampled_from(ZONES)),
        week=draw(st.dictionaries(st.integers(0, 6), blocks(), max_size=7)),
        exceptions=draw(st.dictionaries(near, blocks(), max_size=4)),
        holidays=draw(st.frozensets(near, max_size=4)),
    )


def local(zone: str, text: str, *, fold: int = 0) -> datetime:
    """An instant from a wall-clock time: local("Europe/Brussels", "2025-10-26 02:30", fold=1).

    In UTC, because Python never finds an ambiguous time of one zone equal to that of another.
    """
    naive = datetime.fromisoformat(text)
    return naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def brussels(text: str, *, fold: int = 0) -> datetime:
    """An instant from a wall-clock time in Brussels."""
    return local("Europe/Brussels", text, fold=fold)


def at(text: str) -> time_machine.travel:
    """Stops the clock at a moment in Brussels, for as long as it is entered."""
    return time_machine.travel(brussels(text), tick=False)
