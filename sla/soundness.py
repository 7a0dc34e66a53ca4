"""What must be true of stored clocks: checks for `doctor`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from servicedesk.lib.soundness import Check, Finding, Tally, found
from servicedesk.outbox.holding import is_held
from sla.clocks import FOLDED_FIELDS, replay
from sla.models import Clock, TicketPromise
from sla.rounds import stale_tickets
from tickets.models import Ticket

BATCH = 500
#: A round later than this is no round any more.
LATE = dt.timedelta(minutes=15)
#: Set by the round that rings, not by the fold alone.
BY_ROUNDS = {"next_alert_at", "breached_at", "counted_at"}
COMPARED = [
    "ticket_id", "metric", "leg",
    *(field for field in FOLDED_FIELDS if field not in BY_ROUNDS),
]  # fmt: skip


def open_tickets_without_clock() -> Finding:
    """An unsolved ticket to which something is promised has a clock."""
    clocks = Clock.objects.filter(ticket=OuterRef("pk"))
    promised = Ticket.objects.unsolved().filter(promise__policy_version__isnull=False)
    without = list(promised.filter(~Exists(clocks)).values_list("pk", flat=True)[:BATCH])
    # A policy may promise nothing at all.
    wanted = {clock.ticket_id for clock in replay(without)}
    return found(promised.filter(~Exists(clocks), pk__in=wanted), of="tickets")


def clocks_behind_the_log() -> Finding:
    """No clock misses an event."""
    tally = Tally("tickets")
    for ticket in sorted(stale_tickets()):
        tally.add(ticket)
    return tally.finding()


def clocks_unlike_their_log() -> Finding:
    """Every clock, and each row of its ledger, is what a replay of the log gives."""
    tally = Tally("tickets")
    for tickets in _batches():
        for ticket in _unlike(tickets):
            if tally.count >= BATCH or _is_still_unlike(ticket):
                tally.add(ticket)
    return tally.finding()


def clocks_that_did_not_ring() -> Finding:
    """What was to ring has rung."""
    if is_held():
        return Finding(0, "sending is held; nothing rings")
    late = Clock.objects.filter(next_alert_at__lt=timezone.now() - LATE)
    return found(late, "ticket", of="clocks of tickets")


def _batches() -> Iterator[list[int]]:
    last, promises = 0, TicketPromise.objects.order_by("ticket")
    while batch := list(promises.filter(ticket__gt=last).values_list("ticket", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def _unlike(tickets: list[int]) -> list[int]:
    stored = Clock.objects.filter(ticket__in=tickets).order_by().values_list(*COMPARED)
    replayed = (tuple(getattr(clock, field) for field in COMPARED) for clock in replay(tickets))
    there, wanted = _by_ticket(stored.iterator()), _by_ticket(replayed)
    return [ticket for ticket in tickets if there[ticket] != wanted[ticket]]


def _by_ticket(clocks: Iterable[tuple]) -> dict[int, dict[tuple, tuple]]:
    found: dict[int, dict[tuple, tuple]] = defaultdict(dict)
    for ticket, metric, leg, *values in clocks:
        found[ticket][metric, leg] = tuple(values)
    return found


def _is_still_unlike(ticket: int) -> bool:
    """Somebody may have been at work on it: then only the lock tells."""
    with transaction.atomic():
        Ticket.objects.select_for_update().filter(pk=ticket).first()
        return bool(_unlike([ticket]))


CHECKS = (
    Check("open_tickets_without_clock", open_tickets_without_clock),
    Check("clocks_behind_the_log", clocks_behind_the_log),
    Check("clocks_unlike_their_log", clocks_unlike_their_log),
    Check("clocks_that_did_not_ring", clocks_that_did_not_ring),
)
