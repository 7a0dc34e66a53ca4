"""Checks of what is stored. Each app has a table of its own; `doctor` runs them all.

A check never holds more than a handful of rows, changes nothing, and may look while people work:
what it finds is looked at once more before it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

#: How many of the wrong ones are named.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """How many things are wrong, and a sentence: which, or how it stands when all is well."""

    count: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One question that has an answer for the whole desk."""

    name: str
    look: Callable[[], Finding]


def found(rows: QuerySet, field: str = "pk", *, of: str) -> Finding:
    """All of `rows` are wrong; the first few are named by `field`, as what `of` says they are."""
    count = rows.count()
    named = rows.order_by(field).values_list(field, flat=True)[:NAMED] if count else []
    return Finding(count, _named(of, named, count))


class Tally:
    """Counts what is wrong while it is found, and remembers the first few."""

    def __init__(self, of: str) -> None:
        self.of, self.count = of, 0
        self.named: list[Any] = []

    def add(self, name: object) -> None:
        """One more."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(name)

    def finding(self) -> Finding:
        """What was counted."""
        return Finding(self.count, _named(self.of, self.named, self.count))


def _named(of: str, names: Iterable[object], count: int) -> str:
    text = ", ".join(str(name) for name in names)
    return f"{of} {text}{' …' if count > NAMED else ''}" if count else ""
