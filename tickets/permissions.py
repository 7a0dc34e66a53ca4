"""Who may do what with a ticket. Predicates only; the ticket was found by `visible_to` already."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from servicedesk.accounts.models import Membership, User
from tickets.models import Draft, IncomingEmail, Message, Rating, Ticket

#: An opinion can be changed for so long after it was first given.
RATING_CHANGEABLE_FOR = dt.timedelta(days=14)


def may_work(user: User) -> bool:
    """Triage, assign, solve, log for others: everything of the desk's side."""
    return user.is_active and user.is_agent


def may_hand_over_any(user: User) -> bool:
    """Managers, and who leads a team. One query for the latter."""
    leads = user.memberships.filter(is_lead=True)
    return may_work(user) and (user.is_manager or leads.exists())


def may_hand_over(user: User, absent: User) -> bool:
    """Give the tickets of `absent` to others: managers, and who leads a team of that person."""
    return may_work(user) and whose_tickets(user).filter(pk=absent.pk).exists()


def whose_tickets(user: User) -> QuerySet[User]:
    """The people of the desk whose tickets this person may hand over."""
    people = User.objects.exclude(role=User.Role.REQUESTER)
    if user.is_manager:
        return people
    led = user.memberships.filter(is_lead=True).values("team")
    return people.filter(pk__in=Membership.objects.filter(team__in=led).values("user"))


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


def may_forward(user: User, ticket: Ticket) -> bool:
    """Put it before a supplier: the desk, while somebody still has to act."""
    return may_work(user) and ticket.status in Ticket.UNSOLVED and not ticket.is_aside


def may_take_for_answer(user: User, message: Message, ticket: Ticket) -> bool:
    """Say that a mail which may belong to the ticket is the answer of its supplier: the desk."""
    mail = IncomingEmail.objects.filter(message=message, may_belong_to=ticket)
    return may_work(user) and message.ticket_id != ticket.pk and mail.exists()


def may_see_supplier_thread(user: User) -> bool:
    """What the desk and a supplier write each other, its files and that there is any of it."""
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


def may_rate(user: User, ticket: Ticket, given: Rating | None = None) -> bool:
    """Say whether the answer satisfied: while it is solved; a `given` answer for fourteen days."""
    if not (user.is_active and is_requesters_side(user, ticket)):
        return False
    if given is not None:
        return timezone.now() - given.first_answered_at <= RATING_CHANGEABLE_FOR
    return ticket.status == Ticket.Status.SOLVED


def may_follow_up(user: User, ticket: Ticket) -> bool:
    """Open a new ticket that refers to this closed one."""
    closed = ticket.status == Ticket.Status.CLOSED and ticket.merged_into_id is None
    return user.is_active and closed


def may_manage_followers(user: User, ticket: Ticket) -> bool:
    """Let others read along. The requester's side may invite own colleagues only; who follows a
    ticket of another organisation was let in alone.
    """
    own = ticket.organisation_id is not None and ticket.organisation_id == user.organisation_id
    is_theirs = user.is_agent or ticket.requester_id == user.pk or own
    return user.is_active and is_theirs and ticket.status != Ticket.Status.CLOSED


def may_delete_attachment(user: User, message: Message | None) -> bool:
    """Only files that were not sent yet can be taken back, by whoever added them."""
    return message is None


def may_draft(user: User, kind: str) -> bool:
    """Keep a draft of this kind. All but questions and replies is the desk's."""
    return kind in {Draft.Kind.NEW_TICKET, Draft.Kind.PUBLIC_REPLY} or may_work(user)
