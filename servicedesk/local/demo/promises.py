"""The clocks of an invented ticket, as `sla.clocks` would store them, without a query.

The same fold, the same rows; points that have passed count as raised, for nobody has to hear of
them any more.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from servicedesk.local.demo.rows import NULL, Rows, as_json
from sla.business_hours import BusinessHours
from sla.clocks import priority_in
from sla.legs import LogEntry, PauseRules
from sla.models import Clock
from sla.points import next_ring, rings_of
from sla.policies import CONDITIONS, PolicyBook, Terms
from sla.readings import Reading, Row, State, Targets, fold

Due = tuple[str, str]
NOTHING_DUE: Due = (NULL, NULL)


@dataclass(frozen=True)
class _Promise:
    """What tickets of one kind get, looked up once."""

    policy_version: int
    calendar_version: int
    targets: Mapping[str, Targets]
    pauses: PauseRules
    hours: BusinessHours

    def readings(self, log: Sequence[LogEntry], now: dt.datetime) -> list[Reading]:
        return fold(
            log,
            targets=self.targets[priority_in(log)],
            pauses=self.pauses,
            hours=self.hours,
            now=now,
        )


class Promises:
    """Gives each ticket its promise and its clocks."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.book = PolicyBook.load()
        #: Where no policy asks what a ticket is about, and none ever changed, all get the same.
        self.same_for_all = self._has_one_answer()
        self.known: dict[tuple[int, int], _Promise] = {}

    def write(self, ticket: int, log: Sequence[LogEntry], rows: Rows) -> Due:
        """Adds the promise, the clocks and the alerts; gives what the ticket's queue columns "
        "say."""
        promise = self._promise_of(log[0])
        folded = str(log[-1].id)
        number = str(ticket)
        if promise is None:
            rows.add("sla_ticketpromise", (number, NULL, NULL, folded))
            return NOTHING_DUE
        versions = (str(promise.policy_version), str(promise.calendar_version))
        rows.add("sla_ticketpromise", (number, *versions, folded))
        readings = promise.readings(log, self.now)
        for reading in readings:
            self._add_clock(number, reading, rows)
        running = [reading for reading in readings if reading.state == State.RUNNING]
        due = [reading.due_at for reading in running if reading.due_at]
        at_risk = [reading.at_risk_at for reading in running if reading.at_risk_at]
        return _stamp(min(due, default=None)), _stamp(min(at_risk, default=None))

    def readings(self, log: Sequence[LogEntry]) -> list[Reading]:
        """What the clocks of a ticket with this log say now."""
        promise = self._promise_of(log[0])
        return promise.readings(log, self.now) if promise else []

    def terms_at(self, at: dt.datetime) -> Terms | None:
        """What an ordinary ticket of that moment is promised."""
        return self.book.terms_for({}, at)

    def _has_one_answer(self) -> bool:
        policies, calendars = self.book.policy_versions, self.book.calendar_versions
        changed = any(len(versions) > 1 for versions in policies.values())
        changed |= any(len(versions) > 1 for versions in calendars.values())
        return not changed and not any(
            version.wants(name)
            for versions in policies.values()
            for version in versions
            for name in CONDITIONS
        )

    def _promise_of(self, opened: LogEntry) -> _Promise | None:
        if self.same_for_all:
            return self._only_promise
        return self._promise_by(self.book.terms_for(opened.data, opened.at))

    @cached_property
    def _only_promise(self) -> _Promise | None:
        return self._promise_by(self.terms_at(self.now))

    def _promise_by(self, terms: Terms | None) -> _Promise | None:
        if terms is None:
            return None
        key = (terms.policy_version.pk, terms.calendar_version.pk)
        if key not in self.known:
            version = terms.policy_version
            self.known[key] = _Promise(
                policy_version=version.pk,
                calendar_version=terms.calendar_version.pk,
                targets={name: version.targets(name) for name in PRIORITIES},
                pauses=version.pauses,
                hours=terms.calendar_version.business_hours,
            )
        return self.known[key]

    def _add_clock(self, ticket: str, reading: Reading, rows: Rows) -> None:
        next_alert_at = self._alerts(ticket, reading, rows)
        rows.add(
            "sla_clock",
            (
                ticket,
                reading.metric.value,
                str(reading.leg),
                reading.state.value,
                _stamp(reading.started_at),
                _stamp(reading.stopped_at),
                str(reading.settled),
                str(reading.target),
                _stamp(reading.at_risk_at),
                _stamp(reading.warn_at),
                _stamp(reading.due_at),
                _stamp(reading.overdue_at),
                _stamp(next_alert_at),
                _stamp(reading.breached_at),
                NULL if reading.met is None else "t" if reading.met else "f",
                _stamp(reading.breached_at or reading.stopped_at),
                _ledger(reading.rows),
            ),
        )

    def _alerts(self, ticket: str, reading: Reading, rows: Rows) -> dt.datetime | None:
        """Adds the points that have passed; gives when the next one is to ring."""
        if reading.state == State.STOPPED and reading.overdue_at is None:
            return None
        # A reading has all that a ring is found by.
        clock = cast(Clock, reading)
        passed = [ring for ring in rings_of(clock) if ring.raised_from <= self.now]
        for ring in passed:
            rows.add(
                "sla_alert",
                (
                    ticket,
                    reading.metric.value,
                    str(reading.leg),
                    ring.point.value,
                    ring.level.value,
                    _stamp(ring.at),
                    _stamp(reading.due_at or ring.at),
                    _stamp(ring.raised_from),
                ),
            )
        return next_ring(clock, {ring.point.value for ring in passed})


PRIORITIES = ("low", "normal", "high", "urgent")


def _stamp(at: dt.datetime | None) -> str:
    return NULL if at is None else str(at)


def _ledger(rows: Iterable[Row]) -> str:
    return as_json([row.as_json() for row in rows])
