"""The numbers of the dashboard: a constant number of queries, whatever the data."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from servicedesk.lib.percentages import share
from sla.models import Clock
from sla.reports.cells import Cell, Row
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
from sla.reports.published import Counts, Published
from sla.reports.times import Times
from tickets.models import Rating, Ticket

MONTHS = 13
CATEGORY_MONTHS = 5


class Dashboard:
    """Everything the page shows for one month, the months before it, and one service or all.

    Published months are read; with `recount` they are counted too, to say where they differ.
    """

    def __init__(self, scope: Scope, reader: User, *, recount: bool = False) -> None:
        self.scope, self.reader, self.recount = scope, reader, recount
        self.months = scope.month.series(MONTHS)
        self.tickets = scope.narrow(Ticket.objects.visible_to(reader).counted()).order_by()
        self.published = Published(scope, self.months)
        self.times = Times(scope, self.published)

    # --- counts by month ------------------------------------------------------------------

    @cached_property
    def _since(self) -> dt.datetime:
        """From when rows are counted: a desk of many years counts no more than a young one."""
        counted = (m for m in self.months if self.recount or not self.published.is_frozen(m))
        return min((month.start for month in counted), default=self.months[0].end)

    @cached_property
    def _new(self) -> Counter[Month]:
        months = _by_month(self.tickets.filter(created_at__gte=self._since), "created_at")
        return Counter({_month(row["month"]): row["n"] for row in months})

    @cached_property
    def _solved(self) -> Counter[tuple[Month, int | None]]:
        solved = self.tickets.filter(solved_at__gte=self._since)
        months = _by_month(solved, "solved_at", "category")
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
            said = self.published.said(figure, count(month))
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
        start, end = self._since, self.months[0].end
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
    def _opinions(self) -> dict[Month, tuple[int, int]]:
        """Of each month how many opinions were given in it, and how many of them are positive."""
        given = Rating.objects.filter(
            ticket__in=Ticket.objects.visible_to(self.reader).counted(),
            answered_at__gte=self._since,
            answered_at__lt=self.months[0].end,
        )
        counted = _by_month(
            self.scope.narrow(given, "ticket__"),
            "answered_at",
            kept=Count("pk", filter=Q(verdict=POSITIVE)),
        )
        return {_month(row["month"]): (row["n"], row["kept"]) for row in counted}

    @cached_property
    def satisfaction(self) -> Row:
        """The share of opinions that are positive, by the month of the opinion."""
        target = Decimal(settings.DESK_SATISFACTION_TARGET)
        cells = self._shares("satisfaction", self._opinions, target)
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
        return [month for month in self.months if self.published.restated_in(month)]

    def differing_in(self, month: Month) -> int:
        """How many of its figures, availability apart, no longer are what was published."""
        return self.published.differing_in(month, self._now(month))

    def _now(self, month: Month) -> dict[str, Counts]:
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
            "satisfaction": self._opinions.get(month, (0, 0)),
            **self._times_now.get(month, {}),
            **solved,
        }

    @cached_property
    def _times_now(self) -> Mapping[Month, Mapping[str, Counts]]:
        return self.times.now(self.months)

    @cached_property
    def _categories(self) -> list[Category]:
        return list(Category.objects.all())

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
            said = self.published.said(figure, *counts.get(month, (0, 0)))
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
            said = self.published.said(figure, self._solved[month, key])
            percent = share(said.count, total.count)
            cells.append(Cell(figure, said.count, percent, restated=said.restated))
        return Row(category.label if category else "", cells)

    @cached_property
    def category_totals(self) -> Row:
        return Row(_("Total"), self.volumes[1].cells[:CATEGORY_MONTHS])


def _by_month(rows: QuerySet, column: str, *more: str, **counts: object) -> QuerySet:
    month = TruncMonth(column, tzinfo=timezone.get_default_timezone())
    return rows.values(*more, month=month).annotate(n=Count("pk"), **counts).order_by()


def _month(start) -> Month:
    return Month(start.year, start.month)
