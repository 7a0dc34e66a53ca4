"""What the frozen months of a report say, beside what their figures would be now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sla.models import FrozenMonth, Statement
from sla.reports.figures import Figure, Scope
from sla.reports.months import Month

#: How many, and of them how many were kept, or the middle of how long it took.
Counts = tuple[int, int | None]


@dataclass(frozen=True)
class Said:
    """A number and, of a promise, how many were kept."""

    count: int
    kept: int | None = None
    restated: bool = False
    median: int | None = None


class Published:
    """The statements of some months, which follow each other, the latest first. Two queries."""

    def __init__(self, scope: Scope, months: Sequence[Month]) -> None:
        self.scope, self.months = scope, months

    @cached_property
    def _statements(self) -> dict[Month, dict[str, Statement]]:
        """By month and figure; a report about one service was never published."""
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

    def is_frozen(self, month: Month) -> bool:
        """Its figures are those that were published."""
        return month in self._statements

    def said(
        self, figure: Figure, count: int, kept: int | None = None, median: int | None = None
    ) -> Said:
        """The number of a figure: as published once it is, else as it is now."""
        month = figure.scope.month
        if not self.is_frozen(month):
            return Said(count, kept, median=median)
        statement = self._statements[month].get(figure.key)
        if statement is None:
            return Said(0, None if kept is None else 0)
        return Said(statement.counted, statement.kept, statement.is_restatement, statement.median)

    def restated_in(self, month: Month) -> int:
        """How many of its figures changed after they were published."""
        return sum(one.is_restatement for one in self._statements.get(month, {}).values())

    def differing_in(self, month: Month, now: Mapping[str, Counts]) -> int:
        """How many of its figures, availability apart, no longer are what was published."""
        if not self.is_frozen(month):
            return 0
        said = {
            key: (statement.counted, _beside(statement))
            for key, statement in self._statements[month].items()
            if statement.counted and statement.value is None
        }
        counted = {key: counts for key, counts in now.items() if counts[0]}
        return sum(said.get(key) != counted.get(key) for key in {*said, *counted})


def _beside(statement: Statement) -> int | None:
    """The second number of a figure, see `Counts`."""
    return statement.kept if statement.median is None else statement.median
