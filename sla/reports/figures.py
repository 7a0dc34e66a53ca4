"""The vocabulary of figures. A figure and the list behind it come from the same queryset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category, Service
from servicedesk.lib.numbers import whole
from sla.models import Clock, FrozenMonth, Statement
from sla.models.clocks import MetricChoices
from sla.reports.buckets import BUCKETS, Bucket
from sla.reports.months import Month
from tickets.models import Rating, Ticket
from tickets.querysets import TicketQuerySet

#: In an address: solved without a category.
NO_CATEGORY = "none"
POSITIVE, NEGATIVE = Rating.Verdict.POSITIVE.value, Rating.Verdict.NEGATIVE.value
RESPONSE, RESOLUTION = MetricChoices.FIRST_RESPONSE.value, MetricChoices.RESOLUTION.value


Rows = TypeVar("Rows", bound=QuerySet)


@dataclass(frozen=True)
class Scope:
    """What a figure is about: a month, and all services or one with its parts."""

    month: Month
    service: Service | None = None

    def narrow(self, rows: Rows, path: str = "") -> Rows:
        """Only rows about the service; `path` leads from a row to its ticket (`ticket__`)."""
        if self.service is None:
            return rows
        return rows.filter(
            Q(**{f"{path}service": self.service}) | Q(**{f"{path}service__parent": self.service})
        )

    def at(self, month: Month) -> Scope:
        return replace(self, month=month)


@dataclass(frozen=True)
class Figure:
    """One number of a report: its name, its scope and what else it is limited to."""

    name: str
    scope: Scope
    category: str | None = None
    bucket: int | None = None

    def tickets(self, reader: User) -> TicketQuerySet:
        """The tickets behind it, as many as the number says: those published, once it is."""
        tickets = Ticket.objects.visible_to(reader)
        if (published := self._published()) is not None:
            return tickets.filter(published)
        return self.found(self.scope.narrow(tickets))

    def found(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """Of these tickets those that it counts now, published or not."""
        return FIGURES[self.name].find(self, tickets.counted())

    @property
    def key(self) -> str:
        """How it is called among the published figures of its month."""
        return key_of(self.name, self.category, self.bucket)

    def _published(self) -> Q | None:
        """The tickets of the figure as published; None while it is not. Two queries at most."""
        if self.scope.service:
            return None
        month = FrozenMonth.objects.filter(first_day=self.scope.month.first_day).first()
        if month is None:
            return None
        name, columns = PUBLISHED[self.name]
        key = key_of(name, self.category, self.bucket)
        said = month.statements.filter(figure=key).order_by("-number")
        published = Statement.objects.filter(pk__in=said.values("pk")[:1])
        return Q(pk__in=published.ticket_ids(*columns))

    @property
    def is_of_opinions(self) -> bool:
        """Behind it stand tickets with what was said of our help."""
        return self.name.startswith("satisfaction")

    @property
    def title(self) -> Promise | str:
        return FIGURES[self.name].title

    @property
    def url(self) -> str:
        """The page with the list behind the number."""
        return f"{reverse('sla:report-tickets')}?{urlencode(self.parameters())}"

    def parameters(self) -> dict[str, str]:
        given = {
            "figure": self.name,
            "month": str(self.scope.month),
            "service": self.scope.service.slug if self.scope.service else "",
            "category": self.category or "",
            "bucket": "" if self.bucket is None else str(self.bucket),
        }
        return {name: value for name, value in given.items() if value}

    @classmethod
    def parse(cls, query: QueryDict, scope: Scope) -> Figure | None:
        """The figure an address names, None when there is no such figure."""
        name, bucket = query.get("figure", ""), query.get("bucket", "")
        if name not in FIGURES:
            return None
        metric = FIGURES[name].metric
        number = whole(bucket)
        if bucket and (number is None or number >= len(BUCKETS.get(metric, []))):
            return None
        return cls(name, scope, query.get("category") or None, number)


Finder = Callable[[Figure, TicketQuerySet], TicketQuerySet]


@dataclass(frozen=True)
class Kind:
    """What a figure counts."""

    title: Promise
    find: Finder
    metric: str = ""


def _new(figure: Figure, tickets: TicketQuerySet) -> TicketQuerySet:
    month = figure.scope.month
    return tickets.created_between(month.start, month.end)


def _solved(figure: Figure, tickets: TicketQuerySet) -> TicketQuerySet:
    month = figure.scope.month
    solved = tickets.solved_between(month.start, month.end)
    if figure.category == NO_CATEGORY:
        return solved.filter(category=None)
    if figure.category:
        return solved.filter(category__slug=figure.category)
    return solved


def _backlog(figure: Figure, tickets: TicketQuerySet) -> TicketQuerySet:
    """There at the end of the month and not solved by then (for good: the last solve counts)."""
    end = figure.scope.month.end
    return tickets.filter(created_at__lt=end).filter(
        Q(solved_at__isnull=True) | Q(solved_at__gte=end)
    )


def _counted(
    metric: str, *, kept: bool | None = None
) -> Callable[[Figure, TicketQuerySet], TicketQuerySet]:
    def find(figure: Figure, tickets: TicketQuerySet) -> TicketQuerySet:
        month = figure.scope.month
        clocks = Clock.objects.counted_between(metric, month.start, month.end)
        if kept is not None:
            clocks = clocks.kept() if kept else clocks.broken()
        return tickets.filter(pk__in=clocks.values("ticket"))

    return find


def _stopped(metric: str) -> Finder:
    def find(figure: Figure, tickets: TicketQuerySet) -> TicketQuerySet:
        month = figure.scope.month
        clocks = Clock.objects.stopped_between(metric, month.start, month.end)
        if figure.bucket is not None:
            clocks = BUCKETS[metric][figure.bucket].of(clocks)
        return tickets.filter(pk__in=clocks.values("ticket"))

    return find


def _opinions(verdict: str = "") -> Finder:
    """Tickets of which the last opinion was given in this month."""

    def find(figure: Figure, tickets: TicketQuerySet) -> TicketQuerySet:
        month = figure.scope.month
        given = Rating.objects.filter(answered_at__gte=month.start, answered_at__lt=month.end)
        if verdict:
            given = given.filter(verdict=verdict)
        return tickets.filter(pk__in=given.values("ticket"))

    return find


FIGURES: dict[str, Kind] = {
    "new": Kind(_("New tickets"), _new),
    "solved": Kind(_("Solved tickets"), _solved),
    "backlog": Kind(_("Not solved at the end of the month"), _backlog),
    "response": Kind(_("Counted for the response time"), _counted(RESPONSE)),
    "response-kept": Kind(_("Answered in time"), _counted(RESPONSE, kept=True)),
    "response-late": Kind(_("Answered too late"), _counted(RESPONSE, kept=False)),
    "resolution": Kind(_("Counted for the resolution time"), _counted(RESOLUTION)),
    "resolution-kept": Kind(_("Solved in time"), _counted(RESOLUTION, kept=True)),
    "resolution-late": Kind(_("Solved too late"), _counted(RESOLUTION, kept=False)),
    "satisfaction": Kind(_("Said whether they were satisfied"), _opinions()),
    "satisfaction-kept": Kind(_("Satisfied with our help"), _opinions(POSITIVE)),
    "satisfaction-late": Kind(_("Not satisfied with our help"), _opinions(NEGATIVE)),
    "response-times": Kind(_("Answered after"), _stopped(RESPONSE), RESPONSE),
    "resolution-times": Kind(_("Solved after"), _stopped(RESOLUTION), RESOLUTION),
}


#: How each figure is called among those published, and in which columns its tickets stand there.
PUBLISHED = {
    "new": ("new", ("tickets",)),
    "solved": ("solved", ("tickets",)),
    "backlog": ("backlog", ("tickets",)),
    "response": ("response", ("tickets", "late")),
    "response-kept": ("response", ("tickets",)),
    "response-late": ("response", ("late",)),
    "resolution": ("resolution", ("tickets", "late")),
    "resolution-kept": ("resolution", ("tickets",)),
    "resolution-late": ("resolution", ("late",)),
    "satisfaction": ("satisfaction", ("tickets", "late")),
    "satisfaction-kept": ("satisfaction", ("tickets",)),
    "satisfaction-late": ("satisfaction", ("late",)),
    "response-times": ("response-times", ("tickets",)),
    "resolution-times": ("resolution-times", ("tickets",)),
}
#: The figures that tell how long it took, and by which clock.
TIMES = {name: kind.metric for name, kind in FIGURES.items() if kind.metric}


def key_of(name: str, category: str | None = None, bucket: int | None = None) -> str:
    """The name of a published figure: `solved`, `solved/bug`, `response-times/0`."""
    part = category or ("" if bucket is None else str(bucket))
    return f"{name}/{part}" if part else name


def category_slug(category: Category | None) -> str:
    return category.slug if category else NO_CATEGORY


__all__ = ["FIGURES", "NO_CATEGORY", "Bucket", "Figure", "Scope", "category_slug", "key_of"]
