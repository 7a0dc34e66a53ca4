"""Letters about a ticket, from the text that holds now to a row in the outbox.

One event is one mail, with everybody who gets it in To and Cc: they see who is in the
conversation, and “reply to all” reaches them. How such mail is answered: `docs/outgoing-mail.md`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr, quote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from servicedesk.accounts.models import User
from servicedesk.outbox.writing import Letter, message_id, post
from tickets.mail.filling import Part, fill, fill_line
from tickets.mail.letters import LETTERS, Text, text_of
from tickets.mail.parts import Occasion, parts, ticket_link, words
from tickets.mail.pictures import enclose
from tickets.mail.tokens import open_address, reply_address
from tickets.models import Forwarding, Message, Ticket, TicketEvent

#: So many earlier mails of the ticket are named, the latest ones.
MOST_REFERENCES = 10
#: Needs no quotes in an address (RFC 5322, 3.2.3); accents are encoded when it is sent.
_plain_name = re.compile(r"[\w ·'&-]+")
_message_id = re.compile(r"<[^<>\s]{1,240}>")


@dataclass(frozen=True)
class Reader:
    """To whom one mail goes. Everybody in it sees everybody in it; the first one's language."""

    first: User
    others: tuple[User, ...] = ()

    @property
    def everybody(self) -> tuple[User, ...]:
        return (self.first, *self.others)


def write(
    ticket: Ticket, kind: str, reader: Reader, *, event: TicketEvent, message: Message | None
) -> None:
    """Puts one letter into the outbox; the same event, kind and reader again adds nothing."""
    text = text_of(kind, reader.first.language)
    enclosed = enclose(message) if message and "{message}" in text.body else None
    promised = _promised(ticket, kind, event)
    with translation.override(reader.first.language):
        occasion = Occasion(
            ticket,
            kind,
            reader.first,
            message,
            enclosed,
            promised,
            others=reader.others,
            forwarding=_thread(event),
        )
        subject, letter = compose(occasion, reader=reader, text=text)
        sent = post(
            Letter(
                key=f"{event.pk}.{kind}.{reader.first.pk}",
                thread=f"ticket:{ticket.pk}",
                subject=subject,
                to=[reader.first.email],
                cc=[user.email for user in reader.others],
                names={user.email: user.name for user in reader.everybody if user.name},
                from_email=sender(occasion),
                body_text=letter.text,
                body_html=letter.html,
                headers=_headers(occasion, reader),
                files=enclosed.files if enclosed else [],
            )
        )
    if sent and message and message.side == Message.Side.DESK and kind in {"reply", "solved"}:
        # Answers to it name it: so the ticket is found again.
        Message.objects.filter(pk=message.pk, mail_message_id="").update(
            mail_message_id=sent.message_id
        )


def compose(occasion: Occasion, *, text: Text, reader: Reader | None = None) -> tuple[str, Part]:
    """Subject and letter made of `text`, in the language that is active.

    A letter to a supplier has no `reader`, and nothing in it leads to the ticket.
    """
    kind, ticket = LETTERS[occasion.kind], occasion.ticket
    said = words(occasion)
    body = fill(text.body, said, parts(occasion, text.body))
    context = {
        "number": ticket.number,
        "subject": said["subject"],
        "body": body,
        "url": "" if kind.for_supplier else ticket_link(ticket),
        "address": parseaddr(settings.DESK_ADDRESSES[0])[1],
        "people": _participants(ticket, reader) if reader and not kind.for_desk else [],
        "language": translation.get_language(),
    }
    return fill_line(text.subject, said), Part(
        render_to_string("emails/letter.txt", context).strip() + "\n",
        render_to_string("emails/letter.html", context),
    )


def _participants(ticket: Ticket, reader: Reader) -> list[str]:
    """Who is in the conversation, the requester first; a short list only."""
    return [str(user) for user in dict.fromkeys([ticket.requester, *reader.everybody])]


def _promised(ticket: Ticket, kind: str, event: TicketEvent) -> dt.datetime | None:
    """Until when an answer is promised; nothing when somebody answers already."""
    if kind == "receipt" and event.data["answered"]:
        return None
    return ticket.next_due_at if kind in {"receipt", "assigned", "answered"} else None


def _thread(event: TicketEvent) -> Forwarding | None:
    """The thread with a supplier that the event tells of. No query for all others."""
    number = event.data.get("forwarding")
    found = Forwarding.objects.select_related("supplier")
    return found.filter(pk=number).first() if number else None


def sender(occasion: Occasion) -> str:
    """From: the team's name and address, with the first name of the agent who wrote."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    team, message = occasion.ticket.team, occasion.message
    if team:
        name, address = team.mail_name or name, team.mail_address or address
    if message and message.side == Message.Side.DESK and message.author:
        name = f"{message.author.first_name} · {name}"
    plain = name if _plain_name.fullmatch(name) else f'"{quote(name)}"'
    return f"{plain} <{address}>"


def _headers(occasion: Occasion, reader: Reader) -> dict[str, str]:
    ticket, kind = occasion.ticket, LETTERS[occasion.kind]
    chain = [message_id(f"ticket.{ticket.pk}"), *_earlier(ticket)]
    alone = not reader.others
    headers = {
        "References": " ".join(chain),
        "In-Reply-To": chain[-1],
        # To several readers goes the plain address: a sealed one would prove to each of them
        # that they are the first.
        "Reply-To": reply_address(ticket.pk, reader.first.pk) if alone else open_address(ticket.pk),
        **loop_headers(ticket),
    }
    if kind.automatic or occasion.message is None:
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return headers


def loop_headers(ticket: Ticket) -> dict[str, str]:
    """By these a machine knows our mail, and does not answer it."""
    return {
        "X-Loop": parseaddr(settings.DESK_ADDRESSES[0])[1],
        "X-Servicedesk-Ticket": str(ticket.pk),
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def _earlier(ticket: Ticket) -> list[str]:
    """The Message-IDs of the latest mails of this ticket that were public, oldest first."""
    mailed = ticket.messages.public().exclude(mail_message_id="").order_by("-pk")
    return valid_ids(mailed.values_list("mail_message_id", flat=True)[:MOST_REFERENCES])[::-1]


def valid_ids(stored: Iterable[str]) -> list[str]:
    """Those that can stand in a header, in their order."""
    return [match[0] for one in stored if (match := _message_id.search(one))]
