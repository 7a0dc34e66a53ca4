"""A message that belongs elsewhere: to a ticket of its own, or to another one that is there."""

from __future__ import annotations

from django.db.models import Min
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Kwis, Service
from tickets import search
from tickets.actions.locking import guard, lock, lock_both, save
from tickets.actions.opening import open_around
from tickets.actions.transitions import wake
from tickets.events import record_event, verb
from tickets.exceptions import TicketError
from tickets.models import Follower, Message, Ticket
from tickets.permissions import may_work

LONGEST_SUBJECT = 200


@verb
def split(
    message: Message,
    *,
    subject: str,
    by: User,
    service: Service | None = None,
    kwis: str = Kwis.INFORMATION,
) -> Ticket:
    """A ticket of its own, of whoever wrote the message, from the moment it was written.

    Its files go along. Raises TicketError for the first message of a ticket, for one of the
    desk, and without a subject.
    """
    guard(may_work(by))
    ticket = lock(message.ticket)
    message = _still_on(ticket, message)
    guard_movable(message)
    author = message.author
    if author is None or message.side != Message.Side.REQUESTER:
        raise TicketError(_("Only a message of the requester's side can become a ticket."))
    guard(bool(subject.strip()), _("Give the ticket a subject."))
    new = open_around(
        message,
        Ticket(
            subject=" ".join(subject.split())[:LONGEST_SUBJECT],
            requester=author,
            organisation_id=author.organisation_id,
            service=service,
            team_id=service.owner_team_id if service else None,
            kwis=kwis,
            channel=message.channel,
            created_at=message.created_at,
        ),
        by=by,
    )
    record_event(ticket, "split_off", by=by, message=message.pk, ticket=new.pk)
    save(ticket)
    search.refresh(ticket)
    return new


@verb
def move_message(message: Message, *, to: Ticket, by: User, agreed: bool = False) -> Ticket:
    """Puts the message on another ticket, and gives that one.

    A question counts there from when it was written, and wakes that ticket as a reply does.
    When its author does not read along there, the agent must have `agreed` that he will, and
    that the people there read the message. Raises TicketError.
    """
    guard(may_work(by))
    guard(message.ticket_id != to.pk, _("The message is on this ticket already."))
    source, target = lock_both(message.ticket, to)
    message = _still_on(source, message)
    guard_movable(message)
    guard(
        target.status != Ticket.Status.CLOSED or message.is_internal,
        _("Ticket #%(number)s is closed.") % {"number": target.pk},
    )
    guard(
        not target.is_aside,
        _("Ticket #%(number)s was set aside: take it back first.") % {"number": target.pk},
    )
    stranger = is_stranger(message, target)
    guard(
        agreed or not stranger,
        _("%(name)s does not read along there. Confirm that it may be so.")
        % {"name": message.author},
    )
    Message.objects.filter(pk=message.pk).update(
        ticket=target, origin=message.origin_id or source.pk
    )
    if stranger:
        Follower.objects.get_or_create(ticket=target, user=message.author)
        record_event(target, "follower_added", by=by, user=message.author_id)
    _tell_both(message, source, target, by=by)
    for ticket in (source, target):
        save(ticket)
        search.refresh(ticket)
    if message.side == Message.Side.REQUESTER and not message.is_automatic:
        wake(target, by=by)
    return target


def guard_movable(message: Message) -> None:
    """Raises TicketError unless this message can leave its ticket."""
    first = Message.objects.filter(ticket=message.ticket_id).aggregate(first=Min("pk"))["first"]
    guard(message.pk != first, _("The first message is the question itself: it stays."))
    guard(not message.is_with_supplier, _("What a supplier is asked stays with the other letters."))
    guard(
        message.is_internal or message.side == Message.Side.REQUESTER,
        _("What the desk answered stays with the question."),
    )
    spoken = message.is_internal and message.ticket.events.filter(
        kind="call_logged", data__message=message.pk
    )
    guard(not (spoken and spoken.exists()), _("A call with the requester stays on its ticket."))


def is_stranger(message: Message, ticket: Ticket) -> bool:
    """Its author, of the requester's side, does not read along with `ticket`."""
    if message.side == Message.Side.DESK or message.author_id in (None, ticket.requester_id):
        return False
    return not Follower.objects.filter(ticket=ticket, user=message.author_id).exists()


def _still_on(ticket: Ticket, message: Message) -> Message:
    found = Message.objects.select_related("author", "ticket").filter(pk=message.pk)
    on_it = found.filter(ticket=ticket).first()
    if on_it is None:
        raise TicketError(_("This message went elsewhere meanwhile."))
    return on_it


def _tell_both(message: Message, source: Ticket, target: Ticket, *, by: User) -> None:
    record_event(source, "message_moved_out", by=by, message=message.pk, ticket=target.pk)
    record_event(
        target,
        "message_moved_in",
        by=by,
        message=message.pk,
        ticket=source.pk,
        side="" if message.is_internal or message.is_automatic else message.side,
        written_at=message.created_at.isoformat(),
    )
