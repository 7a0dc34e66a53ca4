"""One round over the clocks of suppliers: what is due rings once, at the assignee of the ticket.

As with the desk's own alerts, a clock is claimed with SKIP LOCKED, what it rang for is a unique
row, and both are one transaction. The bell rings at once; mail about it waits for office hours.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.outbox import sentences
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import Notification
from sla.alert_mail import due_by_ticket
from sla.alerts import hearers
from sla.contracts.models import SupplierAlert, SupplierAlertMail, SupplierClock
from sla.models import Alert
from sla.points import Ring, next_ring, rings_of
from tickets.models import Ticket

BATCH = 500

Rung = tuple[SupplierClock, Ring]

sentences.register(
    {
        "supplier_three_quarters_first_response": _(
            "Ticket #%(ticket)s: three quarters of the supplier’s time for an answer are used."
        ),
        "supplier_soon_first_response": _(
            "Ticket #%(ticket)s: 15 minutes left for an answer of the supplier."
        ),
        "supplier_due_first_response": _(
            "Ticket #%(ticket)s: the answer of the supplier is too late."
        ),
        "supplier_three_quarters_resolution": _(
            "Ticket #%(ticket)s: three quarters of the supplier’s time for a solution are used."
        ),
        "supplier_soon_resolution": _(
            "Ticket #%(ticket)s: 15 minutes left for a solution of the supplier."
        ),
        "supplier_due_resolution": _(
            "Ticket #%(ticket)s: the solution of the supplier is too late."
        ),
    }
)


def check(*, now: dt.datetime | None = None) -> int:
    """Raises all that is due; gives the number of alerts. A held desk raises nothing."""
    moment, count = now or timezone.now(), 0
    while not is_held():
        raised = _round(moment)
        if raised is None:
            break
        count += raised
    return count


@transaction.atomic
def _round(now: dt.datetime) -> int | None:
    """Claims some clocks and raises what they ring for; None when no clock is left to claim."""
    due = SupplierClock.objects.to_alert(now).select_for_update(skip_locked=True)
    clocks = list(due[:BATCH])
    if not clocks:
        return None
    known = _known(clocks)
    rings: list[Rung] = []
    for clock in clocks:
        rung = known[clock.forwarding_id, clock.metric]
        due_now = [r for r in rings_of(clock) if r.raised_from <= now and r.point not in rung]
        rings += [(clock, ring) for ring in due_now]
        clock.next_alert_at = next_ring(clock, rung | {ring.point.value for ring in due_now})
        if any(ring.point == Alert.Point.DUE for ring in due_now):
            clock.breached_at = clock.counted_at = clock.due_at
    alerts = SupplierAlert.objects.bulk_create(
        SupplierAlert(
            forwarding_id=clock.forwarding_id,
            metric=clock.metric,
            point=ring.point,
            at=ring.at,
            raised_at=now,
        )
        for clock, ring in rings
    )
    SupplierClock.objects.bulk_update(clocks, ["next_alert_at", "breached_at", "counted_at"])
    _tell(rings, alerts, now)
    return len(rings)


def _known(clocks: Iterable[SupplierClock]) -> dict[tuple[int, str], set[str]]:
    known: dict[tuple[int, str], set[str]] = defaultdict(set)
    alerts = SupplierAlert.objects.filter(forwarding__in=[c.forwarding_id for c in clocks])
    for forwarding, metric, point in alerts.values_list("forwarding_id", "metric", "point"):
        known[forwarding, metric].add(point)
    return known


def _tell(rings: list[Rung], alerts: list[SupplierAlert], now: dt.datetime) -> None:
    """A line for each clock that rang, with its gravest point; and one for a mail."""
    in_order = sorted(zip(rings, alerts, strict=True), key=lambda one: one[1].at)
    last = {clock.pk: (clock, ring, alert) for (clock, ring), alert in in_order}
    gravest = [(clock, ring) for clock, ring, _alert in last.values()]
    who = _who({clock.ticket_id for clock, _ring in gravest})
    due = due_by_ticket(who, now)
    SupplierAlertMail.objects.bulk_create(
        [
            SupplierAlertMail(alert=alert, user_id=user, due_at=due[clock.ticket_id])
            for clock, _ring, alert in last.values()
            for user in who[clock.ticket_id]
            if clock.ticket_id in due
        ],
        ignore_conflicts=True,
    )
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user,
                key=f"supplier-{clock.forwarding_id}-{clock.metric}-{ring.point}",
                kind=f"supplier_{Alert.Point(ring.point).name.lower()}_{clock.metric}",
                ticket=clock.ticket_id,
            )
            for clock, ring in gravest
            for user in who[clock.ticket_id]
        ],
        ignore_conflicts=True,
    )


def _who(tickets: set[int]) -> dict[int, list[int]]:
    """The assignee; without one, the whole team of the ticket."""
    everybody = hearers(tickets)
    taken = Ticket.objects.filter(pk__in=tickets, assignee__is_active=True)
    assignees = dict(taken.values_list("pk", "assignee_id"))
    return {
        ticket: [assignees[ticket]] if ticket in assignees else people
        for ticket, people in everybody.items()
    }
