"""The figures of contracts, month by month, and what is behind each of them.

A month that was reviewed says what it said then; `live` says what it would say now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from servicedesk.lib.percentages import share
from sla.availability.history import History
from sla.availability.intervals import Spans
from sla.availability.measuring import Loss, groups_of, measured_in, open_window
from sla.contracts.book import held_on
from sla.contracts.models import Contract, Measure, SupplierClock, Terms
from sla.contracts.scale import Step, amount, reached
from sla.reports.months import Month

#: Which clock a measure counts.
METRICS = {Measure.RESPONSE: "first_response", Measure.RESOLUTION: "resolution"}

#: By contract, measure and month: how many counted, how many of them were kept.
Counts = Mapping[tuple[int, str, Month], tuple[int, int]]


@dataclass(frozen=True)
class Figure:
    """What was attained of one measure: seconds or tickets counted, those kept, and in per cent."""

    measure: str
    counted: int
    kept: int
    percent: Decimal | None
    target: Decimal
    losses: list[Loss] = field(default_factory=list, compare=False)

    @property
    def label(self) -> str:
        return str(Measure(self.measure).label)

    @property
    def is_missed(self) -> bool:
        return self.percent is not None and self.percent < self.target

    @property
    def lost(self) -> int:
        """Seconds down, or tickets late."""
        return self.counted - self.kept

    def as_json(self) -> dict[str, Any]:
        """The numbers alone, as a review keeps them."""
        return {
            "counted": self.counted,
            "kept": self.kept,
            "percent": None if self.percent is None else str(self.percent),
            "target": str(self.target),
        }

    @classmethod
    def from_json(cls, measure: str, kept: Mapping[str, Any]) -> Figure:
        """From what a review kept."""
        percent = None if kept["percent"] is None else Decimal(kept["percent"])
        return cls(measure, kept["counted"], kept["kept"], percent, Decimal(kept["target"]))


@dataclass(frozen=True)
class Owed:
    """What the scale says of a figure."""

    attained: Decimal
    step: Step
    fee: Decimal
    amount: Decimal


def owed(figure: Figure, terms: Terms) -> Owed | None:
    """None when the target was kept, nothing is known, or the scale asks for nothing yet."""
    if not figure.is_missed or figure.percent is None:
        return None
    step = reached(terms.steps(figure.measure), figure.percent)
    if step is None:
        return None
    return Owed(figure.percent, step, terms.monthly_fee, amount(terms.monthly_fee, step.percent))


def live(contract: Contract, month: Month, *, now: dt.datetime | None = None) -> list[Figure]:
    """What a month says now, of each measure that is promised. The contract is `with_versions`."""
    moment = now or timezone.now()
    history = History.read(month.start, month.end, now=moment)
    return figures(contract, month, history, count([contract], [month]))


def figures(contract: Contract, month: Month, history: History, counts: Counts) -> list[Figure]:
    """The same from what was read before."""
    terms = terms_in(contract, month)
    if terms is None:
        return []
    found = []
    for measure in terms.measures:
        target = terms.target(measure) or Decimal(0)
        if measure == Measure.AVAILABILITY:
            found.append(_availability(contract, terms, month, history, target))
        else:
            counted, kept = counts.get((contract.pk, measure, month), (0, 0))
            found.append(Figure(measure, counted, kept, share(kept, counted), target))
    return found


def terms_in(contract: Contract, month: Month) -> Terms | None:
    """The version that holds in a month; None when the contract is not in force in it."""
    last = month.before(-1).first_day - dt.timedelta(days=1)
    if contract.starts_on > last or (contract.ends_on and contract.ends_on < month.first_day):
        return None
    return held_on(contract, max(month.first_day, contract.starts_on))


def count(contracts: Iterable[Contract], months: Iterable[Month]) -> Counts:
    """Response and resolution of these contracts in these months. One query."""
    wanted = sorted(months)
    if not wanted:
        return {}
    zone = timezone.get_default_timezone()
    clocks = SupplierClock.objects.filter(contract__in=[contract.pk for contract in contracts])
    rows = (
        clocks.counted_between(wanted[0].start, wanted[-1].end)
        .order_by()
        .annotate(month=TruncMonth("counted_at", tzinfo=zone))
        .values_list("contract_id", "metric", "month")
        .annotate(counted=Count("pk"), kept=Count("pk", filter=Q(breached_at__isnull=True)))
    )
    measures = {metric: measure for measure, metric in METRICS.items()}
    return {
        (contract, measures[metric], Month.of(month)): (counted, kept)
        for contract, metric, month, counted, kept in rows
    }


def window_of(contract: Contract, terms: Terms, month: Month) -> Spans:
    """The seconds of a month in which availability is promised."""
    start = max(month.start, _midnight(contract.starts_on))
    end = month.end
    if contract.ends_on:
        end = min(end, _midnight(contract.ends_on + dt.timedelta(days=1)))
    return open_window(terms.availability_calendar, start, max(start, end))


def _availability(
    contract: Contract, terms: Terms, month: Month, history: History, target: Decimal
) -> Figure:
    groups = groups_of(terms.services.all(), terms.availability_rule)
    there, losses = measured_in(window_of(contract, terms, month), groups, history)
    kept = there.window_seconds - there.down_seconds
    return Figure("availability", there.window_seconds, kept, there.percent, target, losses)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def month_page(contract: Contract, month: Month) -> str:
    """The address of what is behind the figures of a month."""
    return reverse("contracts:month-detail", kwargs={"pk": contract.pk, "month": str(month)})


def list_page(contract: Contract, month: Month, measure: str, *, late: bool = False) -> str:
    """The address of the tickets that a figure counts."""
    page = reverse(
        "contracts:month-tickets",
        kwargs={"pk": contract.pk, "month": str(month), "measure": measure},
    )
    return f"{page}?{urlencode({'late': 1})}" if late else page
