"""The numbers of the dashboard: a constant number of queries, whatever the data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Aggregate, Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from servicedesk.lib.percentages import share
from sla.models import Clock, FrozenMonth, Statement
from sla.reports.buckets import BUCKETS
from sla.reports.figures import (
    POSITIVE,
    RESOLUTION,
    RESPONSE,
    Figure,
    Scope,
    category_slug,
    key_of,
)
from sla.reports.months import Month
from tickets.models import Rating, Ticket

MONTHS = 13
CATEGORY_MONTHS = 5


@dataclass(frozen=True)
class Cell:
    """A number with the figure that it counts; `percent` where it is shown as a share.

    Once its month is frozen it is the number as published, or as restated since.
    """

    figure: Figure
    count: int
    percent: Decimal | None = None
    missed: bool = False
    restated: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table, a cell for each month, the latest first."""

    name: object
    cells: list[Cell]
    target: Decimal | None = None
    measured: object = ""

    @property
    def latest(self) -> Cell:
        return self.cells[0]


@dataclass(frozen=True)
class Slice:
    """One class of a distribution."""

    label: object
    figure: Figure
    count: int
    percent: Decimal | None
    late: bool


@dataclass(frozen=True)
class _Said:
    """A number and, of a promise, how many were kept."""

    count: int
    kept: int | None = None
    restated: bool = False


