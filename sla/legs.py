"""From a ticket's log to the legs of its clocks: when each began, stood still and ended.

A leg is the life of one promise, as a chain of spans on the axis of time. No calendar and no target
plays a part here: how much business time the spans hold is measured in `readings`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Metric(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of a ticket's event log; `at` is an aware datetime, `data` holds ids and values."""

    id: int
    kind: str
    at: datetime
    actor: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PauseRules:
    """In which statuses the resolution clock stands still: always pending, on hold if asked."""

    on_hold: bool = False

    def waiting_in(self, status: str) -> str:
        """The status itself when the clock waits in it, else an empty text."""
        return status if status == "pending" or (status == "on_hold" and self.on_hold) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a clock runs, or waits in the status `waiting`; open while `end` is None.

    `event` and `actor` are the log entry that began it and the person behind that entry.
    """

    start: datetime
    end: datetime | None
    waiting: str
    event: int
    actor: int | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One promise from its start to its stop (None: not yet), with its spans in order."""

    metric: Metric
    number: int
    started_at: datetime
    stopped_at: datetime | None
    spans: tuple[Span, ...]


def legs_of(entries: Sequence[LogEntry], pauses: PauseRules) -> list[Leg]:
    """All legs of a ticket, by metric and number, from its log as `joining.whole_log` gives it."""
    if not entries:
        return []
    return [
        _until(Metric.FIRST_RESPONSE, entries, _answers),
        *_next_responses(entries),
        _resolution(entries, pauses),
        _until(Metric.ASSIGNMENT, entries, _dispatches),
    ]


def _until(metric: Metric, entries: Sequence[LogEntry], ends: Callable[[LogEntry], bool]) -> Leg:
    """The single leg that runs without a pause from creation to the first entry that ends it."""
    stop = next((entry for entry in entries if ends(entry)), None)
    return _running(metric, 1, entries[0], stop)


def _running(metric: Metric, number: int, start: LogEntry, stop: LogEntry | None) -> Leg:
    end = stop.at if stop else None
    span = Span(start.at, end, "", start.id, start.actor)
    return Leg(metric, number, start.at, end, (span,))


def _next_responses(entries: Sequence[LogEntry]) -> Iterator[Leg]:
    answered, number = False, 0
    question: LogEntry | None = None
    for entry in entries:
        if question and _replies(entry):
            yield _running(Metric.NEXT_RESPONSE, number, question, entry)
            question = None
        if _answers(entry):
            answered = True
        elif answered and question is None and _asks(entry):
            question, number = entry, number + 1
    if question:
        yield _running(Metric.NEXT_RESPONSE, number, question, None)


def _resolution(entries: Sequence[LogEntry], pauses: PauseRules) -> Leg:
    spans: list[Span] = []
    stopped_at: datetime | None = None
    for entry in entries:
        status = _new_status(entry)
        if status is None:
            continue
        open_span = spans[-1] if spans and spans[-1].end is None else None
        waiting = pauses.waiting_in(status)
        if open_span and (is_final(status) or open_span.waiting != waiting):
            spans[-1] = replace(open_span, end=entry.at)
            open_span = None
        if is_final(status):
            stopped_at = stopped_at or entry.at
        else:
            stopped_at = None
            if open_span is None:
                spans.append(Span(entry.at, None, waiting, entry.id, entry.actor))
    return Leg(Metric.RESOLUTION, 1, entries[0].at, stopped_at, tuple(spans))


def _new_status(entry: LogEntry) -> str | None:
    if entry.kind == "opened":
        return str(entry.data.get("status", "new"))
    return str(entry.data["to"]) if entry.kind == "status_changed" else None


def is_final(status: str | None) -> bool:
    """Solved or closed: nobody has to act any more."""
    return status in ("solved", "closed")


def _answers(entry: LogEntry) -> bool:
    """A human of the desk answered, spoke with the requester, or the ticket was solved."""
    if entry.kind == "opened" and entry.data.get("answered"):
        return True
    return entry.kind == "call_logged" or _replies(entry)


def _replies(entry: LogEntry) -> bool:
    """A human of the desk answered in writing, or the ticket was solved, or one merged into it."""
    if entry.kind == "public_reply_added":
        return entry.data.get("side") == "desk" and not entry.data.get("automatic")
    return entry.kind == "answered" or is_final(_new_status(entry))


def _asks(entry: LogEntry) -> bool:
    if entry.kind != "public_reply_added" or entry.data.get("automatic"):
        return False
    return entry.data.get("side") == "requester"


def _dispatches(entry: LogEntry) -> bool:
    return entry.kind == "assigned" or _new_status(entry) not in (None, "new")
