"""The kinds of letters: what each is for, what it may name, and its text until somebody edits it.

A text is plain, with a few marks: `## ` begins a heading, `**` makes bold. {placeholders} are a
short list for each kind. Some are words; some, alone on a line of their own, are whole parts. A
paragraph whose placeholder has nothing to say is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import LetterText

#: Words that stand in a sentence.
WORDS: dict[str, Promise | str] = {
    "requester": _("first name of who asked"),
    "requester_name": _("whole name of who asked"),
    "organisation": _("organisation of who asked"),
    "number": _("number of the ticket, such as #10023"),
    "tag": _("mark that brings answers to this ticket, such as [#10023]"),
    "subject": _("subject of the ticket"),
    "service": _("service that it is about"),
    "team": _("team that works on it"),
    "agent": _("first name of the agent who wrote, or who handles it"),
    "answer_before": _("moment before which we promised an answer"),
    "reopen_until": _("last day on which a solved ticket can be reopened"),
    "merged_into": _("number of the ticket in which it goes on"),
    "asked_at": _("moment at which we asked the requester something"),
    "link": _("address of the ticket on the portal"),
    "supplier": _("name of the supplier"),
}

#: Whole parts, on a line of their own.
PARTS: dict[str, Promise | str] = {
    "message": _("what was written, with its pictures and files"),
    "signature": _("signature of the agent, or of the team"),
    "articles": _("articles that may help already"),
    "answers": _("links: solved, not yet, only thanks, and an opinion on our help"),
    "button": _("button that opens the ticket"),
}

_ALWAYS = frozenset(
    {
        "requester", "requester_name", "organisation", "number", "tag", "subject", "service",
        "team", "agent", "link", "button",
    }
)  # fmt: skip

#: A supplier reads nothing of the ticket but what an agent chose: no names, no link.
_FOR_SUPPLIERS = frozenset(
    {"supplier", "number", "tag", "subject", "service", "agent", "message", "signature"}
)


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter."""

    title: Promise | str
    when: Promise | str
    body: Promise | str
    more: frozenset[str] = frozenset()
    subject: Promise | str = "{tag} {subject}"
    #: RFC 3834: a machine wrote this, so that no machine answers it.
    automatic: bool = False
    #: For people of the desk: it shows nothing that stands on the portal only for them.
    for_desk: bool = False
    #: Leaves the private thread with a supplier: its text may name a few things only.
    for_supplier: bool = False

    @property
    def placeholders(self) -> frozenset[str]:
        """What its text may name."""
        return _FOR_SUPPLIERS if self.for_supplier else _ALWAYS | self.more


@dataclass(frozen=True)
class Text:
    """Subject and body with their placeholders, in one language."""

    subject: str
    body: str


