"""Somebody leaves the desk: what they had in hand goes back to the queues of their teams."""

from __future__ import annotations

from servicedesk.accounts.actions import deactivate
from servicedesk.accounts.models import Team, User
from servicedesk.accounts.permissions import may_administer
from tickets.actions.assigning import assign
from tickets.actions.locking import guard
from tickets.events import verb
from tickets.models import Ticket


@verb
def leave(person: User, *, by: User) -> int:
    """Hands every unsolved ticket back to a team and switches the person off; how many tickets.

    Whatever the person asked or answered stays as it is. Raises LastAdministrator.
    """
    guard(may_administer(by) and by.pk != person.pk)
    handed_back = 0
    # In a fixed order, so that two who do this at once do not wait for each other in a circle.
    for ticket in Ticket.objects.assigned_to(person).select_related("team").order_by("pk"):
        assign(ticket, team=ticket.team or team_after(person), assignee=None, by=by)
        handed_back += 1
    deactivate(person, by=by, tickets=handed_back)
    return handed_back


def team_after(person: User) -> Team | None:
    """Where a ticket without a team goes: to the first team of the person, else of the desk."""
    own = person.teams.filter(is_active=True).order_by("line", "pk").first()
    return own or Team.objects.filter(is_active=True).order_by("line", "pk").first()
