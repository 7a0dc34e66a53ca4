"""The status of a ticket: who moves what, as one table."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from tickets.actions.classifying import set_category
from tickets.actions.locking import expect, guard, lock, save
from tickets.events import changed, record_event, verb
from tickets.exceptions import TicketError
from tickets.models import Forwarding, Ticket
from tickets.permissions import may_confirm, may_reopen, may_work

Status = Ticket.Status

#: What an agent may make of each status.
AGENT_MOVES: dict[str, frozenset[str]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED}),
    Status.SOLVED: frozenset({Status.OPEN}),
    Status.CLOSED: frozenset(),
}
#: What a reply from the requester's side sets in motion again.
MOVED_BY_REPLY = frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED})


@verb
def change_status(
    ticket: Ticket,
    to: str,
    *,
    by: User,
    seen: str | None = None,
    category: Category | None = None,
) -> Ticket:
    """An agent picks another status. `seen` is the status on the agent's screen.

    A new ticket is taken by that agent first. To solve, the ticket needs a category: the one it
    has, or `category`, which is set in the same act. The same status again changes nothing.
    Raises ChangedMeanwhile, TicketError.
    """
    guard(may_work(by))
    ticket = lock(ticket)
    if ticket.status == to:
        return ticket
    if seen is not None:
        expect(ticket, status=seen)
    if to not in AGENT_MOVES[ticket.status]:
        raise TicketError(
            _("A ticket that is “%(from)s” cannot become “%(to)s”.")
            % {"from": ticket.get_status_display(), "to": Status(to).label}
        )
    if category is not None:
        ticket = set_category(ticket, category, by=by)
    if to == Status.SOLVED and ticket.category_id is None:
        raise TicketError(_("Choose a category first: a solved ticket needs one."))
    if ticket.status == Status.NEW:
        take_over(ticket, by=by)
    return move(ticket, to, by=by, cause="agent")


@verb
def confirm(ticket: Ticket, *, by: User) -> Ticket:
    """The requester's side says that it is solved, whatever the desk thought.

    Saying so again changes nothing.
    """
    ticket = lock(ticket)
    guard(may_confirm(by, ticket), _("This ticket is closed."))
    if is_confirmed(ticket):
        return ticket
    ticket = move(ticket, Status.SOLVED, by=by, cause="requester")
    record_event(ticket, "confirmed", by=by)
    return ticket


def is_confirmed(ticket: Ticket) -> bool:
    """The requester's side agreed with the last solve. One query for a solved ticket."""
    return (
        ticket.solved_at is not None
        and ticket.events.filter(kind="confirmed", at__gte=ticket.solved_at).exists()
    )


@verb
def reopen(ticket: Ticket, *, by: User) -> Ticket:
    """“Nog niet opgelost”: the desk goes on, the same clock with the time already used."""
    ticket = lock(ticket)
    if ticket.status in Ticket.UNSOLVED:
        return ticket
    guard(may_reopen(by, ticket), _("This ticket is closed. Ask on with a follow-up ticket."))
    return move(ticket, Status.OPEN, by=by, cause="agent" if by.is_agent else "requester")


def wake(ticket: Ticket, *, by: User) -> Ticket:
    """After a reply from the requester's side: the desk must act again. Needs the lock."""
    return (
        move(ticket, Status.OPEN, by=by, cause="reply")
        if (ticket.status in MOVED_BY_REPLY)
        else ticket
    )


def take_over(ticket: Ticket, *, by: User) -> None:
    """First assignment of a new ticket, to whoever acts on it. Needs the lock."""
    team = ticket.team_id or by.memberships.values_list("team_id", flat=True).first()
    record_event(
        ticket,
        "assigned",
        by=by,
        from_team=ticket.team_id,
        to_team=team,
        from_assignee=ticket.assignee_id,
        to_assignee=by.pk,
    )
    ticket.team_id, ticket.assignee_id = team, by.pk
    save(ticket, "team", "assignee")
    move(ticket, Status.OPEN, by=by, cause="agent")


def move(ticket: Ticket, to: str, *, by: User | None, cause: str) -> Ticket:
    """Writes a status and its event. Needs the lock; guards nothing."""
    if ticket.status == to:
        return ticket
    now = timezone.now()
    old, ticket.status = ticket.status, to
    if to == Status.SOLVED:
        ticket.solved_at = now
    elif to != Status.CLOSED:
        ticket.solved_at = None
    ticket.closed_at = now if to == Status.CLOSED else None
    save(ticket, "status", "solved_at", "closed_at")
    record_event(ticket, "status_changed", by=by, at=now, cause=cause, **changed(old, to))
    if to == Status.SOLVED:
        for forwarding in ticket.forwardings.unended():
            end_with(forwarding, Forwarding.How.WITH_TICKET, by=by, at=now)
    return ticket


def end_with(forwarding: Forwarding, how: str, *, by: User | None, at: dt.datetime) -> None:
    """Ends the turn of a supplier. Needs the lock; guards nothing."""
    forwarding.ended_at, forwarding.how = at, how
    forwarding.save(update_fields=["ended_at", "how"])
    record_event(
        forwarding.ticket,
        "forwarding_ended",
        by=by,
        at=at,
        forwarding=forwarding.pk,
        supplier=forwarding.supplier_id,
        how=how,
    )


def reopens_until(ticket: Ticket) -> dt.date | None:
    """The last day on which it can be reopened; None while it is unsolved."""
    if ticket.solved_at is None:
        return None
    return timezone.localdate(ticket.solved_at) + dt.timedelta(days=ticket.reopen_days)


def closes_at(ticket: Ticket) -> dt.datetime | None:
    """Local midnight after the last day on which it can be reopened; None while it is unsolved."""
    last = reopens_until(ticket)
    if last is None:
        return None
    return timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min))


def close_solved(*, now: dt.datetime | None = None, limit: int = 500) -> int:
    """Closes tickets that were solved long enough ago; gives their count. May run twice."""
    now = now or timezone.now()
    return sum(_close(ticket, now) for ticket in Ticket.objects.to_close(now)[:limit])


@verb
def _close(ticket: Ticket, now: dt.datetime) -> bool:
    ticket = lock(ticket)
    until = closes_at(ticket)
    if ticket.status != Status.SOLVED or until is None or until > now:
        return False  # reopened or closed meanwhile, or not midnight yet
    move(ticket, Status.CLOSED, by=None, cause="rule")
    return True
