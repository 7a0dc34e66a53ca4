"""The only writer of clocks: folds the whole log of a ticket and stores what comes out.

Nothing is patched, so a replay, an import or another calendar cannot leave a clock wrong.

    log + promise ── readings.fold ──> Clock rows ──> what queues sort by, on the ticket
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from sla.joining import is_outside
from sla.logs import Log, Logs
from sla.models import Alert, Clock, TicketPromise
from sla.points import alert_of, next_ring, rings_of
from sla.policies import PolicyBook, Terms
from sla.readings import Reading, fold
from sla.waiting import next_step
from tickets.models import REOPEN_DAYS, Ticket
from tickets.querysets import Promised

BATCH = 500

Raised = Mapping[tuple[str, int], set[str]]


def refresh(ticket_id: int, *, now: dt.datetime | None = None) -> list[Clock]:
    """Folds the log of one ticket, in the transaction of the caller, who holds its lock.

    Stores its clocks and its two queue columns, and gives the clocks. Five to six queries.
    """
    return _refresh([ticket_id], now or timezone.now()).clocks


def refresh_many(
    ticket_ids: Iterable[int], *, now: dt.datetime | None = None, quietly: bool = False
) -> int:
    """Folds the logs of many tickets, in transactions of some hundreds; gives their count.

    `quietly` is for history that nobody has to hear of any more: points that have passed are
    noted as raised, without a line behind any bell, and nobody is reminded of what waits since.
    """
    moment, waiting, count = now or timezone.now(), sorted(set(ticket_ids)), 0
    for start in range(0, len(waiting), BATCH):
        with transaction.atomic():
            locked = Ticket.objects.select_for_update().order_by("pk").values_list("pk", flat=True)
            ids = list(locked.filter(pk__in=waiting[start : start + BATCH]))
            folded = _refresh(ids, moment)
            if quietly:
                _note_passed(folded.clocks, moment)
                TicketPromise.objects.filter(pk__in=ids, next_step_at__lte=moment).update(
                    next_step_at=None
                )
        count += len(ids)
    return count


def replay(ticket_ids: Iterable[int], *, now: dt.datetime | None = None) -> list[Clock]:
    """The clocks as their logs give them now, stored nowhere: for audits."""
    return _fold(list(ticket_ids), now or timezone.now()).clocks


def foresee(
    terms: Mapping[int, Terms | None], *, now: dt.datetime | None = None
) -> dict[int, list[Clock]]:
    """The clocks that tickets would have under other terms, stored nowhere."""
    logs = Logs.read(terms)
    promises = _promises(logs.own)
    raised = _raised(promises, promises)
    moment = now or timezone.now()
    clocks = {}
    for ticket_id, promise in promises.items():
        _give(promise, terms[ticket_id])
        clocks[ticket_id] = clocks_of(logs, promise, raised=raised[ticket_id], now=moment)
    return clocks


def repromise(
    terms: Mapping[int, Terms | None], *, now: dt.datetime | None = None
) -> dict[int, list[Clock]]:
    """Gives tickets other terms and folds their logs by them, in the transaction of the caller,
    who holds their locks. Gives the clocks by ticket.

    What rang stays rung. Of clocks that have stopped nobody is told any more.
    """
    moment = now or timezone.now()
    alike: dict[Terms | None, list[int]] = defaultdict(list)
    for ticket_id, found in terms.items():
        alike[found].append(ticket_id)
    for found, tickets in alike.items():
        TicketPromise.objects.filter(ticket__in=tickets).update(
            policy_version=found.policy_version if found else None,
            calendar_version=found.calendar_version if found else None,
        )
    folded = _refresh(list(terms), moment)
    stopped = [clock for clock in folded.clocks if clock.state == Clock.State.STOPPED]
    _note_passed(stopped, moment)
    by_ticket: dict[int, list[Clock]] = {ticket_id: [] for ticket_id in terms}
    for clock in folded.clocks:
        by_ticket[clock.ticket_id].append(clock)
    return by_ticket


def promised(promise: TicketPromise, clocks: Iterable[Clock]) -> Promised:
    """What a ticket with this promise and these clocks is told."""
    running = [clock for clock in clocks if clock.state == Clock.State.RUNNING]
    due = [clock.due_at for clock in running if clock.due_at]
    at_risk = [clock.at_risk_at for clock in running if clock.at_risk_at]
    days = promise.policy_version.close_after if promise.policy_version else REOPEN_DAYS
    return Promised(min(due, default=None), min(at_risk, default=None), days)


def clocks_of(
    logs: Logs, promise: TicketPromise, *, raised: Raised, now: dt.datetime
) -> list[Clock]:
    """The clocks of one ticket, not stored. `raised` holds the points that rang, by leg."""
    ticket_id, log = promise.ticket_id, logs.of[promise.ticket_id]
    if promise.policy_version is None or promise.calendar_version is None or is_outside(log):
        return []
    readings = fold(
        log,
        targets=promise.policy_version.targets(priority_in(log)),
        pauses=promise.policy_version.pauses,
        hours=promise.calendar_version.business_hours,
        now=now,
        joined=logs.joined_to(ticket_id),
    )
    clocks = [_clock(ticket_id, reading) for reading in readings]
    for clock in clocks:
        clock.next_alert_at = next_ring(clock, raised.get((clock.metric, clock.leg), ()))
    return clocks


def priority_in(log: Log) -> str:
    """The priority that the log ends with."""
    priority = ""
    for entry in log:
        if entry.kind == "opened":
            priority = entry.data.get("priority", "")
        elif entry.kind == "priority_changed":
            priority = entry.data["to"]
    return priority


@dataclass
class _Folded:
    """What came out of some logs. `kept`: the tickets that had a promise, and clocks, before."""

    promises: list[TicketPromise] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    told: dict[int, Promised] = field(default_factory=dict)


def _refresh(ticket_ids: list[int], now: dt.datetime) -> _Folded:
    folded = _fold(ticket_ids, now)
    _store(folded)
    return folded


def _fold(ticket_ids: list[int], now: dt.datetime) -> _Folded:
    logs = Logs.read(ticket_ids)
    promises = _promises(logs.own)
    kept = [ticket_id for ticket_id, promise in promises.items() if not promise._state.adding]
    raised = _raised(promises, kept)
    folded = _Folded(list(promises.values()), kept)
    for ticket_id, promise in promises.items():
        clocks = clocks_of(logs, promise, raised=raised[ticket_id], now=now)
        promise.folded = logs.of[ticket_id][-1].id
        promise.next_step_at = _step_at(logs.of[ticket_id], promise)
        folded.clocks += clocks
        folded.told[ticket_id] = promised(promise, clocks)
    return folded


def _promises(logs: Mapping[int, Log]) -> dict[int, TicketPromise]:
    """The promise of each log; a ticket without one gets it now, by its `opened` entry."""
    promises = TicketPromise.objects.with_versions(of=len(logs)).in_bulk(list(logs))
    book = PolicyBook.load() if len(promises) < len(logs) else None
    for ticket_id, log in logs.items():
        if book and ticket_id not in promises:
            opened = next(entry for entry in log if entry.kind == "opened")
            promises[ticket_id] = TicketPromise(ticket_id=ticket_id)
            _give(promises[ticket_id], book.terms_for(opened.data, opened.at))
    return promises


def _step_at(log: Log, promise: TicketPromise) -> dt.datetime | None:
    """When a waiting rule has something to do next."""
    if promise.policy_version is None or promise.calendar_version is None:
        return None
    hours = promise.calendar_version.business_hours
    step = next_step(log, rules=promise.policy_version.waiting, hours=hours)
    return step.at if step else None


def _give(promise: TicketPromise, terms: Terms | None) -> None:
    promise.policy_version = terms.policy_version if terms else None
    promise.calendar_version = terms.calendar_version if terms else None


def _raised(
    promises: Iterable[int], kept: Iterable[int]
) -> dict[int, dict[tuple[str, int], set[str]]]:
    raised: dict[int, dict[tuple[str, int], set[str]]] = {
        promise: defaultdict(set) for promise in promises
    }
    alerts = Alert.objects.filter(promise__in=list(kept)).order_by()
    for promise, metric, leg, point in alerts.values_list("promise_id", "metric", "leg", "point"):
        raised[promise][metric, leg].add(point)
    return raised


def _clock(ticket_id: int, reading: Reading) -> Clock:
    metric, leg = reading.metric.value, reading.leg
    return Clock(ticket_id=ticket_id, metric=metric, leg=leg, **stored_fields(reading))


def stored_fields(reading: Reading) -> dict[str, Any]:
    """What is stored of a reading: the fields of `MeasuredLeg`."""
    return {
        "state": reading.state.value,
        "started_at": reading.started_at,
        "stopped_at": reading.stopped_at,
        "used_seconds": reading.settled,
        "target_seconds": reading.target,
        "at_risk_at": reading.at_risk_at,
        "warn_at": reading.warn_at,
        "due_at": reading.due_at,
        "overdue_at": reading.overdue_at,
        "breached_at": reading.breached_at,
        "met": reading.met,
        "counted_at": reading.breached_at or reading.stopped_at,
        "ledger": [row.as_json() for row in reading.rows],
    }


#: Everything but the key: what a fold writes over a clock that is there.
FOLDED_FIELDS = [
    field.name
    for field in Clock._meta.concrete_fields
    if field.name not in {"id", "ticket", "metric", "leg"}
]


def _store(folded: _Folded) -> None:
    TicketPromise.objects.bulk_create(
        folded.promises,
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["folded", "next_step_at"],
    )
    _delete_stale(folded.kept, folded.clocks)
    Clock.objects.bulk_create(
        folded.clocks,
        update_conflicts=True,
        unique_fields=["ticket", "metric", "leg"],
        update_fields=FOLDED_FIELDS,
    )
    Ticket.objects.set_promised(folded.told)


def _delete_stale(ticket_ids: list[int], clocks: Iterable[Clock]) -> None:
    """Legs that are promised no more, after a change of priority for instance."""
    wanted = {(clock.ticket_id, clock.metric, clock.leg) for clock in clocks}
    stored = Clock.objects.filter(ticket_id__in=ticket_ids).order_by()
    stale = [
        pk
        for pk, *key in stored.values_list("pk", "ticket_id", "metric", "leg")
        if tuple(key) not in wanted
    ]
    if stale:
        Clock.objects.filter(pk__in=stale).delete()


def _note_passed(clocks: Iterable[Clock], now: dt.datetime) -> None:
    """Every point that has passed counts as raised; the clocks wait for the next one."""
    alerts: list[Alert] = []
    waits: dict[int, tuple[dt.datetime | None, None]] = {}
    for clock in clocks:
        passed = [ring for ring in rings_of(clock) if ring.raised_from <= now]
        alerts += [alert_of(clock, ring, raised_at=ring.raised_from) for ring in passed]
        if passed:
            waits[clock.pk] = next_ring(clock, {ring.point.value for ring in passed}), None
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    Clock.objects.wait_for(waits)
