"""What the desk tells on a ticket by itself: readable there, answers nothing, moves nothing."""

from __future__ import annotations

import uuid

from servicedesk.accounts.models import User
from servicedesk.lib import html
from tickets import search
from tickets.actions.locking import guard, lock, save
from tickets.events import record_event, verb
from tickets.models import Message, Ticket
from tickets.permissions import may_reply


@verb
def post_notice(ticket: Ticket, text: str, *, by: User | None, token: uuid.UUID) -> Message:
    """A public message that stops no clock and sends no mail: whoever calls this tells people.

    The same token again is the same message. Raises TicketError when the ticket is closed.
    """
    ticket = lock(ticket)
    made = Message.objects.filter(submission_token=token).first()
    if made is not None:
        return made
    guard(by is None or may_reply(by, ticket))
    guard(ticket.status != Ticket.Status.CLOSED)
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.PUBLIC_REPLY,
        side=Message.Side.DESK,
        author=by,
        channel=Ticket.Channel.PORTAL,
        body_text=text,
        body_html=html.from_markdown(text),
        is_automatic=True,
        submission_token=token,
    )
    save(ticket)
    search.refresh(ticket)
    record_event(
        ticket,
        "public_reply_added",
        by=by,
        message=message.pk,
        side=Message.Side.DESK,
        automatic=True,
    )
    return message
