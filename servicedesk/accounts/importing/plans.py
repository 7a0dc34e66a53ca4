"""A row of a file, and what would happen with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

BATCH = 500


class Step(TextChoices):
    CREATE = "create", _("new")
    CHANGE = "change", _("changed")
    SAME = "same", _("stays as it is")
    REFUSED = "refused", _("refused")


@dataclass
class Plan:
    """What would happen with one row. `row` is the object to save; errors are sentences."""

    line: int
    label: str
    step: str = Step.SAME
    row: Any = None
    changed: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def refuse(self, sentence: object) -> None:
        self.step = Step.REFUSED
        self.errors.append(str(sentence))

    @property
    def step_label(self) -> str:
        return str(Step(self.step).label)


@dataclass
class Outcome:
    """A whole file: how many of each step, and some rows to look at."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Plan] = field(default_factory=list)
    others: list[Plan] = field(default_factory=list)

    #: Rows that are shown; all are counted.
    MOST_REFUSED, MOST_OTHERS = 200, 20

    def add(self, plan: Plan) -> None:
        self.counts[plan.step] += 1
        if plan.step == Step.REFUSED and len(self.refused) < self.MOST_REFUSED:
            self.refused.append(plan)
        elif plan.step in {Step.CREATE, Step.CHANGE} and len(self.others) < self.MOST_OTHERS:
            self.others.append(plan)

    @property
    def created(self) -> int:
        return self.counts[Step.CREATE]

    @property
    def changed(self) -> int:
        return self.counts[Step.CHANGE]

    @property
    def same(self) -> int:
        return self.counts[Step.SAME]

    @property
    def refused_count(self) -> int:
        return self.counts[Step.REFUSED]


def in_batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Lists of `size`, so that a file of any length needs the same memory."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
