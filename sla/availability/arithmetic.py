"""Availability: which part of the promised time a service was there. Exact on whole seconds.

    window = window_of(hours, month_start, month_end)                   opening hours of the month
    measure(window, down, maintenance).percent                          Decimal("99.76")

availability = 1 - |(down in the window) without maintenance| / |window without maintenance|

The command, the dashboard and the status page use this code and no other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from sla.availability.intervals import Span, Spans, common, length, united, without
from sla.business_hours import BusinessHours, CalendarError, time_zone
from sla.open_time import EPOCH

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Availability:
    """How long was promised and how long of that a service was not there, both less maintenance.

    Of a mean, the seconds are the sums of its parts. `ratio` is exact, None of an empty window.
    """

    window_seconds: int
    down_seconds: int
    ratio: Fraction | None

    @property
    def percent(self) -> Decimal | None:
        """With two decimals, rounded half up on exact integers; None of an empty window."""
        return None if self.ratio is None else _rounded(self.ratio)

    def allowed_seconds(self, target: Decimal) -> Fraction:
        """How long the service may be down in this window to keep `target` (in per cent)."""
        return self.window_seconds * (100 - Fraction(target)) / 100


def measure(window: Spans, down: Iterable[Span], maintenance: Iterable[Span] = ()) -> Availability:
    """The availability of one service. Overlapping spans count once."""
    promised = without(window, united(maintenance))
    missing = length(common(united(down), promised))
    total = length(promised)
    return Availability(total, missing, Fraction(total - missing, total) if total else None)


def mean_of(parts: Sequence[Availability]) -> Availability:
    """Each part weighs the same; parts without a window do not count."""
    ratios = [part.ratio for part in parts if part.ratio is not None]
    return Availability(
        sum(part.window_seconds for part in parts),
        sum(part.down_seconds for part in parts),
        sum(ratios, Fraction()) / len(ratios) if ratios else None,
    )


def window_of(
    hours: BusinessHours | None, start: datetime, end: datetime, *, complement: bool = False
) -> Spans:
    """The seconds of [start, end) that count: open ones, or with `complement` the others.

    Without `hours` every second is open. Raises CalendarError for a naive instant.
    """
    whole = united([(second(start), second(end))])
    if hours is None:
        return () if complement else whole
    spans = hours.open_spans(start, end)
    opened = united((second(opens), second(closes)) for opens, closes in spans)
    return without(whole, opened) if complement else opened


def second(instant: datetime) -> int:
    """The whole second an instant lies in. Raises CalendarError for a naive instant."""
    if instant.tzinfo is None:
        raise CalendarError("The instant has no time zone; give it with an offset.")
    return (instant - EPOCH) // _SECOND


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a local date, in UTC. Raises CalendarError for an unknown zone."""
    try:
        return datetime.combine(day, time.min, time_zone(zone)).astimezone(UTC)
    except OverflowError as error:
        raise CalendarError("The date lies outside the years 1 to 9999.") from error


def _rounded(ratio: Fraction) -> Decimal:
    """A ratio in per cent with two decimals, half up."""
    hundredths = (ratio.numerator * 20_000 + ratio.denominator) // (2 * ratio.denominator)
    return Decimal(hundredths).scaleb(-2).quantize(Decimal("0.01"))
