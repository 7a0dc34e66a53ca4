"""What mail does to a ticket besides asking and answering: machines write, people join by Cc."""

from __future__ import annotations

from collections.abc import Iterable

from servicedesk.accounts.models import User
from tickets.actions.locking import lock
from tickets.actions.replying import Text, write
from tickets.events import record_event, verb
from tickets.models import Follower, Message, Ticket

Kind, Side = Message.Kind, Message.Side


@verb
def add_machine_mail(ticket: Ticket, text: Text, *, by: User) -> Message:
    """An out-of-office answer and its like, from the requester's side. Sets nothing in motion."""
    ticket = lock(ticket)
    message = write(ticket, text, Kind.PUBLIC_REPLY, Side.REQUESTER, by=by)
    record_event(
        ticket,
        "public_reply_added",
        by=by,
        message=message.pk,
        side=Side.REQUESTER,
        automatic=True,
    )
    return message


@verb
def add_report(ticket: Ticket, text: Text) -> Message:
    """What a mail server says about our mail, as a note that nobody wrote."""
    ticket = lock(ticket)
    message = write(ticket, text, Kind.INTERNAL_NOTE, Side.DESK, by=None)
    record_event(ticket, "internal_note_added", by=None, message=message.pk)
    return message


@verb
def join_by_mail(ticket: Ticket, people: Iterable[User], *, by: User) -> list[User]:
    """People in Cc of a mail from the requester's side read along; gives who is new.

    Whether the rules of the desk allow it, the mail's door has decided.
    """
    joined = []
    for user in people:
        if user.pk != ticket.requester_id and user.is_active:
            _row, added = Follower.objects.get_or_create(ticket=ticket, user=user)
            if added:
                record_event(ticket, "follower_added", by=by, user=user.pk)
                joined.append(user)
    return joined