LETTERS: dict[str, LetterKind] = {
    "receipt": LetterKind(
        _("Receipt"),
        _("to the requester, as soon as a question came in"),
        _(
            "## We have your question\n\n"
            "Hello {requester},\n\n"
            "Your question has number **{number}**. You do not have to do anything now.\n\n"
            "You get an answer before **{answer_before}**. It comes by mail and stands on the "
            "portal.\n\n"
            "Do you want to add something? Answer this mail.\n\n"
            "{articles}\n\n"
            "{button}"
        ),
        frozenset({"answer_before", "articles", "message"}),
        automatic=True,
    ),
    "reply": LetterKind(
        _("Answer"),
        _("to the requester and who reads along, when the desk answers"),
        "{message}\n\n{signature}\n\n{button}",
        frozenset({"message", "signature", "answer_before"}),
    ),
    "copy": LetterKind(
        _("Copy for who reads along"),
        _("to the others on the requester's side, when one of them writes"),
        _("Something was added to a ticket that you follow.\n\n{message}\n\n{button}"),
        frozenset({"message"}),
        automatic=True,
    ),
    "solved": LetterKind(
        _("Solved"),
        _("to the requester and who reads along, when the desk solves"),
        _(
            "## Your question is solved\n\n"
            "{message}\n\n"
            "{signature}\n\n"
            "{answers}\n\n"
            "Does it not work after all? Tell us until {reopen_until}, and we go on.\n\n"
            "{button}"
        ),
        frozenset({"message", "signature", "answers", "reopen_until"}),
    ),
    "reminder": LetterKind(
        _("Reminder"),
        _("to the requester, who did not answer a question of the desk yet"),
        _(
            "## We wait for your answer\n\n"
            "Hello {requester},\n\n"
            "{agent} asked you something {asked_at}. Without your answer we cannot go on.\n\n"
            "{message}\n\n"
            "Answer this mail, or write on the portal. Is it solved already? Then you can tell "
            "us there with one click.\n\n"
            "{button}"
        ),
        frozenset({"message", "asked_at"}),
        automatic=True,
    ),
    "following": LetterKind(
        _("Reading along"),
        _("to who reads along from now on"),
        _(
            "## You follow a ticket of {requester_name}\n\n"
            "You read along from now on, and you can answer too.\n\n"
            "{button}"
        ),
        automatic=True,
    ),
    "handed_over": LetterKind(
        _("New requester"),
        _("to who becomes the requester of a ticket"),
        _(
            "## This ticket is on your name from now on\n\n"
            "Hello {requester},\n\n"
            "We answer you, and you can answer on the ticket.\n\n"
            "{button}"
        ),
        automatic=True,
    ),
    "merged": LetterKind(
        _("Merged"),
        _("to the requester and who reads along, when a ticket is merged into another one"),
        _(
            "## We handle your question together with another one about the same\n\n"
            "It goes on in ticket **#{merged_into}**. You can read along there, and answer this "
            "mail as before.\n\n"
            "{button}"
        ),
        frozenset({"merged_into"}),
        automatic=True,
    ),
    "assigned": LetterKind(
        _("Assigned, for agents"),
        _("to the agent who gets a ticket"),
        _(
            "## A ticket was assigned to you\n\n"
            "**{requester_name}**, {organisation}\n\n"
            "Service: {service}\n\n"
            "Answer before **{answer_before}**.\n\n"
            "{message}\n\n"
            "{button}"
        ),
        frozenset({"message", "answer_before"}),
        automatic=True,
        for_desk=True,
    ),
    "answered": LetterKind(
        _("New message, for agents"),
        _("to the agent who handles a ticket, when the requester's side writes"),
        _("There is an answer on a ticket of yours.\n\n{message}\n\n{button}"),
        frozenset({"message", "answer_before"}),
        automatic=True,
        for_desk=True,
    ),
    "supplier": LetterKind(
        _("Message to a supplier"),
        _("to the supplier, when an agent forwards a ticket or writes once more about it"),
        _(
            "{message}\n\n"
            "{signature}\n\n"
            "Answer this mail, so that your answer comes to ticket {number} at once."
        ),
        for_supplier=True,
    ),
    "supplier_answered": LetterKind(
        _("Answer of a supplier, for agents"),
        _("to the agent who handles a ticket, when its supplier answers"),
        _(
            "## {supplier} answered\n\n"
            "Read it on the ticket, and go on there: what you answer to this mail goes to the "
            "requester.\n\n"
            "{button}"
        ),
        frozenset({"supplier"}),
        automatic=True,
        for_desk=True,
    ),
}


def text_of(kind: str, language: str) -> Text:
    """The text that holds now: the edited one, else that of the house. One query."""
    edited = LetterText.objects.filter(kind=kind, language=language).first()
    return Text(edited.subject, edited.body) if edited else house_text(kind, language)


def house_text(kind: str, language: str) -> Text:
    """The text that the desk comes with."""
    with translation.override(language):
        letter = LETTERS[kind]
        return Text(str(letter.subject), str(letter.body))