class Median(Aggregate):
    """The middle value; of an even number of values the lower one."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


class Dashboard:
    """Everything the page shows for one month, the months before it, and one service or all."""

    def __init__(self, scope: Scope, reader: User) -> None:
        self.scope, self.reader = scope, reader
        self.months = scope.month.series(MONTHS)
        self.tickets = scope.narrow(Ticket.objects.visible_to(reader).counted()).order_by()

    # --- what was published ---------------------------------------------------------------

    @cached_property
    def _published(self) -> dict[Month, dict[str, Statement]]:
        """What the frozen months say; a report about one service was never published."""
        if self.scope.service:
            return {}
        span = self.months[-1].first_day, self.months[0].first_day
        frozen = FrozenMonth.objects.filter(first_day__range=span)
        said = Statement.objects.of_months(*span).current().without_tickets()
        months: dict[Month, dict[str, Statement]] = {
            Month.of_day(day): {} for day in frozen.values_list("first_day", flat=True)
        }
        for statement in said.select_related("month"):
            months[Month.of_day(statement.month.first_day)][statement.figure] = statement
        return months

    def _said(self, figure: Figure, count: int, kept: int | None = None) -> _Said:
        """The number of a figure: as published once it is, else as it is now."""
        month = figure.scope.month
        if month not in self._published:
            return _Said(count, kept)
        statement = self._published[month].get(figure.key)
        if statement is None:
            return _Said(0, None if kept is None else 0)
        return _Said(statement.counted, statement.kept, statement.is_restatement)

    # --- counts by month ------------------------------------------------------------------

    @cached_property
    def _new(self) -> Counter[Month]:
        since = self.months[-1].start
        months = _by_month(self.tickets.filter(created_at__gte=since), "created_at")
        return Counter({_month(row["month"]): row["n"] for row in months})

    @cached_property
    def _solved(self) -> Counter[tuple[Month, int | None]]:
        since = self.months[-1].start
        months = _by_month(self.tickets.filter(solved_at__gte=since), "solved_at", "category")
        return Counter({(_month(row["month"]), row["category"]): row["n"] for row in months})

    @cached_property
    def _solved_totals(self) -> Counter[Month]:
        totals: Counter[Month] = Counter()
        for (month, _category), count in self._solved.items():
            totals[month] += count
        return totals

    @cached_property
    def _unsolved_now(self) -> int:
        return self.tickets.unsolved().count()

    def _backlog(self, month: Month) -> int:
        # What is open now, taken back in time: without what came after, with what went after.
        came = sum(count for other, count in self._new.items() if other > month)
        went = sum(count for other, count in self._solved_totals.items() if other > month)
        return self._unsolved_now + went - came

    # --- the table of months --------------------------------------------------------------

    @cached_property
    def volumes(self) -> list[Row]:
        """New, solved, left over."""
        return [
            self._row("new", _("New tickets"), lambda month: self._new[month]),
            self._row("solved", _("Solved tickets"), lambda month: self._solved_totals[month]),
            self._row("backlog", _("Not solved at the end of the month"), self._backlog),
        ]

    def _row(self, name: str, title: object, count) -> Row:
        cells = []
        for month in self.months:
            figure = Figure(name, self.scope.at(month))
            said = self._said(figure, count(month))
            cells.append(Cell(figure, said.count, restated=said.restated))
        return Row(title, cells)

    @cached_property
    def promises(self) -> list[Row]:
        """Response and resolution within the time promised, against the target of the desk."""
        rows = [
            ("response", RESPONSE, _("Response time of the service desk, all categories")),
            ("resolution", RESOLUTION, _("Resolution by the service desk, all categories")),
        ]
        return [
            Row(title, self._attainment(name, metric), self.target, _("office hours"))
            for name, metric, title in rows
        ]

    @cached_property
    def _kept(self) -> dict[str, dict[Month, tuple[int, int]]]:
        """Of each promise and month how many clocks counted, and how many of them were in time."""
        start, end = self.months[-1].start, self.months[0].end
        counts: dict[str, dict[Month, tuple[int, int]]] = {}
        for metric in (RESPONSE, RESOLUTION):
            clocks = Clock.objects.counted_between(metric, start, end).order_by()
            counted = _by_month(
                self.scope.narrow(clocks, "ticket__"),
                "counted_at",
                kept=Count("pk", filter=Q(breached_at__isnull=True)),
            )
            counts[metric] = {_month(row["month"]): (row["n"], row["kept"]) for row in counted}
        return counts

    @cached_property
    def satisfaction(self) -> Row:
        """The share of opinions that are positive, by the month of the opinion."""
        given = Rating.objects.filter(
            ticket__in=Ticket.objects.visible_to(self.reader).counted(),
            answered_at__gte=self.months[-1].start,
            answered_at__lt=self.months[0].end,
        )
        counted = _by_month(
            self.scope.narrow(given, "ticket__"),
            "answered_at",
            kept=Count("pk", filter=Q(verdict=POSITIVE)),
        )
        counts = {_month(row["month"]): (row["n"], row["kept"]) for row in counted}
        target = Decimal(settings.DESK_SATISFACTION_TARGET)
        cells = self._shares("satisfaction", counts, target)
        return Row(_("Satisfaction survey at ticket closing"), cells, target, _("all opinions"))

    @cached_property
    def opinions(self) -> Row:
        """How many gave one, as a share of the tickets solved in the month."""
        cells = [
            replace(cell, percent=share(cell.count, solved.count), missed=False)
            for cell, solved in zip(self.satisfaction.cells, self.volumes[1].cells, strict=True)
        ]
        return Row(_("Opinions given"), cells)

    @cached_property
    def restated(self) -> list[Month]:
        """The months with a figure that changed after it was published, the latest first."""
        return [month for month in self.months if self.restated_in(month)]

    def restated_in(self, month: Month) -> int:
        """How many of its figures changed after they were published."""
        return sum(one.is_restatement for one in self._published.get(month, {}).values())

    def differing_in(self, month: Month) -> int:
        """How many of its figures, availability apart, no longer are what was published."""
        if month not in self._published:
            return 0
        said = {
            key: (statement.counted, statement.kept)
            for key, statement in self._published[month].items()
            if statement.counted and statement.value is None
        }
        now = {key: counts for key, counts in self._now(month).items() if counts[0]}
        return sum(said.get(key) != now.get(key) for key in {*said, *now})

    def _now(self, month: Month) -> dict[str, tuple[int, int | None]]:
        """The figures of a month as they are now, by key."""
        names = {category.pk: category for category in self._categories}
        solved = {
            key_of("solved", category_slug(names.get(category) if category else None)): (
                count,
                None,
            )
            for (other, category), count in self._solved.items()
            if other == month
        }
        return {
            "new": (self._new[month], None),
            "solved": (self._solved_totals[month], None),
            "backlog": (self._backlog(month), None),
            "response": self._kept[RESPONSE].get(month, (0, 0)),
            "resolution": self._kept[RESOLUTION].get(month, (0, 0)),
            **solved,
        }

    @cached_property
    def _categories(self) -> list[Category]:
        return list(Category.objects.all())

    def is_frozen(self, month: Month) -> bool:
        """Its figures are those that were published."""
        return month in self._published

    @property
    def target(self) -> Decimal:
        """Per cent of tickets that are to be answered, and solved, in time."""
        return Decimal(settings.DESK_SLA_TARGET)

    def _attainment(self, name: str, metric: str) -> list[Cell]:
        return self._shares(name, self._kept[metric], self.target)

    def _shares(
        self, name: str, counts: dict[Month, tuple[int, int]], target: Decimal
    ) -> list[Cell]:
        """A cell for each month, of how many counted in it and how many of them were kept."""
        cells = []
        for month in self.months:
            figure = Figure(name, self.scope.at(month))
            said = self._said(figure, *counts.get(month, (0, 0)))
            percent = share(said.kept or 0, said.count)
            missed = percent is not None and percent < target
            cells.append(Cell(figure, said.count, percent, missed, said.restated))
        return cells

    # --- categories -----------------------------------------------------------------------

    @cached_property
    def categories(self) -> list[Row]:
        """Solved tickets by category with their share of the month, most frequent first."""
        months = self.months[:CATEGORY_MONTHS]
        known: list[Category | None] = [*self._categories, None]
        rows = [self._category_row(category, months) for category in known]
        shown = [row for row in rows if any(cell.count for cell in row.cells) or row.name]
        named = sorted((r for r in shown if r.name), key=lambda row: -row.latest.count)
        return named + [row for row in shown if not row.name]

    def _category_row(self, category: Category | None, months: list[Month]) -> Row:
        key = category.pk if category else None
        cells = []
        for month, total in zip(months, self.category_totals.cells, strict=True):
            figure = Figure("solved", self.scope.at(month), category=category_slug(category))
            said = self._said(figure, self._solved[month, key])
            percent = share(said.count, total.count)
            cells.append(Cell(figure, said.count, percent, restated=said.restated))
        return Row(category.label if category else "", cells)

    @cached_property
    def category_totals(self) -> Row:
        return Row(_("Total"), self.volumes[1].cells[:CATEGORY_MONTHS])

    # --- how long it took -----------------------------------------------------------------

    @cached_property
    def response_times(self) -> list[Slice]:
        return self._distribution("response-times", RESPONSE, late_from=4)

    @cached_property
    def resolution_times(self) -> list[Slice]:
        return self._distribution("resolution-times", RESOLUTION, late_from=4)

    @cached_property
    def median_response(self) -> int | None:
        return self._stopped(RESPONSE).aggregate(median=Median("used_seconds"))["median"]

    @cached_property
    def median_resolution(self) -> int | None:
        return self._stopped(RESOLUTION).aggregate(median=Median("used_seconds"))["median"]

    def _stopped(self, metric: str) -> QuerySet:
        month = self.scope.month
        clocks = Clock.objects.stopped_between(metric, month.start, month.end).order_by()
        return self.scope.narrow(clocks, "ticket__")

    def _distribution(self, name: str, metric: str, *, late_from: int) -> list[Slice]:
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
                late=index >= late_from,
            )
            for index, bucket in enumerate(buckets)
        ]


def _by_month(rows: QuerySet, column: str, *more: str, **counts: object) -> QuerySet:
    month = TruncMonth(column, tzinfo=timezone.get_default_timezone())
    return rows.values(*more, month=month).annotate(n=Count("pk"), **counts).order_by()


def _month(start) -> Month:
    return Month(start.year, start.month)
