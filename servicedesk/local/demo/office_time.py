"""Business time from both sides, fast, in whole seconds since 1970: for inventing moments.

What the clocks say is decided by `sla.readings` alone; this only chooses when things happen.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from django.utils import timezone

from sla.business_hours import BusinessHours

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
HOUR = 3600
DAY = 24 * HOUR


class OfficeTime:
    """The open stretches between two moments, counted through."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        total = 0
        for start, end in spans:
            self.starts.append(start)
            self.ends.append(end)
            self.before.append(total)
            total += end - start

    @classmethod
    def of(cls, hours: BusinessHours, first: dt.date, last: dt.date) -> "OfficeTime":
        """From some weeks before the local midnight of `first` until well after that of `last`."""
        spans = hours.open_spans(
            EPOCH + dt.timedelta(seconds=midnight(first) - 60 * DAY),
            EPOCH + dt.timedelta(seconds=midnight(last) + 90 * DAY),
        )
        return cls((seconds(start), seconds(end)) for start, end in spans)

    def count(self, at: int) -> int:
        """Open seconds until `at`."""
        i = bisect_right(self.starts, at) - 1
        return self.before[i] + min(at, self.ends[i]) - self.starts[i]

    def reach(self, count: int) -> int:
        """The earliest moment at which `count` open seconds have passed."""
        i = max(bisect_left(self.before, count) - 1, 0)
        return self.starts[i] + count - self.before[i]

    def after(self, at: int, used: int) -> int:
        """The moment at which `used` open seconds have passed since `at`."""
        return self.reach(self.count(at) + used)

    def ago(self, at: int, used: int) -> int:
        """The last moment from which `used` open seconds have passed until `at`."""
        return self.reach(self.count(at) - used)

    def is_open(self, at: int) -> bool:
        i = bisect_right(self.starts, at) - 1
        return at < self.ends[i]

    def last_closing(self, at: int) -> int:
        """The end of the last stretch that closed at or before `at`."""
        return self.ends[bisect_right(self.ends, at) - 1]


def seconds(at: dt.datetime) -> int:
    return int(at.timestamp())


def moment(at: int) -> dt.datetime:
    return EPOCH + dt.timedelta(seconds=at)


def midnight(day: dt.date) -> int:
    """The start of a local day."""
    return seconds(timezone.make_aware(dt.datetime.combine(day, dt.time.min)))


def local_day(at: int) -> dt.date:
    return timezone.localtime(moment(at)).date()
