"""From a ticket's log to the legs of a supplier's clocks: whose turn it was, and when it ended.

It is the supplier's turn from the forwarding on, and again whenever the ticket goes on hold: by a
letter that asks for more, or by hand. It is the desk's turn from an answer that a person wrote:
then the clock of the solution waits, and a supplier is not charged for it. Pure: no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sla.legs import Leg, LogEntry, Metric, Span

#: What a clock of a supplier waits for.
FOR_THE_DESK = "desk"
#: Events that can change such a clock; all others leave every reading as it is.
TOLD_BY = frozenset({"forwarded", "supplier_answered", "forwarding_ended"})
#: What else is read of the log.
CONTEXT = frozenset({"opened", "service_changed", "priority_changed", "status_changed"})
SOLVED, TAKEN_BACK = "solved", "taken_back"


@dataclass(frozen=True, slots=True)
class Handed:
    """One question to one supplier: what was known when it was put, and the legs of its clocks.

    `cut` names the clocks that an act of the desk ended before the supplier could keep its word:
    they count only when they were late already.
    """

    forwarding: int
    supplier: int
    at: datetime
    service: int | None
    priority: str
    promise: str
    legs: tuple[Leg, Leg]
    cut: frozenset[Metric]


def handed(entries: Iterable[LogEntry], forwarding: int) -> Handed | None:
    """The forwarding as the entries tell it; None when they do not tell of its beginning.

    Entries count in the order of their ids; one that lies before its predecessor (a clock was set
    back) counts as that predecessor's.
    """
    log = _in_order(entries)
    first = next((e for e in log if e.kind == "forwarded" and _is_of(e, forwarding)), None)
    if first is None:
        return None
    turns = _Turns(first)
    for entry in log:
        if entry.id > first.id:
            turns.take(entry, forwarding)
    before = [entry for entry in log if entry.id < first.id]
    return Handed(
        forwarding=forwarding,
        supplier=first.data["supplier"],
        at=first.at,
        service=_last(before, "service"),
        priority=_last(before, "priority") or "normal",
        promise=first.data["promise"],
        legs=(turns.response, turns.resolution),
        cut=turns.cut,
    )


class _Turns:
    """Whose turn it was, from the first question on."""

    def __init__(self, first: LogEntry) -> None:
        self._spans = [_span(first, "")]
        self._first = first
        self._answered: LogEntry | None = None
        self._ended: LogEntry | None = None

    def take(self, entry: LogEntry, forwarding: int) -> None:
        """What one later entry changes."""
        if self._ended is not None:
            return
        if entry.kind == "status_changed" and entry.data["to"] == "on_hold":
            self._turn_to(entry, "")
        elif not _is_of(entry, forwarding):
            return
        elif entry.kind == "supplier_answered" and not entry.data["automatic"]:
            self._answered = self._answered or entry
            self._turn_to(entry, FOR_THE_DESK)
        elif entry.kind == "forwarding_ended":
            self._spans[-1] = replace(self._spans[-1], end=entry.at)
            self._ended = entry

    @property
    def response(self) -> Leg:
        """From the question to the first answer of a person, or to the end."""
        stop = self._answered or self._ended
        span = _span(self._first, "", end=stop.at if stop else None)
        return Leg(Metric.FIRST_RESPONSE, 1, span.start, span.end, (span,))

    @property
    def resolution(self) -> Leg:
        """From the question to the end, without the turns of the desk."""
        stop = self._ended.at if self._ended else None
        return Leg(Metric.RESOLUTION, 1, self._first.at, stop, tuple(self._spans))

    @property
    def cut(self) -> frozenset[Metric]:
        """The clocks that the desk stopped."""
        how = self._ended.data["how"] if self._ended else SOLVED
        if how == SOLVED:
            return frozenset()
        waited = self._spans[-1].waiting == FOR_THE_DESK
        unsolved = {Metric.RESOLUTION} if how == TAKEN_BACK or not waited else set()
        unanswered = set() if self._answered else {Metric.FIRST_RESPONSE}
        return frozenset(unsolved | unanswered)

    def _turn_to(self, entry: LogEntry, waiting: str) -> None:
        if self._spans[-1].waiting != waiting:
            self._spans[-1] = replace(self._spans[-1], end=entry.at)
            self._spans.append(_span(entry, waiting))


def _span(entry: LogEntry, waiting: str, *, end: datetime | None = None) -> Span:
    return Span(entry.at, end, waiting, entry.id, entry.actor)


def _is_of(entry: LogEntry, forwarding: int) -> bool:
    return entry.data.get("forwarding") == forwarding


def _last(entries: Sequence[LogEntry], name: str):
    """What the ticket had when these entries were written."""
    value = None
    for entry in entries:
        if entry.kind == "opened":
            value = entry.data.get(name)
        elif entry.kind == f"{name}_changed":
            value = entry.data["to"]
    return value


def _in_order(entries: Iterable[LogEntry]) -> list[LogEntry]:
    ordered: list[LogEntry] = []
    for entry in sorted(entries, key=lambda entry: entry.id):
        at = entry.at.replace(microsecond=0)
        ordered.append(replace(entry, at=max(at, ordered[-1].at) if ordered else at))
    return ordered
