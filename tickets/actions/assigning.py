"""Giving a ticket to a person or a team."""

from django.utils.translation import gettext as _

from servicedesk.accounts.models import Team, User
from tickets.actions.locking import expect, guard, lock, save
from tickets.actions.transitions import move
from tickets.events import record_event, verb
from tickets.models import Ticket
from tickets.permissions import may_work

UNSEEN = object()


@verb
def assign(
    ticket: Ticket,
    *,
    team: Team | None,
    assignee: User | None,
    by: User,
    seen_assignee: object = UNSEEN,
) -> Ticket:
    """Gives the ticket to a team, a person, or both; a new ticket leaves the dispatch queue.

    A person without a team keeps the team the ticket has, if they are in it, else gets their
    first team. `seen_assignee` is the id of the assignee on the agent's screen (or None).
    The same assignment again changes nothing. Raises ChangedMeanwhile, TicketError.
    """
    guard(may_work(by))
    ticket = lock(ticket)
    guard(ticket.status != Ticket.Status.CLOSED, _("This ticket is closed."))
    if seen_assignee is not UNSEEN:
        expect(ticket, assignee_id=seen_assignee)
    if assignee is not None:
        guard(may_work(assignee), _("%s does not work at the desk.") % assignee)
    guard(team is not None or assignee is not None, _("Choose a person or a team."))
    new_team = team.pk if team else _team_for(assignee, ticket)
    new_assignee = assignee.pk if assignee else None
    if (new_team, new_assignee) != (ticket.team_id, ticket.assignee_id) or _is_new(ticket):
        give(ticket, new_team, new_assignee, by=by)
        if _is_new(ticket):
            move(ticket, Ticket.Status.OPEN, by=by, cause="agent")
    return ticket


def take(ticket: Ticket, *, by: User, seen_assignee: object = UNSEEN) -> Ticket:
    """The agent takes the ticket."""
    return assign(ticket, team=None, assignee=by, by=by, seen_assignee=seen_assignee)


def _is_new(ticket: Ticket) -> bool:
    return ticket.status == Ticket.Status.NEW


def _team_for(assignee: User | None, ticket: Ticket) -> int | None:
    if assignee is None:
        return ticket.team_id
    teams = list(assignee.memberships.order_by("pk").values_list("team_id", flat=True))
    return ticket.team_id if ticket.team_id in teams or not teams else teams[0]


def give(
    ticket: Ticket, team: int | None, assignee: int | None, *, by: User, kind: str = "assigned"
) -> None:
    """Writes to whom a locked ticket goes, with its event: `assigned` or `handed_over`."""
    record_event(
        ticket,
        kind,
        by=by,
        from_team=ticket.team_id,
        to_team=team,
        from_assignee=ticket.assignee_id,
        to_assignee=assignee,
    )
    ticket.team_id, ticket.assignee_id = team, assignee
    save(ticket, "team", "assignee")
