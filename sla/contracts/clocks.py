"""The only writer of supplier clocks: folds the log of a ticket and stores what comes out.

Nothing is patched. The arithmetic is that of the desk's own clocks (`sla.readings`); what differs
is when a leg runs (`sla.contracts.legs`) and what was promised (`sla.contracts.book`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sla.business_hours import BusinessHours
from sla.clocks import stored_fields
from sla.contracts.book import Book, Promise
from sla.contracts.legs import CONTEXT, TOLD_BY, Handed, handed
from sla.contracts.models import SupplierAlert, SupplierClock
from sla.joining import is_outside
from sla.legs import LogEntry, Metric
from sla.open_time import DAY
from sla.points import next_ring, rings_of
from sla.readings import read
from tickets.models import Forwarding, Ticket, TicketEvent

BATCH = 500
ROUND_THE_CLOCK = BusinessHours.of(week={weekday: [(0, DAY)] for weekday in range(7)})
#: What moves a forwarding to another ticket, or takes its ticket out of all counts.
_MOVES = frozenset({"merged", "merge_undone", "took_in", "gave_back", "set_aside", "taken_back"})
_READ = TOLD_BY | CONTEXT | _MOVES | {"imported"}
#: Events after which the clocks of a ticket are folded again.
FOLDED_AFTER = TOLD_BY | _MOVES


def refresh(
    ticket_ids: Iterable[int], *, now: dt.datetime | None = None, quietly: bool = False
) -> list[SupplierClock]:
    """Folds the forwardings of some tickets, in the transaction of the caller, who holds their
    locks. Stores their clocks and gives them.

    `quietly` is for the past: what has passed counts as rung, and nobody is told of it any more.
    """
    tickets, moment = list(ticket_ids), now or timezone.now()
    clocks = replay(tickets, now=moment)
    if quietly:
        _note_passed(clocks, moment)
    _store(tickets, clocks)
    return clocks


def refresh_quietly(
    forwardings: Iterable[int] | QuerySet, *, now: dt.datetime | None = None
) -> int:
    """Folds the tickets of many forwardings, in transactions of some hundreds; gives their
    count. What has passed rings no more.
    """
    found = Forwarding.objects.filter(pk__in=forwardings)
    tickets = sorted(set(found.values_list("ticket", flat=True)))
    moment = now or timezone.now()
    for start in range(0, len(tickets), BATCH):
        with transaction.atomic():
            locked = Ticket.objects.select_for_update().order_by("pk").values_list("pk", flat=True)
            refresh(locked.filter(pk__in=tickets[start : start + BATCH]), now=moment, quietly=True)
    return len(tickets)


def replay(ticket_ids: Iterable[int], *, now: dt.datetime | None = None) -> list[SupplierClock]:
    """The clocks as the log gives them now, stored nowhere. Six queries and those of the book."""
    moment = now or timezone.now()
    forwardings = list(Forwarding.objects.filter(ticket__in=list(ticket_ids)).order_by("pk"))
    if not forwardings:
        return []
    logs = _logs(forwardings)
    told = {one.pk: told_of(one, logs) for one in forwardings}
    book = Book.load(one.supplier for one in told.values() if one)
    raised = _raised(told)
    clocks: list[SupplierClock] = []
    for forwarding in forwardings:
        one = told[forwarding.pk]
        if one is None or is_outside(logs[forwarding.ticket_id]):
            continue
        promise = book.promise(one, timezone.localtime(one.at).date())
        if promise is not None:
            clocks += _clocks(forwarding, one, promise, moment)
    for clock in clocks:
        rung = raised[clock.forwarding_id, clock.metric]
        clock.next_alert_at = next_ring(clock, rung)
    return clocks


def told_of(forwarding: Forwarding, logs: dict[int, list[LogEntry]]) -> Handed | None:
    """A forwarding as the logs tell it: first that of the ticket it was made on, then, from a merge
    on, that of the ticket it is on now.
    """
    own = logs.get(forwarding.ticket_id, [])
    if forwarding.origin_id is None:
        return handed(own, forwarding.pk)
    before = logs.get(forwarding.origin_id, [])
    merged = max((entry.id for entry in before if entry.kind == "merged"), default=0)
    return handed(
        [
            *(entry for entry in before if entry.id <= merged),
            *(entry for entry in own if entry.id > merged),
        ],
        forwarding.pk,
    )


def hours_of(clock: SupplierClock) -> BusinessHours:
    """The hours that a clock counts in."""
    if clock.calendar_version is None:
        return ROUND_THE_CLOCK
    return clock.calendar_version.business_hours


def _note_passed(clocks: Iterable[SupplierClock], now: dt.datetime) -> None:
    """Every point that has passed is noted as rung; the clocks wait for the next one."""
    alerts: list[SupplierAlert] = []
    for clock in clocks:
        passed = [ring for ring in rings_of(clock) if ring.raised_from <= now]
        alerts += [
            SupplierAlert(
                forwarding_id=clock.forwarding_id,
                metric=clock.metric,
                point=ring.point,
                at=ring.at,
                raised_at=ring.raised_from,
            )
            for ring in passed
        ]
        clock.next_alert_at = next_ring(clock, {ring.point.value for ring in passed})
    SupplierAlert.objects.bulk_create(alerts, ignore_conflicts=True)


def _logs(forwardings: Iterable[Forwarding]) -> dict[int, list[LogEntry]]:
    tickets = {one.ticket_id for one in forwardings}
    tickets |= {one.origin_id for one in forwardings if one.origin_id}
    logs: dict[int, list[LogEntry]] = defaultdict(list)
    events = TicketEvent.objects.filter(ticket__in=tickets, kind__in=_READ).order_by("pk")
    columns = ("ticket_id", "pk", "kind", "at", "actor_id", "data")
    for ticket, *entry in events.values_list(*columns).iterator():
        logs[ticket].append(LogEntry(*entry))
    return logs


def _raised(forwardings: Iterable[int]) -> dict[tuple[int, str], set[str]]:
    raised: dict[tuple[int, str], set[str]] = defaultdict(set)
    alerts = SupplierAlert.objects.filter(forwarding__in=list(forwardings)).order_by()
    for forwarding, metric, point in alerts.values_list("forwarding_id", "metric", "point"):
        raised[forwarding, metric].add(point)
    return raised


def _clocks(
    forwarding: Forwarding, told: Handed, promise: Promise, now: dt.datetime
) -> Iterator[SupplierClock]:
    version = promise.calendar_version
    hours = version.business_hours if version else ROUND_THE_CLOCK
    for leg in told.legs:
        target = promise.level.seconds(leg.metric)
        if target is None:
            continue
        fields = stored_fields(read(leg, target, hours, now))
        if leg.metric in told.cut and fields["breached_at"] is None:
            fields["counted_at"] = None
        yield SupplierClock(
            forwarding=forwarding,
            ticket_id=forwarding.ticket_id,
            metric=Metric(leg.metric).value,
            contract_id=promise.terms.contract_id,
            terms=promise.terms,
            level=promise.level.name,
            calendar_version=version,
            **fields,
        )


#: Everything but the key: what a fold writes over a clock that is there.
FOLDED_FIELDS = [
    field.name
    for field in SupplierClock._meta.concrete_fields
    if field.name not in {"id", "forwarding", "metric"}
]


def _store(tickets: list[int], clocks: list[SupplierClock]) -> None:
    wanted = {(clock.forwarding_id, clock.metric) for clock in clocks}
    stored = SupplierClock.objects.filter(forwarding__ticket__in=tickets).order_by()
    stale = [
        pk
        for pk, *key in stored.values_list("pk", "forwarding_id", "metric")
        if tuple(key) not in wanted
    ]
    if stale:
        SupplierClock.objects.filter(pk__in=stale).delete()
    SupplierClock.objects.bulk_create(
        clocks,
        update_conflicts=True,
        unique_fields=["forwarding", "metric"],
        update_fields=FOLDED_FIELDS,
    )
