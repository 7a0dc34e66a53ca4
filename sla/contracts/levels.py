"""The levels of a contract: how fast a supplier acts on a forwarded ticket of which priority.

A level holds for its priority and all above it, up to the next level. Below the first level nothing
is promised. Pure: no database, no Django.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sla.legs import Metric

#: From the least to the most urgent, as tickets have them.
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True, slots=True)
class Level:
    """From which priority on it holds, and what it promises in business minutes (None: nothing)."""

    name: str
    priority: str
    response: int | None
    resolution: int | None

    def seconds(self, metric: Metric) -> int | None:
        """The target of one clock."""
        minutes = self.response if metric == Metric.FIRST_RESPONSE else self.resolution
        return None if minutes is None else minutes * 60

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Level:
        """From what is stored."""
        return cls(stored["name"], stored["priority"], stored["response"], stored["resolution"])


def level_for(levels: Sequence[Level], priority: str) -> Level | None:
    """The highest level that a priority reaches; None below all of them."""
    rank = PRIORITIES.index(priority) if priority in PRIORITIES else PRIORITIES.index("normal")
    reached = [level for level in in_order(levels) if PRIORITIES.index(level.priority) <= rank]
    return reached[-1] if reached else None


def in_order(levels: Iterable[Level]) -> list[Level]:
    """The least urgent first."""
    return sorted(levels, key=lambda level: PRIORITIES.index(level.priority))
