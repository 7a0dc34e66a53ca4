"""The numbers of a report and how they stand beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sla.reports.figures import Figure


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
