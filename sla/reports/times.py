"""How long answers and solutions of one month took. Never published: as the clocks say now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Aggregate, Case, Count, IntegerField, QuerySet, Value, When

from servicedesk.lib.percentages import share
from sla.models import Clock
from sla.reports.buckets import BUCKETS
from sla.reports.figures import RESOLUTION, RESPONSE, Figure, Scope

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


class Median(Aggregate):
    """The middle value; of an even number of values the lower one."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


class Times:
    """The distributions of a month and their middles, in one query each."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def response(self) -> list[Slice]:
        return self._distribution("response-times", RESPONSE)

    def resolution(self) -> list[Slice]:
        return self._distribution("resolution-times", RESOLUTION)

    def median_response(self) -> int | None:
        """Business seconds; None when nothing was answered."""
        return self._median(RESPONSE)

    def median_resolution(self) -> int | None:
        """Business seconds; None when nothing was solved."""
        return self._median(RESOLUTION)

    def _median(self, metric: str) -> int | None:
        median: int | None = self._stopped(metric).aggregate(m=Median("used_seconds"))["m"]
        return median

    def _stopped(self, metric: str) -> QuerySet:
        month = self.scope.month
        clocks = Clock.objects.stopped_between(metric, month.start, month.end).order_by()
        return self.scope.narrow(clocks, "ticket__")

    def _distribution(self, name: str, metric: str) -> list[Slice]:
        buckets = BUCKETS[metric]
        number = Case(
            *[
                When(used_seconds__lt=bucket.most, then=Value(index))
                for index, bucket in enumerate(buckets)
                if bucket.most is not None
            ],
            default=Value(len(buckets) - 1),
            output_field=IntegerField(),
        )
        rows = self._stopped(metric).values(number=number).annotate(n=Count("pk"))
        counts = Counter({row["number"]: row["n"] for row in rows})
        total = sum(counts.values())
        return [
            Slice(
                label=bucket.label,
                figure=Figure(name, self.scope, bucket=index),
                count=counts[index],
                percent=share(counts[index], total),
                late=index >= LATE_FROM,
            )
            for index, bucket in enumerate(buckets)
        ]
