"""The open seconds of a calendar, laid out once on the UTC axis.

`OpenTime` is the fast half of business hours: an immutable stretch of the axis (whole years, in
seconds since 1970-01-01T00:00Z) with its open segments and the running total of open seconds
before each of them. Counting and searching are then one bisection, however long the span.
Nothing here knows of datetimes that people typed: see `business_hours` for the public door.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Two days are kept free at both ends, so that every instant has a date in every time zone.
FIRST_SECOND = int(datetime(1, 1, 3, tzinfo=UTC).timestamp())
LAST_SECOND = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
# No zone changes its offset twice within a week; half of that can miss no change.
_PROBE = 3 * DAY

Block = tuple[int, int]
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class OpenTime:
    """Open segments within [low, high), with `before[i]` open seconds before `starts[i]`.

    The first entry is an empty segment at `low`, so that every instant has a segment before it.
    """

    low: int
    high: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    def count_until(self, second: int) -> int:
        """Open seconds in [low, second)."""
        i = bisect_right(self.starts, second) - 1
        return self.before[i] + min(second, self.ends[i]) - self.starts[i]

    def reach(self, count: int) -> int:
        """The earliest second at which `count_until` equals `count`; needs 0 < count <= total."""
        i = bisect_left(self.before, count) - 1
        return self.starts[i] + count - self.before[i]

    def within(self, start: int, end: int) -> Iterator[Block]:
        """The open segments that touch [start, end), cut to it, in order."""
        for i in range(max(bisect_right(self.ends, start), 1), len(self.starts)):
            if self.starts[i] >= end:
                return
            yield max(self.starts[i], start), min(self.ends[i], end)


def lay_out(zone: ZoneInfo, blocks_of: Callable[[int], Blocks], low: int, high: int) -> OpenTime:
    """Open time in [low, high); `blocks_of` gives the blocks of a local day (days since 1970)."""
    starts, ends, before, total = [low], [low], [0], 0
    for start, end in _segments(zone, blocks_of, low, high):
        if start == ends[-1] and len(ends) > 1:
            ends[-1] = end
        else:
            starts.append(start)
            ends.append(end)
            before.append(total)
        total += end - start
    return OpenTime(low, high, tuple(starts), tuple(ends), tuple(before), total)


def join(left: OpenTime, right: OpenTime) -> OpenTime:
    """Two neighbouring stretches as one."""
    return OpenTime(
        left.low,
        right.high,
        left.starts + right.starts[1:],
        left.ends + right.ends[1:],
        left.before + tuple(left.total + count for count in right.before[1:]),
        left.total + right.total,
    )


def _segments(
    zone: ZoneInfo, blocks_of: Callable[[int], Blocks], low: int, high: int
) -> Iterator[Block]:
    # An instant is open iff its wall clock lies in a block of its local date. Within a period of
    # one offset the wall clock is the instant plus that offset, so blocks are cut to the period:
    # a skipped hour has no instants to count, a repeated one is met in both periods.
    for start, end, offset in _offset_periods(zone, low, high):
        for day in range((start + offset) // DAY, (end + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for opens, closes in blocks_of(day):
                opening, closing = max(midnight + opens, start), min(midnight + closes, end)
                if opening < closing:
                    yield opening, closing


def _offset_periods(zone: ZoneInfo, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    start, offset, known = low, _offset(zone, low), low
    while known < high:
        probe = min(known + _PROBE, high)
        if _offset(zone, probe) != offset:
            change = _first_change(zone, known, probe)
            yield start, change, offset
            start, offset, probe = change, _offset(zone, change), change
        known = probe
    if start < high:
        yield start, high, offset


def _first_change(zone: ZoneInfo, same: int, other: int) -> int:
    offset = _offset(zone, same)
    while other - same > 1:
        middle = (same + other) // 2
        if _offset(zone, middle) == offset:
            same = middle
        else:
            other = middle
    return other


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset() or timedelta()
    return offset.days * DAY + offset.seconds
