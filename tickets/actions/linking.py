"""A ticket and the outage that it reports; the outage itself lies downstream."""

from __future__ import annotations

from servicedesk.accounts.models import User
from tickets.events import record_event, verb
from tickets.models import Ticket


@verb
def log_outage(ticket: Ticket, kind: str, outage: int, *, by: User | None) -> None:
    """Writes into the log of the ticket that it reports an outage, or no longer does.

    `kind` is `outage_linked` or `outage_unlinked`.
    """
    record_event(ticket, kind, by=by, outage=outage)
