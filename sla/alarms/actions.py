"""Taking an alarm, and reporting that a service is down."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Kwis, Service
from servicedesk.lib import live
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import Alarm
from sla.alarms.permissions import may_report_site_down, may_take
from sla.availability.actions import NewOutage, link_ticket, report_outage
from sla.availability.models import Outage
from tickets.actions.classifying import set_priority
from tickets.actions.opening import NewTicket, open_ticket
from tickets.events import verb
from tickets.models import Ticket


def take(alarm: Alarm, *, by: User) -> bool:
    """“Ik neem dit op.” The first one gets it; False: somebody else was earlier, or it is over.

    Taking twice oneself is taking.
    """
    if not may_take(by):
        raise AlarmError(_("You may not do this."))
    open_alarm = Alarm.objects.filter(pk=alarm.pk, taken_at=None, ended_at=None)
    if open_alarm.update(taken_by=by, taken_at=timezone.now(), next_step_at=None):
        live.changed()
        return True
    return Alarm.objects.filter(pk=alarm.pk, taken_by=by).exists()


def ring_now(alarm: Alarm, *, by: User) -> bool:
    """Somebody still at the desk does not let it wait. False: it rings already, or is over."""
    if not may_take(by):
        raise AlarmError(_("You may not do this."))
    now = timezone.now()
    asleep = Alarm.objects.filter(pk=alarm.pk, taken_at=None, ended_at=None, rings_at__gt=now)
    if not asleep.update(rings_at=now):
        return False
    live.changed()
    return True


@dataclass(frozen=True)
class SiteDown:
    """What somebody reports: which service, and what they see."""

    service: Service
    subject: str
    body: str
    token: uuid.UUID | None = None


@verb
def report_site_down(report: SiteDown, *, by: User) -> tuple[Ticket, Outage]:
    """A numbered, urgent ticket linked to the one open outage of the service, which rings.

    The same token again gives the ticket that it made before.
    """
    if not may_report_site_down(by):
        raise AlarmError(_("You may not do this."))
    ticket = open_ticket(
        NewTicket(
            requester=by,
            subject=report.subject,
            body=report.body,
            service=report.service,
            kwis=Kwis.DISRUPTION,
            impact=Ticket.Impact.PUBLIC,
            priority=Ticket.Priority.URGENT,
            token=report.token,
        ),
        by=by,
    )
    linked = Outage.objects.filter(ticket_links__ticket=ticket).first()
    return ticket, linked or _join_outage(ticket, report.service, by=by)


@verb
def mark_site_down(ticket: Ticket, *, by: User) -> Outage:
    """An agent says that this ticket, from mail or a call, means that its service is down."""
    service = ticket.service
    if service is None:
        raise AlarmError(_("Choose the service first: an outage belongs to a service."))
    outage = _join_outage(ticket, service, by=by)
    set_priority(ticket, Ticket.Priority.URGENT, by=by, reason=_("Site down"))
    return outage


def _join_outage(ticket: Ticket, service: Service, *, by: User) -> Outage:
    """The open outage of the service, which nobody can use from now on.

    What the report says stays at the desk: everybody reads the title of an outage.
    """
    new = NewOutage(service=service, source=Outage.Source.TICKET)
    outage, _made = report_outage(new, by=by)
    link_ticket(outage, ticket, by=by)
    return outage
