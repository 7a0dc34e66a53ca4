"""What suppliers attained, month by month, the latest first: a line for each measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sla.availability.history import History
from sla.contracts.attainment import Figure, count, figures, month_page
from sla.contracts.models import Contract, Measure, MonthReview
from sla.reports.months import Month

#: How many months the table of a supplier shows.
MONTHS = 13


@dataclass(frozen=True)
class Cell:
    """One figure in one month of the table; `figure` is None where nothing was promised."""

    contract: Contract
    month: Month
    figure: Figure | None
    is_reviewed: bool = False

    @property
    def url(self) -> str:
        return month_page(self.contract, self.month)


@dataclass(frozen=True)
class Line:
    """One measure of one contract, the latest month first."""

    contract: Contract
    measure: str
    cells: list[Cell]

    @property
    def label(self) -> str:
        return str(Measure(self.measure).label)

    @property
    def target(self) -> Decimal | None:
        """The latest one."""
        return next((cell.figure.target for cell in self.cells if cell.figure), None)


def lines(
    contracts: Iterable[Contract], months: list[Month], *, now: dt.datetime | None = None
) -> list[Line]:
    """A line for each measure of each contract. A constant number of queries.

    Contracts come `with_versions`, months the latest first.
    """
    wanted = list(contracts)
    if not wanted:
        return []
    history = History.read(months[-1].start, months[0].end, now=now or timezone.now())
    counts = count(wanted, months)
    reviews = MonthReview.objects.filter(
        contract__in=wanted, first_day__range=(months[-1].first_day, months[0].first_day)
    )
    said = {(one.contract_id, Month.of_day(one.first_day)): one.figures for one in reviews}
    found = []
    for contract in wanted:
        by_month = {
            month: _said(said.get((contract.pk, month)))
            or {one.measure: one for one in figures(contract, month, history, counts)}
            for month in months
        }
        for measure in Measure.values:
            cells = [
                Cell(contract, month, by_month[month].get(measure), (contract.pk, month) in said)
                for month in months
            ]
            if any(cell.figure for cell in cells):
                found.append(Line(contract, measure, cells))
    return found


def _said(kept: Mapping[str, Any] | None) -> dict[str, Figure]:
    return {measure: Figure.from_json(measure, one) for measure, one in (kept or {}).items()}
