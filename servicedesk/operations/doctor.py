"""The audit of the whole desk: every app's own checks, and how the desk runs."""

from __future__ import annotations

from collections.abc import Iterator

from servicedesk.lib.soundness import Check, Finding, Tally
from servicedesk.operations import heartbeats, task_runs
from servicedesk.operations.heartbeats import Kind
from servicedesk.outbox import soundness as outbox
from servicedesk.outbox.holding import is_held
from sla import soundness as sla
from sla.contracts import soundness as contracts
from tickets import soundness as tickets


def workers_seen() -> Finding:
    """Somebody works."""
    return _seen(Kind.WORKER)


def beat_seen() -> Finding:
    """Somebody keeps the timetable."""
    return _seen(Kind.BEAT)


def tasks_heard_of() -> Finding:
    """Every task of the timetable ran when it should have."""
    if heartbeats.was_stopped():
        return Finding(0, "the desk is stopped")
    if is_held():
        return Finding(0, "the desk is held")
    tally = Tally("tasks")
    for name in task_runs.unheard():
        tally.add(name)
    return tally.finding()


def _seen(kind: Kind) -> Finding:
    living, last = heartbeats.living(kind).count(), heartbeats.last_seen(kind)
    if living:
        return Finding(0, f"{living} alive")
    if last is None:
        return Finding(0, "none was ever started here")
    if last.stopped_at:
        detail = f"stopped at {last.stopped_at.isoformat(timespec='seconds')}"
        return Finding(0 if heartbeats.was_stopped() else 1, detail)
    return Finding(1, f"last seen at {last.seen_at.isoformat(timespec='seconds')}")


CHECKS: tuple[Check, ...] = (
    *tickets.CHECKS,
    *sla.CHECKS,
    *contracts.CHECKS,
    *outbox.CHECKS,
    Check("workers_seen", workers_seen),
    Check("beat_seen", beat_seen),
    Check("tasks_heard_of", tasks_heard_of),
)


def examine() -> Iterator[tuple[Check, Finding]]:
    """Each check with what it found, as soon as it is known."""
    for check in CHECKS:
        yield check, check.look()
