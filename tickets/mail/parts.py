"""The words and the parts that the texts of letters may name, for one event on one ticket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.lib import html
from servicedesk.lib.moments import long_day, long_moment, moment
from tickets import articles
from tickets.actions.transitions import reopens_until
from tickets.mail.filling import Part
from tickets.mail.letters import LETTERS
from tickets.mail.links import answer_link
from tickets.mail.pictures import Enclosed
from tickets.models import Forwarding, Message, Rating, Ticket

MOST_ARTICLES = 3


@dataclass(frozen=True)
class Occasion:
    """What a letter is about. `promised` is the moment of the next answer, if one is promised."""

    ticket: Ticket
    kind: str
    reader: User
    message: Message | None = None
    enclosed: Enclosed | None = None
    promised: dt.datetime | None = None
    #: Who else gets it.
    others: tuple[User, ...] = ()
    #: Where the answers lead in a preview; else to the link of this ticket.
    answer_url: str = ""
    #: The thread with a supplier that it belongs to or tells of.
    forwarding: Forwarding | None = None

    @property
    def author(self) -> User | None:
        """The agent who speaks in it."""
        by_desk = self.message is not None and self.message.side == Message.Side.DESK
        return self.message.author if by_desk and self.message else self.ticket.assignee


def words(occasion: Occasion) -> dict[str, str]:
    """Every word by its placeholder; '' where there is nothing to say."""
    ticket, agent, asked = occasion.ticket, occasion.author, occasion.message
    if LETTERS[occasion.kind].for_supplier:
        return _words_for_supplier(occasion)
    return {
        "requester": ticket.requester.first_name,
        "requester_name": str(ticket.requester),
        "organisation": ticket.organisation.name if ticket.organisation else "",
        "number": f"#{ticket.number}",
        "tag": ticket.tag,
        "subject": ticket.subject,
        "service": ticket.service.label if ticket.service else "",
        "team": ticket.team.name if ticket.team else "",
        "agent": agent.first_name if agent else _("The service desk"),
        "answer_before": long_moment(occasion.promised) if occasion.promised else "",
        "reopen_until": _last_day(ticket),
        "merged_into": str(ticket.merged_into_id or ""),
        "asked_at": moment(asked.created_at) if asked else "",
        "link": ticket_link(ticket),
        "supplier": str(occasion.forwarding.supplier) if occasion.forwarding else "",
    }


def _words_for_supplier(occasion: Occasion) -> dict[str, str]:
    ticket, agent, forwarding = occasion.ticket, occasion.author, occasion.forwarding
    return {
        "supplier": str(forwarding.supplier) if forwarding else "",
        "number": f"#{ticket.number}",
        "tag": ticket.tag,
        "subject": forwarding.subject if forwarding else "",
        "service": ticket.service.label if ticket.service else "",
        "agent": agent.first_name if agent else _("The service desk"),
    }


def parts(occasion: Occasion, text: str) -> dict[str, Part | None]:
    """The parts that `text` names, by their placeholders; None where there is nothing to show.

    A letter to a supplier shows nothing that leads to the ticket.
    """
    makers = _for_supplier if LETTERS[occasion.kind].for_supplier else _makers
    return {name: make(occasion) for name, make in makers.items() if f"{{{name}}}" in text}


def ticket_link(ticket: Ticket) -> str:
    return settings.DESK_BASE_URL + ticket.get_absolute_url()


def _last_day(ticket: Ticket) -> str:
    """The last day on which it can be reopened."""
    last = reopens_until(ticket)
    return long_day(last) if last else ""


def _message(occasion: Occasion) -> Part | None:
    message = occasion.message
    if message is None:
        return None
    desk = message.side == Message.Side.DESK
    author = message.author
    context = {
        "message": message,
        "author": (author.first_name if desk else str(author)) if author else _("Service desk"),
        "enclosed": occasion.enclosed or Enclosed(message.shown_html),
        "desk": desk,
    }
    return _part("message", context)


def _signature(occasion: Occasion) -> Part | None:
    """Of the agent who wrote, else of the team. Without a message nobody signs."""
    message, team = occasion.message, occasion.ticket.team
    author = message.author if message and message.side == Message.Side.DESK else None
    text = (author.signature if author else "") or (team.signature if team and message else "")
    return Part(text.strip(), html.from_plain_text(text)) if text.strip() else None


def _articles(occasion: Occasion) -> Part | None:
    found = articles.for_ticket(occasion.ticket, reader=occasion.ticket.requester)
    links = [
        (title, settings.DESK_BASE_URL + reverse("knowledgebase:article-detail", args=[slug]))
        for title, slug in found.values_list("title", "slug")[:MOST_ARTICLES]
    ]
    return _part("articles", {"links": links}) if links else None


def _answers(occasion: Occasion) -> Part | None:
    rated = Rating.objects.filter(ticket=occasion.ticket.pk).exists()
    url = occasion.answer_url or answer_link(occasion.ticket, (occasion.reader, *occasion.others))
    return _part("answers", {"url": url, "asks_opinion": not rated})


def _button(occasion: Occasion) -> Part:
    return _part("button", {"url": ticket_link(occasion.ticket)})


def _part(name: str, context: dict[str, object]) -> Part:
    text = render_to_string(f"emails/parts/{name}.txt", context).strip("\n")
    return Part(text, render_to_string(f"emails/parts/{name}.html", context).strip())


_makers: dict[str, Callable[[Occasion], Part | None]] = {
    "message": _message,
    "signature": _signature,
    "articles": _articles,
    "answers": _answers,
    "button": _button,
}
_for_supplier = {name: _makers[name] for name in ("message", "signature")}
