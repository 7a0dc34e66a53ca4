"""Who reads along with a ticket."""

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets.actions.locking import guard, lock
from tickets.events import record_event, verb
from tickets.models import Follower, Ticket
from tickets.permissions import may_manage_followers


@verb
def add_follower(ticket: Ticket, user: User, *, by: User) -> Ticket:
    """`user` reads along from now on. Somebody who does so already, or asked, changes nothing."""
    ticket = lock(ticket)
    guard(ticket.status != Ticket.Status.CLOSED, _("This ticket is closed."))
    guard(may_manage_followers(by, ticket), _("You read along with this ticket, for yourself."))
    guard(user.is_active, _("%s is no longer active.") % user)
    guard(
        by.is_agent or _colleagues(by, user), _("You can only add colleagues of your organisation.")
    )
    if user.pk != ticket.requester_id:
        _row, added = Follower.objects.get_or_create(ticket=ticket, user=user)
        if added:
            record_event(ticket, "follower_added", by=by, user=user.pk)
    return ticket


@verb
def remove_follower(ticket: Ticket, user: User, *, by: User) -> Ticket:
    """`user` no longer reads along. Agents remove anybody; others themselves and colleagues."""
    ticket = lock(ticket)
    guard(by.is_agent or by == user or _colleagues(by, user))
    gone, _rows = Follower.objects.filter(ticket=ticket, user=user).delete()
    if gone:
        record_event(ticket, "follower_removed", by=by, user=user.pk)
    return ticket


def _colleagues(one: User, other: User) -> bool:
    return one.organisation_id is not None and one.organisation_id == other.organisation_id
