"""What goes along to a supplier: the question, and of the ticket what an agent chose.

All of it in the language of the supplier's mails. What says who somebody is goes along only when
it was ticked, and is taken out of the rest of the text too; internal notes are not read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Supplier
from servicedesk.lib import html
from tickets.intake import answers
from tickets.intake.answers import Answer
from tickets.models import Message, Ticket

#: Of words that are taken out: shorter ones stand by chance in any text.
SHORTEST_HIDDEN = 4


@dataclass(frozen=True)
class Along:
    """What an agent ticked. `personal` are the keys of answers that lead to a person."""

    description: bool = False
    personal: frozenset[str] = frozenset()
    requester: bool = False


@dataclass(frozen=True)
class Brief:
    """The whole of it in both forms."""

    text: str
    html: str


def brief(ticket: Ticket, question: str, along: Along, *, to: Supplier) -> Brief:
    """What the supplier reads below the question: description, answers, who asked."""
    with translation.override(to.language):
        along_with = parts(ticket, along)
    text = "\n\n".join([question.strip(), *(f"{title}\n{said}" for title, said in along_with)])
    shown = [_part(title, said) for title, said in along_with]
    return Brief(text, "\n".join([html.from_markdown(question), *shown]))


def parts(ticket: Ticket, along: Along) -> list[tuple[str, str]]:
    """Title and text of each, in the language that is active."""
    given = answers.given(ticket)
    open_parts = [*_description(ticket, along), *_answers(ticket, given, along)]
    hidden = _hidden(ticket, given, along)
    return [
        *((title, _without(said, hidden)) for title, said in open_parts),
        *_requester(ticket, along),
    ]


def subject(ticket: Ticket, along: Along) -> str:
    """The subject of the ticket, as far as it may go along."""
    return _without(ticket.subject, _hidden(ticket, answers.given(ticket), along))


def _hidden(ticket: Ticket, given: list[Answer], along: Along) -> list[str]:
    """Words that were not ticked: they may stand in what the requester wrote, too."""
    person = ticket.requester
    kept = [one.text for one in given if one.is_personal and one.key not in along.personal]
    if not along.requester:
        kept += [person.name, person.email, person.phone, ticket.callback_phone]
    return sorted((word for word in kept if len(word) >= SHORTEST_HIDDEN), key=len, reverse=True)


def _without(text: str, hidden: list[str]) -> str:
    if not hidden:
        return text
    return re.sub("|".join(map(re.escape, hidden)), "[…]", text, flags=re.IGNORECASE)


def _first_words(ticket: Ticket) -> str:
    """What the requester wrote first, without what was quoted or signed."""
    first = ticket.messages.public().order_by("pk").first()
    if first is None or first.side != Message.Side.REQUESTER:
        return ""
    return (first.visible_text or first.body_text).strip()


def _description(ticket: Ticket, along: Along) -> list[tuple[str, str]]:
    said = _first_words(ticket) if along.description else ""
    return [(_("Description"), said)] if said else []


def _answers(ticket: Ticket, given: list[Answer], along: Along) -> list[tuple[str, str]]:
    chosen = [
        answer
        for answer in given
        if (answer.key in along.personal if answer.is_personal else along.description)
    ]
    rows = [f"{answer.label.removesuffix('?')}: {answer.text}" for answer in chosen]
    if along.description and ticket.impact:
        label = _("Impact")
        rows.insert(0, f"{label}: {ticket.get_impact_display()}")
    return [(_("Checklist"), "\n".join(rows))] if rows else []


def _requester(ticket: Ticket, along: Along) -> list[tuple[str, str]]:
    if not along.requester:
        return []
    person = ticket.requester
    organisation = ticket.organisation.name if ticket.organisation else ""
    phone = ticket.callback_phone or person.phone
    return [
        (_("Who asked"), "\n".join(filter(None, [person.name, organisation, person.email, phone])))
    ]


def _part(title: str, said: str) -> SafeString:
    # The text is plain, so that nothing in it is taken for a mark or a tag.
    return format_html(
        "<p><strong>{}</strong></p>{}", title, SafeString(html.from_plain_text(said))
    )
