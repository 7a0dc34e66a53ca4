"""Who may do what with a ticket. Predicates only; the ticket was found by `visible_to` already."""

from servicedesk.accounts.models import User
from tickets.models import Draft, Message, Ticket


def may_work(user: User) -> bool:
    """Triage, assign, solve, log for others: everything of the desk's side."""
    return user.is_active and user.is_agent


def may_see_notes(user: User) -> bool:
    """Internal notes and what hangs on them."""
    return may_work(user)


def may_see_organisation(user: User) -> bool:
    """List what the whole own organisation asked."""
    return user.is_active and user.sees_organisation


def is_requesters_side(user: User, ticket: Ticket) -> bool:
    """Speaks for the requester on this ticket; an agent who asks for himself does too."""
    return not user.is_agent or ticket.requester_id == user.pk


def may_reply(user: User, ticket: Ticket) -> bool:
    """Public replies. Whoever sees a ticket may reply, until it is closed."""
    return user.is_active and ticket.status != Ticket.Status.CLOSED


def may_add_note(user: User, ticket: Ticket) -> bool:
    """Internal notes, on closed tickets too."""
    return may_work(user)


def may_confirm(user: User, ticket: Ticket) -> bool:
    """Say that it is solved: the requester's side, while it is not closed."""
    return (
        user.is_active
        and is_requesters_side(user, ticket)
        and ticket.status != Ticket.Status.CLOSED
    )


def may_reopen(user: User, ticket: Ticket) -> bool:
    """Say that it is not solved after all."""
    return user.is_active and ticket.status == Ticket.Status.SOLVED


def may_follow_up(user: User, ticket: Ticket) -> bool:
    """Open a new ticket that refers to this closed one."""
    closed = ticket.status == Ticket.Status.CLOSED and ticket.merged_into_id is None
    return user.is_active and closed


def may_manage_followers(user: User, ticket: Ticket) -> bool:
    """Let others read along. The requester's side may invite own colleagues only."""
    return user.is_active and ticket.status != Ticket.Status.CLOSED


def may_delete_attachment(user: User, message: Message | None) -> bool:
    """Only files that were not sent yet can be taken back, by whoever added them."""
    return message is None


def may_draft(user: User, kind: str) -> bool:
    """Keep a draft of this kind. Notes and tickets for somebody else are the desk's."""
    return kind in {Draft.Kind.NEW_TICKET, Draft.Kind.PUBLIC_REPLY} or may_work(user)
