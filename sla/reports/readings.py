"""What the figures of whole months say now, with the tickets behind each: what is to be published.

A few queries for however many months. A figure is named by its key (`Figure.key`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from servicedesk.lib.percentages import share
from sla.availability.measuring import Measurement
from sla.availability.table import lines
from sla.models import Clock
from sla.reports.buckets import BUCKETS
from sla.reports.figures import RESOLUTION, RESPONSE, TIMES, Figure, Scope, category_slug, key_of
from sla.reports.months import Month
from sla.reports.times import Median, bucket_number
from tickets.models import Rating, Ticket

#: The figures of the report that are made of clocks, and of which.
PROMISES = {"response": RESPONSE, "resolution": RESOLUTION}
#: All that are shown as a share: of promises kept, of opinions that are positive.
SHARES = frozenset({*PROMISES, "satisfaction"})


@dataclass(frozen=True)
class Reading:
    """One figure of one month: the tickets that count, those of a broken promise apart.

    A figure of availability has `seconds` instead, those that were kept of those that count, and
    its `value` in per cent. How long it took has a `median`, in business seconds.
    """

    tickets: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    is_promise: bool = False
    seconds: tuple[int, int] | None = None
    value: Decimal | None = None
    median: int | None = None

    @property
    def counted(self) -> int:
        return self.seconds[1] if self.seconds else len(self.tickets) + len(self.late)

    @property
    def kept(self) -> int | None:
        """How many promises were kept; None where nothing is promised."""
        if self.seconds:
            return self.seconds[0]
        return len(self.tickets) if self.is_promise else None

    @property
    def percent(self) -> Decimal | None:
        """Kept of counted; None where nothing is promised or nothing was counted."""
        if self.value is not None:
            return self.value
        return None if self.kept is None else share(self.kept, self.counted)


Readings = dict[str, Reading]


def read_months(months: Sequence[Month]) -> dict[Month, Readings]:
    """All figures of these months, which follow each other; a figure of nothing is left out.

    A constant number of queries, and one for each month.
    """
    readings: dict[Month, Readings] = {month: {} for month in months}
    for month, key, reading in _all(min(months), max(months)):
        readings[month][key] = reading
    for line in lines(sorted(months, reverse=True)):
        for cell in line.cells:
            if (found := _availability(cell.measurement)) is not None:
                readings[cell.month][line.target.key] = found
    for month in months:
        backlog = Figure("backlog", Scope(month)).found(Ticket.objects.all())
        readings[month]["backlog"] = Reading(sorted(backlog.values_list("pk", flat=True)))
    return readings


def _all(first: Month, last: Month) -> Iterator[tuple[Month, str, Reading]]:
    new = Ticket.objects.counted().created_between(first.start, last.end)
    for row in _by_month(new, "created_at"):
        yield _month(row), "new", Reading(row["tickets"])
    solved: dict[Month, list[int]] = defaultdict(list)
    by_category = Ticket.objects.counted().solved_between(first.start, last.end)
    for row in _by_month(by_category, "solved_at", "category__slug"):
        solved[_month(row)] += row["tickets"]
        slug = row["category__slug"] or category_slug(None)
        yield _month(row), key_of("solved", slug), Reading(row["tickets"])
    for month, tickets in solved.items():
        yield month, "solved", Reading(sorted(tickets))
    for name, metric in PROMISES.items():
        clocks = Clock.objects.counted_between(metric, first.start, last.end)
        for row in _by_month(clocks, "counted_at", ticket="ticket_id", late=_late()):
            yield _month(row), name, Reading(row["tickets"], row["late"], is_promise=True)
    yield from _times(first, last)
    opinions = Rating.objects.filter(
        ticket__in=Ticket.objects.counted(),
        answered_at__gte=first.start,
        answered_at__lt=last.end,
    )
    bad = Q(verdict=Rating.Verdict.NEGATIVE)
    for row in _by_month(opinions, "answered_at", ticket="ticket_id", late=_late(bad)):
        reading = Reading(row["tickets"], row["late"], is_promise=True)
        yield _month(row), "satisfaction", reading


def _times(first: Month, last: Month) -> Iterator[tuple[Month, str, Reading]]:
    """How long it took: all that stopped in a month with the middle, and each class of them."""
    for name, metric in TIMES.items():
        stopped = Clock.objects.stopped_between(metric, first.start, last.end)
        for row in _by_month(
            stopped, "stopped_at", ticket="ticket_id", median=Median("used_seconds")
        ):
            yield _month(row), name, Reading(row["tickets"], median=row["median"])
        classed = stopped.annotate(bucket=bucket_number(BUCKETS[metric]))
        for row in _by_month(classed, "stopped_at", "bucket", ticket="ticket_id"):
            yield _month(row), key_of(name, bucket=row["bucket"]), Reading(row["tickets"])


def _availability(measurement: Measurement) -> Reading | None:
    """None where there is no data."""
    if measurement.percent is None:
        return None
    there = measurement.availability
    kept = there.window_seconds - there.down_seconds
    return Reading(is_promise=True, seconds=(kept, there.window_seconds), value=measurement.percent)


BROKEN = Q(breached_at__isnull=False)


def _late(bad: Q = BROKEN) -> ArrayAgg:
    return ArrayAgg("ticket_id", filter=bad, order_by=["ticket_id"], default=[])


def _by_month(
    rows: QuerySet,
    column: str,
    *more: str,
    ticket: str = "pk",
    late: ArrayAgg | None = None,
    **counts: Aggregate,
) -> QuerySet:
    """The tickets of each month, and perhaps of each of something else, in order."""
    kept = ~late.filter if late else None
    month = TruncMonth(column, tzinfo=timezone.get_default_timezone())
    lists = {**counts, **({"late": late} if late else {})}
    return (
        rows.order_by()
        .values(*more, month=month)
        .annotate(tickets=ArrayAgg(F(ticket), filter=kept, order_by=[ticket], default=[]), **lists)
        .order_by()
    )


def _month(row: Mapping) -> Month:
    return Month(row["month"].year, row["month"].month)
