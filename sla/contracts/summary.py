"""The clocks of suppliers as data: what `show_ticket` prints under `suppliers`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sla.contracts.clocks import hours_of
from sla.contracts.models import SupplierClock
from sla.panel import rows_of, used_in
from tickets.models import Ticket


def supplier_summary(ticket: Ticket, *, now: dt.datetime) -> list[dict[str, Any]]:
    """Every clock of a supplier on a ticket, the oldest first, ready for JSON. One query."""
    clocks = SupplierClock.objects.filter(ticket=ticket).for_rows()
    return [_clock(clock, now) for clock in clocks.order_by("forwarding", "metric")]


def _clock(clock: SupplierClock, now: dt.datetime) -> dict[str, Any]:
    rows = rows_of(clock, hours=hours_of(clock), now=now)
    is_paused = clock.state == SupplierClock.State.PAUSED
    return {
        "forwarding": clock.forwarding_id,
        "supplier": clock.contract.supplier.name,
        "contract": clock.contract.name,
        "level": clock.level,
        "kind": clock.metric,
        "state": clock.state,
        "paused": is_paused,
        "started_at": clock.started_at,
        "stopped_at": clock.stopped_at,
        "used_seconds": used_in(rows),
        "target_seconds": clock.target_seconds,
        "due": None if is_paused else clock.due_at,
        "breached_at": clock.breached_at,
        "met": clock.met,
        "ledger": [{**row.as_json(), "seconds": row.seconds} for row in rows],
    }
