"""How a ledger is drawn: its rows cut where the calendar opens and closes.

Hours outside the calendar are drawn, not stored. Pure, like the fold it draws.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sla.business_hours import BusinessHours
from sla.readings import Row

#: A ledger with more stretches than these is drawn by its rows alone, without nights.
MOST = 14
#: Closed hours take this share of the target on a bar, however long they last.
CLOSED_SHARE = 0.08
#: Pauses, and closed hours, take at most these shares of the target together.
PAUSED_AT_MOST, CLOSED_AT_MOST = 0.9, 0.4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a clock's life: `ran`, `paused` (waiting in a status), `closed` or `ended`.

    `end` is None while it lasts; `seconds` are business seconds until now.
    """

    kind: str
    start: datetime
    end: datetime | None
    seconds: int
    waiting: str = ""


def stretches(rows: Sequence[Row], *, hours: BusinessHours, now: datetime) -> list[Stretch]:
    """The rows of a ledger with the hours the desk was closed, and those the ticket was solved.

    A ledger that would become longer than a reader wants is given without closed hours.
    """
    drawn = _with_gaps(rows, lambda row: _cut(row, hours, now))
    return drawn if len(drawn) <= MOST else _with_gaps(rows, _whole)


def bar(drawn: Iterable[Stretch], *, target: int) -> list[tuple[str, float]]:
    """(kind, length) pairs for a bar: ran, over, paused, closed, and what is left.

    Time that ran and time left are to scale; pauses and closed hours are pressed together when
    they would crowd them out.
    """
    parts: list[tuple[str, float]] = []
    used = 0
    for stretch in drawn:
        if stretch.kind == "ran":
            within = max(0, min(stretch.seconds, target - used))
            parts += [("ran", float(within)), ("over", float(stretch.seconds - within))]
            used += stretch.seconds
        elif stretch.kind == "paused":
            parts.append(("paused", float(stretch.seconds)))
        else:
            parts.append(("closed", CLOSED_SHARE * target))
    parts.append(("left", float(max(0, target - used))))
    parts = _pressed(parts, "paused", PAUSED_AT_MOST * target)
    parts = _pressed(parts, "closed", CLOSED_AT_MOST * target)
    return [(kind, length) for kind, length in parts if length > 0]


def _with_gaps(rows: Sequence[Row], drawing: Callable[[Row], list[Stretch]]) -> list[Stretch]:
    drawn: list[Stretch] = []
    previous: datetime | None = None
    for row in rows:
        if previous and previous < row.start:
            drawn.append(Stretch("ended", previous, row.start, 0))
        drawn += drawing(row)
        previous = row.end
    return drawn


def _cut(row: Row, hours: BusinessHours, now: datetime) -> list[Stretch]:
    # Whole seconds, as business time counts them: else a running clock ends on a sliver of night.
    at, end = row.start, row.end or max(now.replace(microsecond=0), row.start)
    pieces: list[Stretch] = []
    for opens, closes in hours.open_spans(row.start, end):
        if at < opens:
            pieces.append(Stretch("closed", at, opens, 0))
        pieces.append(_open(row, opens, closes))
        at = closes
    if at < end:
        pieces.append(Stretch("closed", at, end, 0))
    if pieces and row.end is None:
        pieces[-1] = replace(pieces[-1], end=None)
    return pieces


def _open(row: Row, opens: datetime, closes: datetime) -> Stretch:
    seconds = int((closes - opens).total_seconds())
    return Stretch("paused" if row.waiting else "ran", opens, closes, seconds, row.waiting)


def _whole(row: Row) -> list[Stretch]:
    kind = "paused" if row.waiting else "ran"
    return [Stretch(kind, row.start, row.end, row.seconds, row.waiting)]


def _pressed(parts: list[tuple[str, float]], kind: str, most: float) -> list[tuple[str, float]]:
    whole = sum(length for part, length in parts if part == kind)
    factor = most / whole if whole > most else 1.0
    return [(part, length * factor if part == kind else length) for part, length in parts]
