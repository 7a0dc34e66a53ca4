"""Calendar months, local to the desk: half-open, [first midnight, next first midnight)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True, order=True)
class Month:
    """One month of one year."""

    year: int
    number: int

    @classmethod
    def of(cls, at: dt.datetime) -> Month:
        """The month in which an aware instant lies, at the desk."""
        local = timezone.localtime(at)
        return cls(local.year, local.month)

    @classmethod
    def of_day(cls, day: dt.date) -> Month:
        """The month of a local day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month | None:
        """`2025-10`; None for anything else."""
        found = re.fullmatch(r"(2\d{3})-(0[1-9]|1[0-2])", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None

    @classmethod
    def last_full(cls) -> Month:
        """The month before the present one."""
        return cls.of(timezone.now()).before(1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    def before(self, count: int) -> Month:
        """So many months earlier."""
        index = self.year * 12 + self.number - 1 - count
        return Month(index // 12, index % 12 + 1)

    def series(self, count: int) -> list[Month]:
        """This month and those before it, `count` in all, the latest first."""
        return [self.before(back) for back in range(count)]

    @property
    def before_it(self) -> Month:
        """The month before this one, for templates."""
        return self.before(1)

    @property
    def after_it(self) -> Month:
        """The month after this one, for templates."""
        return self.before(-1)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def start(self) -> dt.datetime:
        """Local midnight at which it begins, as an aware instant."""
        return timezone.make_aware(dt.datetime.combine(self.first_day, dt.time.min))

    @property
    def end(self) -> dt.datetime:
        """The start of the next month."""
        return self.before(-1).start
