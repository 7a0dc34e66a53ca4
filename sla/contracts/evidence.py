"""What a compensation rests on, as plain values that are kept with it.

measure        kept
-------------  -----------------------------------------------------------------------------
availability   window_seconds, down_seconds, outages: id, title, start, end, seconds
response,      counted, kept, late: ticket, forwarding, level, start, due, stop, used and target
resolution     in business seconds

Tickets by their numbers only: whose they are, and what was asked, stays with the ticket.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sla.availability.measuring import Loss
from sla.contracts.attainment import METRICS, Figure
from sla.contracts.clocks import hours_of
from sla.contracts.models import Contract, Measure, SupplierClock
from sla.panel import rows_of, used_in
from sla.reports.months import Month


def evidence_of(
    contract: Contract, month: Month, figure: Figure, *, now: dt.datetime
) -> dict[str, Any]:
    """What lies behind a figure of that month, at this moment."""
    if figure.measure == Measure.AVAILABILITY:
        return {
            "window_seconds": figure.counted,
            "down_seconds": figure.lost,
            "outages": [_outage(loss) for loss in figure.losses],
        }
    clocks = counted_clocks(contract, month, figure.measure)
    late = clocks.late().select_related("calendar_version").order_by("breached_at", "pk")
    return {
        "counted": figure.counted,
        "kept": figure.kept,
        "late": [_clock(clock, now) for clock in late],
    }


def counted_clocks(contract: Contract, month: Month, measure: str):
    """The clocks that a figure of response or resolution counts."""
    clocks = SupplierClock.objects.filter(contract=contract, metric=METRICS[Measure(measure)])
    return clocks.counted_between(month.start, month.end)


def _outage(loss: Loss) -> dict[str, Any]:
    outage = loss.outage
    return {
        "id": outage.pk,
        "title": outage.title,
        "start": outage.started_at.isoformat(),
        "end": outage.ended_at.isoformat() if outage.ended_at else None,
        "seconds": loss.seconds,
    }


def _clock(clock: SupplierClock, now: dt.datetime) -> dict[str, Any]:
    used = used_in(rows_of(clock, hours=hours_of(clock), now=now))
    return {
        "ticket": clock.ticket_id,
        "forwarding": clock.forwarding_id,
        "level": clock.level,
        "start": clock.started_at.isoformat(),
        "due": clock.due_at.isoformat() if clock.due_at else None,
        "stop": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "used_seconds": used,
        "target_seconds": clock.target_seconds,
    }
