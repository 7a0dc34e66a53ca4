"""Reading clocks: which want attention now, and which count in a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connections, models

Moment = dt.datetime | None

# One statement for however many clocks: a CASE of hundreds of rows costs more than the round.
WAIT_FOR = """
UPDATE sla_clock
SET next_alert_at = told.next_alert_at,
    breached_at = COALESCE(told.breached_at, sla_clock.breached_at),
    counted_at = COALESCE(told.breached_at, sla_clock.counted_at)
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
    AS told (id, next_alert_at, breached_at)
WHERE sla_clock.id = told.id
"""


class ClockQuerySet(models.QuerySet):
    def unfinished(self) -> ClockQuerySet:
        return self.exclude(state="stopped")

    def to_alert(self, now: dt.datetime) -> ClockQuerySet:
        """Those with an alert to raise, the longest overdue first."""
        return self.filter(next_alert_at__lte=now).order_by("next_alert_at", "pk")

    def counted_between(self, metric: str, start: dt.datetime, end: dt.datetime) -> ClockQuerySet:
        """The figures of one metric in [start, end): breached in it, or stopped in it in time."""
        return self.filter(metric=metric, counted_at__gte=start, counted_at__lt=end)

    def stopped_between(self, metric: str, start: dt.datetime, end: dt.datetime) -> ClockQuerySet:
        """Clocks of one metric that stopped in [start, end), for how long it took."""
        return self.filter(metric=metric, stopped_at__gte=start, stopped_at__lt=end)

    def kept(self) -> ClockQuerySet:
        """Of the counted ones: the promise was kept."""
        return self.filter(breached_at__isnull=True)

    def wait_for(self, told: Mapping[int, tuple[Moment, Moment]]) -> None:
        """Stores by clock when it rings next, and the moment it broke its promise, if it did."""
        if told:
            next_alerts, breaches = zip(*told.values(), strict=True)
            with connections[self.db].cursor() as cursor:
                cursor.execute(WAIT_FOR, [list(told), list(next_alerts), list(breaches)])

    def broken(self) -> ClockQuerySet:
        return self.filter(breached_at__isnull=False)


class PromiseQuerySet(models.QuerySet):
    def with_versions(self, *, of: int) -> PromiseQuerySet:
        """With the versions of policy and calendar. Those `of` many tickets are few: they are read
        once, in queries of their own, and are the same objects for all.
        """
        versions = ("policy_version", "calendar_version")
        return self.select_related(*versions) if of == 1 else self.prefetch_related(*versions)


class StatementQuerySet(models.QuerySet):
    def of_months(self, first: dt.date, last: dt.date) -> StatementQuerySet:
        """Those of the months that begin in [first, last]."""
        return self.filter(month__first_day__range=(first, last))

    def current(self) -> StatementQuerySet:
        """Of each figure of each month what it says now."""
        return self.order_by("month_id", "figure", "-number").distinct("month_id", "figure")

    def without_tickets(self) -> StatementQuerySet:
        """The numbers alone: the tickets behind them may be many."""
        return self.defer("tickets", "late")

    def ticket_ids(self, *columns: str) -> models.QuerySet:
        """A subquery with the ids in one or both of these columns (`tickets`, `late`)."""
        ids: models.F | models.Func = models.F(columns[0])
        for column in columns[1:]:
            ids = models.Func(ids, models.F(column), function="array_cat")
        return self.order_by().values_list(models.Func(ids, function="unnest"), flat=True)


class RecomputeQuerySet(models.QuerySet):
    def working(self) -> RecomputeQuerySet:
        """Those with tickets still to look at, the oldest first."""
        return self.filter(state__in=["previewing", "applying"]).order_by("pk")
