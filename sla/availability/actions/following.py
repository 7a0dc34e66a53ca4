"""Who wants to know of an outage, and which tickets report it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from sla.availability.actions.locking import guard
from sla.availability.events import record
from sla.availability.models import Outage, OutageFollower, OutageTicket
from sla.availability.permissions import may_join_outage, may_report_outage
from tickets.actions.linking import log_outage
from tickets.events import verb
from tickets.models import Ticket


@verb
def join(outage: Outage, user: User) -> OutageFollower:
    """`user` is told of every update from now on, without a ticket. Joining twice is joining.

    Raises OutageError when the outage is over.
    """
    guard(may_join_outage(user, outage), _("This outage is over."))
    follower, _made = OutageFollower.objects.get_or_create(outage=outage, user=user)
    return follower


@verb
def leave(outage: Outage, user: User) -> None:
    """`user` is no longer told."""
    OutageFollower.objects.filter(outage=outage, user=user).delete()


@verb
def link_ticket(outage: Outage, ticket: Ticket, *, by: User | None) -> OutageTicket:
    """The ticket reports this outage; its people are told of every update. Twice is once.

    Agents link any ticket; a requester the own one, which the site-down page does (and `by` None
    a monitor's). Raises OutageError.
    """
    guard(by is None or may_report_outage(by) or ticket.requester_id == by.pk)
    guard(not outage.is_withdrawn, _("This turned out to be no outage."))
    link, made = OutageTicket.objects.get_or_create(
        outage=outage, ticket=ticket, defaults={"linked_by": by}
    )
    if made:
        record(outage, "ticket_linked", by=by, ticket=ticket.pk)
        log_outage(ticket, "outage_linked", outage.pk, by=by)
    return link


@verb
def unlink_ticket(outage: Outage, ticket: Ticket, *, by: User) -> None:
    """The ticket is about something else after all."""
    guard(may_report_outage(by))
    gone, _rows = OutageTicket.objects.filter(outage=outage, ticket=ticket).delete()
    if gone:
        record(outage, "ticket_unlinked", by=by, ticket=ticket.pk)
        log_outage(ticket, "outage_unlinked", outage.pk, by=by)
