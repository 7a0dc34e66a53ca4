"""What the desk does by itself while it waits for the requester: remind, remind again, solve.

A business day is a local date on which the calendar opens. *n* business days after a moment is
the same time of day on the n-th such date after it; when the desk is closed then, its next
opening. Two steps of one wait are at least a business day apart, however late the first came.

Pure: the log, the rules of the policy and the calendar in, the next step out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.business_hours import BusinessHours
from sla.joining import is_outside
from sla.legs import LogEntry

REMIND, REMIND_AGAIN, SOLVE = 1, 2, 3
#: As far as a business day is looked for.
PATIENCE = timedelta(days=1461)


@dataclass(frozen=True, slots=True)
class WaitingRules:
    """Business days in pending after which each step is taken; None: it is not."""

    remind_after: int | None = None
    remind_again_after: int | None = None
    solve_after: int | None = None

    @property
    def steps(self) -> list[tuple[int, int]]:
        """The steps that are taken, in order, with their days."""
        days = (self.remind_after, self.remind_again_after, self.solve_after)
        planned = zip((REMIND, REMIND_AGAIN, SOLVE), days, strict=True)
        return [(step, count) for step, count in planned if count]


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done, from when on, for the wait that began with the event `since`."""

    step: int
    at: datetime
    since: int


def next_step(log: Iterable[LogEntry], *, rules: WaitingRules, hours: BusinessHours) -> Step | None:
    """The next step for a ticket with this log; None when it does not wait for its requester, or
    nothing more is done about it.
    """
    entries = sorted(log, key=lambda entry: entry.id)
    began = _wait(entries)
    if began is None or is_outside(entries):
        return None
    done = [e for e in entries if e.kind == "reminded" and e.data["since"] == began.id]
    taken = max((entry.data["step"] for entry in done), default=0)
    for step, days in rules.steps:
        if step > taken:
            planned = after_days(began.at, days, hours=hours)
            apart = after_days(done[-1].at, 1, hours=hours) if done else planned
            return Step(step, max(planned, apart), began.id) if planned and apart else None
    return None


def after_days(at: datetime, days: int, *, hours: BusinessHours) -> datetime | None:
    """The moment `days` business days after `at`, in UTC; None when there never is one."""
    start = hours.next_opening(at)
    if start is None:
        return None
    zone = ZoneInfo(hours.zone)
    there = start.astimezone(zone)
    day, last = there.date(), there.date() + PATIENCE
    while days and day < last:
        day += timedelta(days=1)
        days -= bool(hours.blocks_on(day))
    if days:
        return None
    moment = datetime.combine(day, there.time(), zone).astimezone(UTC)
    return hours.next_opening(moment)


def _wait(entries: list[LogEntry]) -> LogEntry | None:
    """The event with which the ticket began to wait for its requester, if it still does."""
    changes = [entry for entry in entries if entry.kind == "status_changed"]
    return changes[-1] if changes and changes[-1].data["to"] == "pending" else None
