"""How long answers and solutions of one month took: as published, or as the clocks say now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Aggregate, Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from servicedesk.lib.percentages import share
from sla.models import Clock
from sla.reports.buckets import BUCKETS, Bucket
from sla.reports.figures import TIMES, Figure, Scope, key_of
from sla.reports.months import Month
from sla.reports.published import Counts, Published

#: The first class that is later than the usual target.
LATE_FROM = 4


@dataclass(frozen=True)
class Slice:
    """One class of a distribution."""

    label: object
    figure: Figure
    count: int
    percent: Decimal | None
    late: bool
    restated: bool


@dataclass(frozen=True)
class Middle:
    """How long half of them took at most, in business seconds; None when there are none."""

    figure: Figure
    seconds: int | None
    restated: bool


class Median(Aggregate):
    """The middle value; of an even number of values the lower one."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


def bucket_number(buckets: Sequence[Bucket]) -> Case:
    """In which class a stopped clock belongs."""
    return Case(
        *[
            When(used_seconds__lt=bucket.most, then=Value(index))
            for index, bucket in enumerate(buckets)
            if bucket.most is not None
        ],
        default=Value(len(buckets) - 1),
        output_field=IntegerField(),
    )


class Times:
    """The distributions of a month and their middles. Published ones are read, not counted."""

    def __init__(self, scope: Scope, published: Published) -> None:
        self.scope, self.published = scope, published

    @cached_property
    def response(self) -> list[Slice]:
        return self._distribution("response-times")

    @cached_property
    def resolution(self) -> list[Slice]:
        return self._distribution("resolution-times")

    @cached_property
    def median_response(self) -> Middle:
        return self._middle("response-times")

    @cached_property
    def median_resolution(self) -> Middle:
        return self._middle("resolution-times")

    def now(self, months: Sequence[Month]) -> Mapping[Month, Mapping[str, Counts]]:
        """What the clocks say now of these months, the latest first, by key. Four queries."""
        counts: dict[Month, dict[str, Counts]] = defaultdict(dict)
        for name, metric in TIMES.items():
            stopped = self._stopped(metric, months)
            for row in stopped.values("month").annotate(n=Count("pk"), m=Median("used_seconds")):
                counts[_month(row)][name] = row["n"], row["m"]
            classed = stopped.values("month", bucket=bucket_number(BUCKETS[metric]))
            for row in classed.annotate(n=Count("pk")):
                counts[_month(row)][key_of(name, bucket=row["bucket"])] = row["n"], None
        return counts

    @cached_property
    def _counts(self) -> Mapping[str, Counts]:
        month = self.scope.month
        return {} if self.published.is_frozen(month) else self.now([month])[month]

    def _stopped(self, metric: str, months: Sequence[Month]) -> QuerySet:
        clocks = Clock.objects.stopped_between(metric, months[-1].start, months[0].end)
        month = TruncMonth("stopped_at", tzinfo=timezone.get_default_timezone())
        return self.scope.narrow(clocks, "ticket__").annotate(month=month).order_by()

    def _middle(self, name: str) -> Middle:
        figure = Figure(name, self.scope)
        count, median = self._counts.get(figure.key, (0, None))
        said = self.published.said(figure, count, median=median)
        return Middle(figure, said.median, said.restated)

    def _distribution(self, name: str) -> list[Slice]:
        buckets = BUCKETS[TIMES[name]]
        figures = [Figure(name, self.scope, bucket=index) for index in range(len(buckets))]
        said = [
            self.published.said(figure, self._counts.get(figure.key, (0, None))[0])
            for figure in figures
        ]
        total = sum(one.count for one in said)
        return [
            Slice(
                label=bucket.label,
                figure=figure,
                count=one.count,
                percent=share(one.count, total),
                late=index >= LATE_FROM,
                restated=one.restated,
            )
            for index, (bucket, figure, one) in enumerate(zip(buckets, figures, said, strict=True))
        ]


def _month(row: Mapping) -> Month:
    return Month(row["month"].year, row["month"].month)
