"""Mail of monitoring systems on its way in: its ticket is linked to the outage that it opens."""

from __future__ import annotations

import logging

from sla.availability.actions import link_ticket
from sla.availability.exceptions import OutageError
from sla.availability.models import MonitoringMailRule
from sla.availability.monitors.mails import apply_alert
from tickets.models import Ticket

logger = logging.getLogger(__name__)


def follow_alert(ticket_id: int) -> None:
    """Applies the rules to the mail that this ticket was made of. Never stops the mail."""
    if not MonitoringMailRule.objects.filter(is_active=True).exists():
        return
    ticket = Ticket.objects.select_related("requester").get(pk=ticket_id)
    first = ticket.messages.public().first()
    body = first.body_text if first else ""
    try:
        outage = apply_alert(ticket.subject, body, ticket.requester.email, at=ticket.created_at)
        if outage is not None:
            link_ticket(outage, ticket, by=None)
    except OutageError as refusal:
        logger.warning("ticket %s opens no outage: %s", ticket_id, refusal)
