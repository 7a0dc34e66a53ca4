"""The ledger of published figures: by month what is frozen, and by figure what was said when."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from sla.availability.models import AvailabilityTarget
from sla.availability.table import month_page, published_lines
from sla.business_hours import CalendarError
from sla.calendars import desk_hours
from sla.models import FrozenMonth, Statement
from sla.reports.buckets import BUCKETS
from sla.reports.dashboard import Dashboard
from sla.reports.figures import FIGURES, TIMES, Figure, Scope, category_slug
from sla.reports.freezing import Difference, different, frozen_from
from sla.reports.months import Month
from sla.reports.readings import read_months

#: The figures that are made of tickets, as the report shows them.
ORDER = (
    "response", "resolution", "satisfaction", "new", "solved", "backlog",
    "response-times", "resolution-times",
)  # fmt: skip


@dataclass(frozen=True)
class MonthState:
    """One month: since when its figures are published, or when they will be."""

    month: Month
    frozen: FrozenMonth | None
    freezes_on: dt.datetime | None
    restated: int
    differing: int

    @property
    def is_running(self) -> bool:
        return self.month.end > timezone.now()


@dataclass(frozen=True)
class FigureLine:
    """One figure of a month: its name, all it ever said, and what it would say now."""

    key: str
    name: str
    url: str
    said: list[Statement]
    difference: Difference | None

    @property
    def current(self) -> Statement | None:
        return self.said[-1] if self.said else None

    @property
    def is_restated(self) -> bool:
        return len(self.said) > 1


def months_overview(reader: User) -> list[MonthState]:
    """The months of the report, the latest first. A constant number of queries.

    Differences are told by the numbers; which tickets they are is on the page of a month.
    """
    dashboard = Dashboard(Scope(Month.of(timezone.now())), reader, recount=True)
    months = dashboard.months
    elsewhere = Counter(
        cell.month for line in published_lines(months) for cell in line.cells if cell.differs
    )
    rows = FrozenMonth.objects.filter(first_day__gte=months[-1].first_day)
    frozen = {Month.of_day(row.first_day): row for row in rows}
    return [
        MonthState(
            month=month,
            frozen=frozen.get(month),
            freezes_on=None if month in frozen else _freezes_on(month),
            restated=dashboard.published.restated_in(month),
            differing=dashboard.differing_in(month) + elsewhere[month],
        )
        for month in months
    ]


def month_lines(frozen: FrozenMonth) -> list[FigureLine]:
    """Every figure of a frozen month. A constant number of queries."""
    month = Month.of_day(frozen.first_day)
    said: dict[str, list[Statement]] = defaultdict(list)
    for statement in frozen.statements.select_related("by").order_by("figure", "number"):
        said[statement.figure].append(statement)
    current = {key: statements[-1] for key, statements in said.items()}
    now = read_months([month])[month]
    differing = {one.figure: one for one in different(current, now)}
    named = {**_targets(month), **_figures(month)}
    return [
        FigureLine(key, *named[key], said.get(key, []), differing.get(key))
        for key in named
        if key in said or key in differing
    ]


#: A name and the page with what is behind it.
Named = tuple[str, str]


def _figures(month: Month) -> dict[str, Named]:
    """What is made of tickets, in the order of the report."""
    categories: list[Category | None] = [*Category.objects.all(), None]
    figures = [Figure(name, Scope(month)) for name in ORDER]
    by_category = [
        (
            Figure("solved", Scope(month), category=category_slug(category)),
            category.label if category else _("Without category"),
        )
        for category in categories
    ]
    solved = FIGURES["solved"].title
    by_time = [
        (Figure(name, Scope(month), bucket=index), bucket.label)
        for name, metric in TIMES.items()
        for index, bucket in enumerate(BUCKETS[metric])
    ]
    return {
        **{figure.key: (str(figure.title), figure.url) for figure in figures},
        **{figure.key: (f"{solved}: {label}", figure.url) for figure, label in by_category},
        **{figure.key: (f"{figure.title}: {label}", figure.url) for figure, label in by_time},
    }


def _targets(month: Month) -> dict[str, Named]:
    """Availability, the first lines of the report."""
    return {
        target.key: (str(target.label), month_page(target, month))
        for target in AvailabilityTarget.objects.order_by("position", "pk")
    }


def _freezes_on(month: Month) -> dt.datetime | None:
    try:
        return frozen_from(month, desk_hours())
    except CalendarError:
        return None
