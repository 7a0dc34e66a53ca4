"""What the clocks of a ticket say: a pure fold of its log, its targets, its calendar and now.

    fold(log, targets=…, pauses=…, hours=…, now=…) -> a Reading for each leg of each promise

Durations are whole business seconds, instants aware datetimes. The same log always gives the same
readings: an event that is no matter of a clock, and the moment of reading, leave its finished rows
as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sla.business_hours import BusinessHours
from sla.joining import whole_log
from sla.legs import Leg, LogEntry, Metric, PauseRules, Span, legs_of

WARNING_SECONDS = 15 * 60


class State(StrEnum):
    """What a clock does now."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Targets:
    """Business seconds promised for each metric; None: there is no such clock."""

    first_response: int | None = None
    next_response: int | None = None
    resolution: int | None = None
    assignment: int | None = None

    def of(self, metric: Metric) -> int | None:
        """The target of one metric."""
        target: int | None = getattr(self, metric.value)
        return target


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger: from, to (None: it lasts), the business seconds in it, and why.

    A paused row counts nothing towards the target; `waiting` names the status it waits in. While a
    row lasts, `seconds` are those until the moment of reading.
    """

    start: datetime
    end: datetime | None
    seconds: int
    waiting: str
    event: int
    actor: int | None

    @property
    def state(self) -> State:
        """Running or paused."""
        return State.PAUSED if self.waiting else State.RUNNING

    def as_json(self) -> dict[str, Any]:
        """The row as it is stored and printed; a row that lasts has no end and no seconds yet."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat() if self.end else None,
            "seconds": self.seconds if self.end else None,
            "state": self.state.value,
            "waiting": self.waiting,
            "event": self.event,
            "actor": self.actor,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any], *, hours: BusinessHours, now: datetime) -> "Row":
        """A stored row; one that lasts gets its seconds until `now`."""
        start = datetime.fromisoformat(row["from"])
        if row["to"] is None:
            end, seconds = None, hours.elapsed(start, now)
        else:
            end, seconds = datetime.fromisoformat(row["to"]), row["seconds"]
        return cls(start, end, seconds, row["waiting"], row["event"], row["actor"])


@dataclass(frozen=True, slots=True)
class Reading:
    """One leg, measured.

    `used` counts until the stop, or until the moment of reading. The instants at which 75 % of the
    target is used (`at_risk_at`), 15 minutes are left (`warn_at`), all of it is used (`due_at`) and
    the first second over it is over (`overdue_at`) are given once they are reached or, by a running
    clock, foreseen; a clock that stopped while running keeps the due moment it had.
    `breached_at` is the due instant, set only when more than the target is used. `met` is None
    until the stop.
    """

    metric: Metric
    leg: int
    started_at: datetime
    stopped_at: datetime | None
    state: State
    used: int
    target: int
    at_risk_at: datetime | None
    warn_at: datetime | None
    due_at: datetime | None
    overdue_at: datetime | None
    breached_at: datetime | None
    met: bool | None
    rows: tuple[Row, ...]

    @property
    def settled(self) -> int:
        """The business seconds in finished running rows: what is stored, whenever it is read."""
        return sum(row.seconds for row in self.rows if row.end and not row.waiting)


def fold(
    log: Iterable[LogEntry],
    *,
    targets: Targets,
    pauses: PauseRules,
    hours: BusinessHours,
    now: datetime,
    joined: Iterable[Sequence[LogEntry]] = (),
) -> list[Reading]:
    """The readings of every promised leg of a ticket, by metric and leg.

    `joined` are the whole logs of the tickets that were merged into it.
    """
    legs = legs_of(whole_log(log, joined), pauses)
    measured = ((leg, targets.of(leg.metric)) for leg in legs)
    return [read(leg, target, hours, now) for leg, target in measured if target is not None]


def read(leg: Leg, target: int, hours: BusinessHours, now: datetime) -> Reading:
    """One leg, measured against a target of so many business seconds."""
    rows = tuple(_row(span, hours, now) for span in leg.spans if span.start != span.end)
    used = sum(row.seconds for row in rows if not row.waiting)
    breached = used > target
    due_at = _moment(_unended(rows), target, hours)
    warns_at = target - WARNING_SECONDS
    return Reading(
        metric=leg.metric,
        leg=leg.number,
        started_at=leg.started_at,
        stopped_at=leg.stopped_at,
        state=_state(leg),
        used=used,
        target=target,
        at_risk_at=_moment(rows, -(-target * 3 // 4), hours),
        warn_at=_moment(rows, warns_at, hours) if warns_at > 0 else None,
        due_at=due_at,
        overdue_at=_moment(rows, target + 1, hours),
        breached_at=due_at if breached else None,
        met=not breached if leg.stopped_at else None,
        rows=rows,
    )


def _state(leg: Leg) -> State:
    if leg.stopped_at:
        return State.STOPPED
    return State.PAUSED if leg.spans[-1].waiting else State.RUNNING


def _unended(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows as they looked just before the clock stopped."""
    return (*rows[:-1], replace(rows[-1], end=None)) if rows else ()


def _row(span: Span, hours: BusinessHours, now: datetime) -> Row:
    seconds = hours.elapsed(span.start, span.end or now)
    return Row(span.start, span.end, seconds, span.waiting, span.event, span.actor)


def _moment(rows: Iterable[Row], count: int, hours: BusinessHours) -> datetime | None:
    """The earliest instant at which `count` business seconds are used; None if never foreseen."""
    for row in rows:
        if row.waiting:
            continue
        if row.end is None or count <= row.seconds:
            return hours.due(row.start, count)
        count -= row.seconds
    return None
