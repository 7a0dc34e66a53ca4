"""The open tickets of somebody who is away go to others in one act, and can be taken back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import Membership, User
from servicedesk.outbox.writing import notify
from tickets.actions.assigning import give
from tickets.actions.locking import guard
from tickets.events import verb
from tickets.models import Handover, Ticket
from tickets.permissions import may_hand_over, may_work


@verb
def hand_over(absent: User, *, to: User | None, by: User) -> Handover:
    """Gives every open ticket of `absent` to `to`, or to the team of each ticket when None.

    One line behind the bell of each who gets some, however many they are. Raises TicketError.
    """
    guard(may_hand_over(by, absent), _("You may hand over the tickets of your own teams only."))
    guard(to is None or may_work(to), _("%s does not work at the desk.") % to)
    guard(to != absent, _("Choose somebody else: these are the tickets of %s.") % absent)
    rows = Ticket.objects.assigned_to(absent).order_by("pk").select_for_update(of=("self",))
    tickets = list(rows)
    guard(bool(tickets), _("%s has no open tickets.") % absent)
    team_of = _teams(to or absent)
    moved: list[tuple[int, int | None, int | None]] = []
    for ticket in tickets:
        team = _team_after(ticket, to, team_of)
        guard(
            to is not None or team is not None,
            _("Ticket #%(number)s has no team. Choose a person.") % {"number": ticket.pk},
        )
        moved.append((ticket.pk, ticket.team_id, team))
        give(ticket, team, to.pk if to else None, by=by, kind="handed_over")
    handover = Handover.objects.create(absent=absent, to=to, by=by, tickets=moved)
    _tell(handover)
    return handover


@verb
def take_back_handover(handover: Handover, *, by: User) -> int:
    """Gives back what is still where the handover put it and open; gives the count of those.

    Raises TicketError when it was taken back already, and for who left meanwhile.
    """
    guard(may_hand_over(by, handover.absent))
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    guard(handover.undone_at is None, _("This handover was taken back already."))
    guard(may_work(handover.absent), _("%s does not work at the desk.") % handover.absent)
    count = 0
    numbers = [number for number, _before, _after in handover.tickets]
    rows = Ticket.objects.unsolved().filter(pk__in=numbers).order_by("pk")
    now = {ticket.pk: ticket for ticket in rows.select_for_update(of=("self",))}
    for number, before, after in handover.tickets:
        ticket = now.get(number)
        if ticket and (ticket.team_id, ticket.assignee_id) == (after, handover.to_id):
            give(ticket, before, handover.absent_id, by=by, kind="handed_over")
            count += 1
    handover.undone_at = timezone.now()
    handover.save(update_fields=["undone_at"])
    return count


def _teams(user: User) -> list[int]:
    return list(user.memberships.order_by("pk").values_list("team_id", flat=True))


def _team_after(ticket: Ticket, to: User | None, teams: list[int]) -> int | None:
    """The team of the ticket where that fits, else the first team of who gets it."""
    if ticket.team_id and (to is None or ticket.team_id in teams):
        return ticket.team_id
    return teams[0] if teams else ticket.team_id


def _tell(handover: Handover) -> None:
    if handover.to_id:
        kind, users = "handed_over", [handover.to_id]
    else:
        teams = {after for _number, _before, after in handover.tickets}
        members = Membership.objects.filter(team__in=teams, user__is_active=True)
        kind, users = "handed_to_team", list(members.values_list("user_id", flat=True).distinct())
    others = [user for user in users if user not in (handover.by_id, handover.absent_id)]
    notify(others, key=f"handover-{handover.pk}", kind=kind, count=handover.count)
