"""The scale of a contract: below which attainment which share of the monthly fee is given back.

    reached([Step(99.5, 5), Step(99, 10)], attained=98.7)  ->  Step(99, 10)
    amount(fee=1200, percent=10)                            ->  120.00

Attainments are compared as they are published, rounded to two decimals: what is printed decides.
Pure: no database, no Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Step:
    """Below this attainment (in per cent) this many per cent of the monthly fee are due."""

    below: Decimal
    percent: Decimal

    def as_json(self) -> dict[str, str]:
        """As it is stored: decimals as text, so that nothing is rounded."""
        return {"below": str(self.below), "percent": str(self.percent)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Step:
        """From what is stored."""
        return cls(Decimal(stored["below"]), Decimal(stored["percent"]))


def in_order(steps: Iterable[Step]) -> list[Step]:
    """The first step that an ever lower attainment meets comes first."""
    return sorted(steps, key=lambda step: -step.below)


def descends(steps: Sequence[Step]) -> bool:
    """Whether each step lies lower than the one before it and gives more back."""
    ordered = in_order(steps)
    return all(
        before.below > after.below and before.percent < after.percent
        for before, after in pairwise(ordered)
    )


def reached(steps: Iterable[Step], attained: Decimal) -> Step | None:
    """The deepest step that lies above the attainment; None when it is below none of them."""
    passed = [step for step in in_order(steps) if attained < step.below]
    return passed[-1] if passed else None


def amount(fee: Decimal, percent: Decimal) -> Decimal:
    """The share of a fee, in cents, rounded half up."""
    return (fee * percent / 100).quantize(CENT, ROUND_HALF_UP)
