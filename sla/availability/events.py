"""The vocabulary of the log of outages and maintenance, and the only door to it.

kind                  data
--------------------  ------------------------------------------------------------------
opened                service, severity, source, started_at, planned
severity_changed      from, to, started_at
update_posted         update, stage
ended                 ended_at
corrected             changes: {field: [from, to]}                      (with a reason)
confirmed             -
withdrawn             -                                                  (with a reason)
ticket_linked         ticket
ticket_unlinked       ticket
announced             starts_at, ends_at, services
changed               changes: {field: [from, to]}                      (with a reason if begun)
cancelled             -
"""

from __future__ import annotations

from servicedesk.accounts.models import User
from sla.availability.models import AvailabilityEvent, MaintenanceWindow, Outage
from sla.availability.signals import availability_changed

KINDS: dict[str, frozenset[str]] = {
    "opened": frozenset({"service", "severity", "source", "started_at", "planned"}),
    "severity_changed": frozenset({"from", "to", "started_at"}),
    "update_posted": frozenset({"update", "stage"}),
    "ended": frozenset({"ended_at"}),
    "corrected": frozenset({"changes"}),
    "confirmed": frozenset(),
    "withdrawn": frozenset(),
    "ticket_linked": frozenset({"ticket"}),
    "ticket_unlinked": frozenset({"ticket"}),
    "announced": frozenset({"starts_at", "ends_at", "services"}),
    "changed": frozenset({"changes"}),
    "cancelled": frozenset(),
}


def record(
    about: Outage | MaintenanceWindow,
    kind: str,
    /,
    *,
    by: User | None,
    reason: str = "",
    **data: object,
) -> AvailabilityEvent:
    """Writes one row of the log and tells those who listen, inside the verb's transaction.

    Raises ValueError for an unknown kind or other data than the vocabulary names.
    """
    if KINDS.get(kind) != data.keys():
        raise ValueError(f"event {kind!r} with {sorted(data)} is not in the vocabulary")
    event = AvailabilityEvent.objects.create(
        outage=about if isinstance(about, Outage) else None,
        maintenance=about if isinstance(about, MaintenanceWindow) else None,
        kind=kind,
        actor=by,
        data=data,
        reason=reason,
    )
    availability_changed.send(AvailabilityEvent, event=event)
    return event
