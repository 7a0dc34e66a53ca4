"""What must be true of the clocks of suppliers and of compensations: checks for `doctor`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.db import transaction
from django.db.models import F, Field

from servicedesk.lib.soundness import Check, Finding, Tally, found
from sla.contracts.clocks import FOLDED_FIELDS, replay
from sla.contracts.models import Compensation, SupplierClock
from tickets.models import Forwarding, Ticket

BATCH = 500
#: Set by the round that rings, not by the fold alone.
BY_ROUNDS = {"next_alert_at", "breached_at", "counted_at"}
COMPARED = [
    "ticket", "forwarding", "metric",
    *(field for field in FOLDED_FIELDS if field not in BY_ROUNDS | {"ticket"}),
]  # fmt: skip


def supplier_clocks_unlike_their_log() -> Finding:
    """Every clock of a supplier is what a replay of the log gives."""
    tally = Tally("tickets")
    for tickets in _batches():
        for ticket in _unlike(tickets):
            if tally.count >= BATCH or _is_still_unlike(ticket):
                tally.add(ticket)
    return tally.finding()


def compensations_without_evidence() -> Finding:
    """Every compensation says what it rests on, and is of the month of its review."""
    odd = Compensation.objects.exclude(first_day=F("review__first_day"))
    without = Compensation.objects.filter(evidence={})
    return found(odd | without, of="compensations")


def _batches() -> Iterator[list[int]]:
    last, tickets = 0, Forwarding.objects.order_by("ticket").distinct()
    while batch := list(tickets.filter(ticket__gt=last).values_list("ticket", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def _unlike(tickets: list[int]) -> list[int]:
    rows = SupplierClock.objects.filter(ticket__in=tickets).order_by().values_list(*COMPARED)
    replayed = (tuple(_value(clock, name) for name in COMPARED) for clock in replay(tickets))
    there, wanted = _by_ticket(rows), _by_ticket(replayed)
    return [ticket for ticket in tickets if there[ticket] != wanted[ticket]]


def _by_ticket(clocks: Iterable[tuple]) -> dict[int, dict[tuple, tuple]]:
    found: dict[int, dict[tuple, tuple]] = defaultdict(dict)
    for ticket, forwarding, metric, *values in clocks:
        found[ticket][forwarding, metric] = tuple(values)
    return found


def _value(clock: SupplierClock, name: str) -> Any:
    return getattr(clock, cast(Field, clock._meta.get_field(name)).attname)


def _is_still_unlike(ticket: int) -> bool:
    """Somebody may have been at work on it: then only the lock tells."""
    with transaction.atomic():
        Ticket.objects.select_for_update().filter(pk=ticket).first()
        return bool(_unlike([ticket]))


CHECKS = (
    Check("supplier_clocks_unlike_their_log", supplier_clocks_unlike_their_log),
    Check("compensations_without_evidence", compensations_without_evidence),
)
