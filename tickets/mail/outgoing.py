"""Letters about a ticket: subject, words, threading. One pair of templates for all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.outbox.writing import Letter, message_id, post
from tickets.models import Message, Ticket, TicketEvent


@dataclass(frozen=True)
class Reader:
    """To whom one mail goes, in which language. Everybody in it sees everybody in it."""

    language: str
    first: User
    others: tuple[User, ...] = ()


@dataclass(frozen=True)
class Words:
    """What a kind of letter says around the message that it shows."""

    heading: Promise | str
    lines: tuple[Promise | str, ...] = ()
    #: RFC 3834: a machine wrote this, so that no machine answers it.
    automatic: bool = False


WORDS: dict[str, Words] = {
    "receipt": Words(
        _("We have your question"),
        (_("You do not have to do anything now. We will answer you on this ticket."),),
        automatic=True,
    ),
    "reply": Words(_("There is an answer to your question")),
    "solved": Words(
        _("Your question is solved"),
        (_("Does it not work after all? Open the ticket and tell us, and we go on."),),
    ),
    "copy": Words(_("Something was added to a ticket that you follow")),
    "following": Words(
        _("You follow this ticket from now on"),
        (_("You can read the conversation and answer too."),),
        automatic=True,
    ),
    "handed_over": Words(
        _("This ticket is on your name from now on"),
        (_("We answer you, and you can answer on the ticket."),),
        automatic=True,
    ),
    "merged": Words(
        _("We handle your question together with another one about the same"),
        (_("The conversation goes on there. You can read along, and answer this mail as before."),),
        automatic=True,
    ),
    "reminder": Words(
        _("We still wait for your answer"),
        (_("Without it we cannot go on. Is it solved? Tell us on the ticket."),),
        automatic=True,
    ),
    "answered": Words(_("There is an answer on a ticket of yours"), automatic=True),
    "assigned": Words(_("A ticket was assigned to you"), automatic=True),
}


def write(
    ticket: Ticket, kind: str, reader: Reader, *, event: TicketEvent, message: Message | None
) -> None:
    """Puts one letter into the outbox; the same event, kind and reader again adds nothing."""
    with translation.override(reader.language):
        context = {
            "ticket": ticket,
            "kind": kind,
            "words": WORDS[kind],
            "reader": reader,
            "message": message,
            "answer_before": _promised(ticket, kind, event),
            "url": settings.DESK_BASE_URL + ticket.get_absolute_url(),
        }
        post(
            Letter(
                key=f"{event.pk}.{kind}.{reader.first.pk}",
                thread=f"ticket:{ticket.pk}",
                subject=f"{ticket.tag} {ticket.subject}",
                to=[reader.first.email],
                cc=[user.email for user in reader.others],
                body_text=render_to_string("emails/ticket.txt", context),
                body_html=render_to_string("emails/ticket.html", context),
                headers=_headers(ticket, automatic=WORDS[kind].automatic),
            )
        )


def _promised(ticket: Ticket, kind: str, event: TicketEvent) -> dt.datetime | None:
    """Until when a receipt promises an answer; nothing when somebody answers already."""
    unanswered = kind == "receipt" and not event.data["answered"]
    return ticket.next_due_at if unanswered else None


def _headers(ticket: Ticket, *, automatic: bool) -> dict[str, str]:
    root = message_id(f"ticket.{ticket.pk}")
    headers = {"References": root, "In-Reply-To": root, "X-Servicedesk-Ticket": str(ticket.pk)}
    if automatic:
        headers["Auto-Submitted"] = "auto-generated"
    return headers
