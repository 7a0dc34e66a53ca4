"""All that a ticket holds, as plain data: for support, tests and other programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from servicedesk.accounts.models import User
from servicedesk.outbox.models import OutgoingEmail
from sla.contracts.summary import supplier_summary
from sla.summary import sla_summary
from tickets.models import Attachment, IncomingEmail, Message, Ticket, TicketEvent

#: Events that say which message a mail carried.
MAILED = frozenset({"public_reply_added", "forwarded", "supplier_asked"})


def ticket_as_data(ticket: Ticket, *, now: dt.datetime) -> dict[str, Any]:
    """Ready for JSON. The ticket is one of `Ticket.objects.for_rows()`; ten queries."""
    events = list(TicketEvent.objects.filter(ticket=ticket).select_related("actor"))
    return {
        "ticket": str(ticket.number),
        "tag": ticket.tag,
        "subject": _one_line(ticket.subject),
        "status": ticket.status,
        "priority": ticket.priority,
        "kwis": ticket.kwis,
        "channel": ticket.channel,
        "category": ticket.category.name if ticket.category else None,
        "service": ticket.service.name if ticket.service else None,
        "team": ticket.team.name if ticket.team else None,
        "organisation": ticket.organisation.name if ticket.organisation else None,
        "requester": _person(ticket.requester),
        "assignee": _person(ticket.assignee),
        "created_at": ticket.created_at,
        "merged_into": str(ticket.merged_into_id) if ticket.merged_into_id else None,
        "outside": ticket.outside or None,
        "sla": sla_summary(ticket, now=now),
        "suppliers": supplier_summary(ticket, now=now),
        "events": [_event(event) for event in events],
        "messages": _messages(ticket, events),
    }


def _person(user: User | None) -> dict[str, str] | None:
    return {"email": user.email, "name": _one_line(user.name)} if user else None


def _event(event: TicketEvent) -> dict[str, Any]:
    return {
        "id": event.pk,
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor.email if event.actor else None,
        "data": event.data,
    }


def _messages(ticket: Ticket, events: list[TicketEvent]) -> list[dict[str, Any]]:
    """Oldest first, each with the mail that carried it, if one did."""
    mails = _mails(ticket)
    carried = {
        event.data["message"]: mails[event.pk]
        for event in events
        if event.kind in MAILED and event.pk in mails
    }
    rows = ticket.messages.select_related(
        "author", "mail", "forwarding__supplier", "taken_from__mail"
    )
    rows = rows.prefetch_related("attachments", "enclosed")
    return [_message(ticket, row, carried.get(row.pk)) for row in rows]


def _mails(ticket: Ticket) -> dict[int, OutgoingEmail]:
    """The first mail about each event: its Message-ID begins with the id of the event."""
    found: dict[int, OutgoingEmail] = {}
    for mail in OutgoingEmail.objects.of_tickets(ticket.pk).order_by("pk"):
        cause = mail.message_id.lstrip("<").partition(".")[0]
        if cause.isdecimal():
            found.setdefault(int(cause), mail)
    return found


def _message(ticket: Ticket, message: Message, mail: OutgoingEmail | None) -> dict[str, Any]:
    sent = mail if message.side == Message.Side.DESK else None
    came = message.came_as
    author = message.author
    return {
        "id": message.pk,
        "kind": _kind(message),
        "message_id": message.mail_message_id or (sent.message_id if sent else ""),
        "created_at": message.created_at,
        "origin": str(message.origin_id) if message.origin_id else None,
        "subject": _one_line(sent.subject if sent else ticket.subject),
        "from_email": author.email if author else settings.DESK_ADDRESSES[0],
        "from_name": _one_line(author.name) if author else "",
        "to": sent.to if sent else [],
        "cc": sent.cc if sent else [],
        "body_text": message.body_text,
        "visible_text": message.visible_text or message.body_text,
        "body_html": message.body_html,
        "supplier": message.forwarding.supplier.name if message.forwarding else None,
        "attachments": [
            _attachment(file) for file in (*message.attachments.all(), *message.enclosed.all())
        ],
        **(_as_it_came(came) if came else {}),
    }


def _as_it_came(mail: IncomingEmail) -> dict[str, Any]:
    """What the head of a mail said. `sent_at` is by the sender's clock."""
    return {
        "message_id": mail.mail_message_id,
        "subject": mail.subject,
        "from_email": mail.from_email,
        "from_name": mail.from_name,
        "to": mail.to,
        "cc": mail.cc,
        "sent_at": mail.sent_at,
        "automatic": mail.kind != IncomingEmail.Kind.PERSON,
        "may_belong_to": str(mail.may_belong_to_id) if mail.may_belong_to_id else None,
    }


def _kind(message: Message) -> str:
    if message.is_internal:
        return "note"
    if message.is_with_supplier:
        return message.kind
    return "in" if message.side == Message.Side.REQUESTER else "out"


def _attachment(file: Attachment) -> dict[str, Any]:
    return {
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.is_inline,
    }


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
