"""Business time: how many open seconds lie between two instants, and when a target is due.

    hours = BusinessHours.of(zone="Europe/Brussels", week={0: [(9 * 3600, 17 * 3600)]})
    hours.elapsed(a, b)  -> open seconds in [a, b)
    hours.due(a, n)      -> the earliest instant t >= a with elapsed(a, t) == n

Pure arithmetic, exact to the second. Instants are aware datetimes of any zone, cut to the whole
second before anything is counted; answers are in UTC. An instant is open iff its wall-clock time
in the calendar's zone lies in a block of its local date, so the hour that is skipped in spring
counts nothing and the hour that is repeated in autumn counts twice.

The commands and every SLA clock use this code and no other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.open_time import (
    DAY,
    EPOCH,
    FIRST_SECOND,
    LAST_SECOND,
    Block,
    Blocks,
    OpenTime,
    join,
    lay_out,
)

# "Four years" always holds a leap day or its neighbour: 4 x 365.25 days.
PATIENCE = 1461 * DAY
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# Names that exist as files beside the IANA zones, but mean something else on every machine.
_NOT_IANA = ("posix/", "right/", "posixrules", "localtime", "Factory")


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for the translators; whoever shows it translates it."""
    return sentence


class CalendarError(ValueError):
    """A calendar, an instant or a target that has no meaning; its text is a sentence to show.

    `sentence` is that text before its `values` are filled in, for those who translate it.
    """

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the desk is open: a time zone, a week of blocks, exceptions, holidays.

    `week` holds seven tuples of blocks, Monday first. A block is a half-open pair of seconds since
    local midnight, 0 <= opens < closes <= 86400. A date in `exceptions` has exactly those blocks
    (none: closed), whatever else is said of it; a date in `holidays` has none. Make one with `of`.
    """

    zone: str
    week: tuple[Blocks, ...]
    exceptions: tuple[tuple[date, Blocks], ...] = ()
    holidays: frozenset[date] = frozenset()
    _zone_info: ZoneInfo = field(init=False, repr=False, compare=False)
    _special: dict[int, Blocks] = field(init=False, repr=False, compare=False)
    _open: OpenTime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        special: dict[int, Blocks] = {_day_number(day): () for day in self.holidays}
        special.update((_day_number(day), blocks) for day, blocks in self.exceptions)
        object.__setattr__(self, "_zone_info", time_zone(self.zone))
        object.__setattr__(self, "_special", special)
        object.__setattr__(self, "_open", OpenTime(0, 0, (0,), (0,), (0,), 0))

    @classmethod
    def of(
        cls,
        *,
        zone: str = "Europe/Brussels",
        week: Mapping[int, Iterable[Block]],
        exceptions: Mapping[date, Iterable[Block]] | None = None,
        holidays: Iterable[date] = (),
    ) -> "BusinessHours":
        """Business hours from loose parts; `week` is keyed by weekday, 0 = Monday.

        Overlapping and touching blocks are united. Raises CalendarError for a block that is
        reversed, empty or not within one day, and for a zone that does not exist.
        """
        return cls(
            zone,
            tuple(united(week.get(weekday, ())) for weekday in range(7)),
            tuple(sorted((day, united(blocks)) for day, blocks in (exceptions or {}).items())),
            frozenset(holidays),
        )

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open seconds in [start, end), both cut to the whole second; 0 if end <= start.

        Raises CalendarError for a naive instant.
        """
        first, last = _second(start), _second(end)
        if last <= first:
            return 0
        open_time = self._open
        if not (open_time.low <= first and last <= open_time.high):
            open_time = self._cover(first, last)
        return open_time.count_until(last) - open_time.count_until(first)

    def due(self, start: datetime, seconds: int) -> datetime | None:
        """The earliest instant t >= start with elapsed(start, t) == seconds, in UTC.

        A target that ends exactly at closing time is due at that closing; 0 seconds are due at
        `start` itself, open or not. None when the seconds are never reached: the calendar has no
        open moment within four years of `start`, or its last open day is over.
        Raises CalendarError for a naive instant, for fewer than 0 or broken seconds, and for a
        moment beyond the year 9999.
        """
        first = _second(start)
        if seconds.__class__ is not int or seconds < 0:
            raise CalendarError("The target must be a whole number of seconds, 0 or more.")
        if seconds == 0:
            _expect_within(first, first)
            return EPOCH + timedelta(0, first)
        open_time = self._open
        if not open_time.low <= first <= open_time.high:
            open_time = self._cover(first, first)
        before = open_time.count_until(first)
        if before + seconds > open_time.total:
            extended = self._extended(first, seconds)
            if extended is None:
                return None
            open_time, before = extended, extended.count_until(first)
        reached = open_time.reach(before + seconds)
        if reached - first > PATIENCE and open_time.reach(before + 1) - first > PATIENCE:
            return None
        return EPOCH + timedelta(0, reached)

    def is_open(self, at: datetime) -> bool:
        """Whether the second that begins at `at` is open."""
        second = _second(at)
        return any(self._cover(second, second + 1).within(second, second + 1))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open second at or after `at`, in UTC; None when there is none in four years."""
        first_worked = self.due(at, 1)
        return None if first_worked is None else first_worked - timedelta(seconds=1)

    def open_spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches within [start, end), in UTC and in order."""
        first, last = _second(start), _second(end)
        if first < last:
            for opens, closes in self._cover(first, last).within(first, last):
                yield EPOCH + timedelta(0, opens), EPOCH + timedelta(0, closes)

    def blocks_on(self, day: date) -> Blocks:
        """The blocks of one local date: its exception, else nothing on a holiday, else the week."""
        return self._blocks_of(_day_number(day))

    def _blocks_of(self, day: int) -> Blocks:
        special = self._special.get(day)
        return self.week[(day + 3) % 7] if special is None else special

    def _cover(self, first: int, last: int) -> OpenTime:
        """Open time that covers both seconds; grown by whole years and kept for the next caller.

        The stretch is replaced, never changed, so threads may read it while another extends it.
        """
        _expect_within(first, last)
        open_time = self._open
        if open_time.low == open_time.high:
            open_time = self._laid(_year_start(first, -1), _year_start(last, 2))
        # Growing by at least the present length keeps the cost of far years linear.
        length = open_time.high - open_time.low
        if first < open_time.low:
            low = max(FIRST_SECOND, min(_year_start(first, -1), open_time.low - length))
            open_time = join(self._laid(low, open_time.low), open_time)
        if last > open_time.high:
            high = min(LAST_SECOND, max(_year_start(last, 2), open_time.high + length))
            open_time = join(open_time, self._laid(open_time.high, high))
        object.__setattr__(self, "_open", open_time)
        return open_time

    def _laid(self, low: int, high: int) -> OpenTime:
        return lay_out(self._zone_info, self._blocks_of, low, high)

    def _extended(self, first: int, seconds: int) -> OpenTime | None:
        """Open time that holds `seconds` open seconds after `first`; None if there never are."""
        if not self._opens_soon(first):
            return None
        open_time = self._cover(first, first)
        while open_time.total - open_time.count_until(first) < seconds:
            if not self._opens_after(open_time.high):
                return None
            if open_time.high == LAST_SECOND or seconds > LAST_SECOND - first:
                raise CalendarError("The due moment lies beyond the year 9999.")
            open_time = self._cover(first, open_time.high + 1)
        return open_time

    def _opens_soon(self, first: int) -> bool:
        patience = min(first + PATIENCE, LAST_SECOND)
        open_time = self._cover(first, patience)
        return open_time.count_until(patience) > open_time.count_until(first)

    def _opens_after(self, second: int) -> bool:
        last_day = max((day for day, blocks in self._special.items() if blocks), default=0)
        return any(self.week) or second < (last_day + 2) * DAY


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name; raises CalendarError when there is none."""
    try:
        if name.startswith(_NOT_IANA):
            raise ValueError(name)
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        sentence = gettext_noop("There is no time zone %(name)s.")
        raise CalendarError(sentence, name=repr(name)) from error


def united(blocks: Iterable[Block]) -> Blocks:
    """The blocks of one day in order, overlapping and touching ones made one.

    Raises CalendarError for a block that is reversed, empty or not within 00:00-24:00.
    """
    merged: list[Block] = []
    for opens, closes in sorted(blocks):
        if not 0 <= opens < closes <= DAY:
            raise CalendarError(
                gettext_noop("The block %(block)s is reversed, empty or outside the day."),
                block=f"{clock(opens)}-{clock(closes)}",
            )
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return tuple(merged)


def clock(seconds: int) -> str:
    """Seconds since midnight as people write them: 30600 -> "08:30"."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours:02d}:{minutes:02d}"


def _second(instant: datetime) -> int:
    try:
        since = instant - EPOCH
    except TypeError as error:
        raise CalendarError("The instant has no time zone; give it with an offset.") from error
    return since.days * DAY + since.seconds


def _expect_within(first: int, last: int) -> None:
    if not FIRST_SECOND <= first <= last <= LAST_SECOND:
        raise CalendarError("The instant lies outside the years 1 to 9999.")


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH_ORDINAL


def _year_start(second: int, years: int) -> int:
    """The start of the UTC year `years` after that of `second`, within the axis."""
    year = (EPOCH + timedelta(0, second)).year + years
    if not MINYEAR < year < MAXYEAR:
        return FIRST_SECOND if year <= MINYEAR else LAST_SECOND
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
