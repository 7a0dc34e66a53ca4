"""Opening hours in which nobody can be reached: what neither office nor on-call hours cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sla.alarms.reach import Hours
from sla.business_hours import BusinessHours
from sla.open_time import Block

DAY = 86400


@dataclass(frozen=True)
class Gap:
    """Seconds of a weekday (Monday is 0), half-open."""

    weekday: int
    start: int
    end: int

    @property
    def opens(self) -> dt.time:
        return _time(self.start)

    @property
    def closes(self) -> dt.time:
        return _time(self.end)


def gaps(opening: BusinessHours, hours: Hours) -> list[Gap]:
    """Of an ordinary week, without holidays, in the order of the week."""
    found = []
    for weekday in range(7):
        covered = [*hours.office.week[weekday], *hours.on_call.week[weekday]]
        for block in opening.week[weekday]:
            found += [Gap(weekday, *rest) for rest in _without(block, covered)]
    return found


def _without(block: Block, covered: list[Block]) -> list[Block]:
    rest = [block]
    for start, end in covered:
        rest = [
            piece
            for low, high in rest
            for piece in ((low, min(high, start)), (max(low, end), high))
            if piece[0] < piece[1]
        ]
    return rest


def _time(second: int) -> dt.time:
    """Midnight at the end of a day is told as 0.00."""
    return (dt.datetime.min + dt.timedelta(seconds=second % DAY)).time()
