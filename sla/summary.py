"""The clocks of a ticket as data: what `show_ticket` prints under `sla`."""

import datetime as dt
from typing import Any

from sla.business_hours import BusinessHours
from sla.dispatch import dispatch_of, with_assignments
from sla.models import Clock, TicketPromise
from sla.panel import rows_of, used_in
from sla.readings import Row
from tickets.models import Ticket


def sla_summary(ticket: Ticket, *, now: dt.datetime) -> dict[str, Any]:
    """Due moments, breaches and the whole ledger of a ticket, ready for JSON. Two queries.

    A paused clock has no due moment. Rows that last have no end, and their seconds until now. A
    promise that is broken says so, whether or not a round has noticed it.
    """
    promises = with_assignments(TicketPromise.objects.select_related("calendar_version"))
    promise = promises.filter(ticket=ticket).first()
    version = promise.calendar_version if promise else None
    hours = version.business_hours if version else None
    clocks = list(ticket.clocks.all()) if hours else []
    told = [_clock(clock, hours, now) for clock in clocks if hours]
    dispatch = dispatch_of(ticket, promise.given, hours=hours) if promise and hours else None
    due = {(clock.metric, clock.leg): _due(clock) for clock in clocks}
    return {
        "first_response_due": due.get(("first_response", 1)),
        "resolution_due": due.get(("resolution", 1)),
        "paused": any(c.metric == "resolution" and c.state == Clock.State.PAUSED for c in clocks),
        "breached": sorted({clock["kind"] for clock in told if clock["breached_at"]}),
        "clocks": told,
        "dispatch": dispatch.as_json() if dispatch else None,
        "ledger": [
            {"kind": clock.metric, "leg": clock.leg, **_row(row)}
            for clock in clocks
            if hours
            for row in rows_of(clock, hours=hours, now=now)
        ],
    }


def _due(clock: Clock) -> str | None:
    return _iso(None if clock.state == Clock.State.PAUSED else clock.due_at)


def _clock(clock: Clock, hours: BusinessHours, now: dt.datetime) -> dict[str, Any]:
    used = used_in(rows_of(clock, hours=hours, now=now))
    broken = clock.breached_at or (clock.due_at if used > clock.target_seconds else None)
    return {
        "kind": clock.metric,
        "leg": clock.leg,
        "state": clock.state,
        "paused": clock.state == Clock.State.PAUSED,
        "started_at": _iso(clock.started_at),
        "stopped_at": _iso(clock.stopped_at),
        "used_seconds": used,
        "target_seconds": clock.target_seconds,
        "due": _due(clock),
        "breached_at": _iso(broken),
        "met": clock.met,
    }


def _row(row: Row) -> dict[str, Any]:
    return {**row.as_json(), "seconds": row.seconds}


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
