"""What the guided form asks, by the kind of question. All of it data: change it here only.

Somebody chooses a kind of question; two kinds come in two variants. Kind and variant together
are the sort, which decides the questions and the KWIS kind of the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Kwis
from tickets.models import Ticket

Text = Promise | str


class Sort(models.TextChoices):
    """What is asked, as precisely as the form needs to know."""

    DISRUPTION = "disruption", pgettext_lazy("sort of question", "Disruption")
    INFORMATION = "information", pgettext_lazy("sort of question", "Information")
    TASK = "task", pgettext_lazy("sort of question", "Task")
    ACCESS = "access", pgettext_lazy("sort of question", "Access")
    WISH = "wish", pgettext_lazy("sort of question", "Wish")
    COMPLAINT = "complaint", pgettext_lazy("sort of question", "Complaint")


@dataclass(frozen=True)
class Card:
    """One choice as a card: what is posted, what is read."""

    value: str
    title: Text
    small: Text = ""
    icon: str = ""


KINDS = (
    Card("disruption", _("Something does not work"), _("disruption"), "tools"),
    Card("information", _("I want to know something"), _("information"), "question-circle"),
    Card("request", _("I request something"), _("task or access"), "clipboard-check"),
    Card("feedback", _("Idea or feedback"), _("wish or complaint"), "lightbulb"),
)
VARIANTS = {
    "request": (
        Card("task", _("A task"), _("something you want us to do"), "clipboard-check"),
        Card("access", _("Access"), _("for yourself or a colleague"), "key"),
    ),
    "feedback": (
        Card("wish", _("A wish"), _("something that could be better"), "lightbulb"),
        Card("complaint", _("A complaint"), _("something that went wrong"), "chat-left-text"),
    ),
}
FREQUENCIES = (
    Card("constant", _("Constantly")),
    Card("repeatedly", _("Repeatedly")),
    Card("once", _("Once")),
)
IMPACTS = (
    Card(Ticket.Impact.ALONE, _("Only me"), _("I can go on working")),
    Card(Ticket.Impact.SEVERAL, _("Several colleagues"), _("we can go on working")),
    Card(Ticket.Impact.BLOCKED, _("Blocking"), _("we cannot work")),
    Card(Ticket.Impact.PUBLIC, _("The public is affected"), _("patrons or visitors")),
)
FOR_WHOM = (
    Card("me", _("For myself"), "", "person"),
    Card("colleague", _("For a colleague"), "", "people"),
)
#: The cross-test: where else was it tried, and what happened there.
CROSS_TEST = {
    "cross_computer": _("On another computer?"),
    "cross_colleague": _("With another colleague?"),
    "cross_browser": _("In another browser?"),
}
CROSS_RESULTS = (
    ("", _("Not tested")),
    ("same", _("There too")),
    ("works", _("It works there")),
)

#: Besides service, branch, files and phone, which everybody is asked.
FIELDS: dict[str, frozenset[str]] = {
    "": frozenset({"subject", "body"}),
    Sort.DISRUPTION: frozenset(
        {"subject", "body", "since", "frequency", "impact", "steps", "version", *CROSS_TEST}
    ),
    Sort.INFORMATION: frozenset({"subject", "body", "impact", "steps"}),
    Sort.TASK: frozenset({"subject", "body", "impact"}),
    Sort.ACCESS: frozenset({"systems", "for_whom", "colleague", "same_as", "approved_by", "body"}),
    Sort.WISH: frozenset({"subject", "body"}),
    Sort.COMPLAINT: frozenset({"subject", "body", "since", "frequency", "impact"}),
}
#: Sorts for which the service's own numbers help to find the case.
WITH_NUMBERS = frozenset({Sort.DISRUPTION, Sort.INFORMATION, Sort.TASK, Sort.COMPLAINT})

KWIS = {
    "": Kwis.INFORMATION,
    Sort.DISRUPTION: Kwis.DISRUPTION,
    Sort.INFORMATION: Kwis.INFORMATION,
    Sort.TASK: Kwis.WISH,
    Sort.ACCESS: Kwis.WISH,
    Sort.WISH: Kwis.WISH,
    Sort.COMPLAINT: Kwis.COMPLAINT,
}


@dataclass(frozen=True)
class Wording:
    """How the second part of the form is put for one sort."""

    heading: Text
    body: Text
    help: Text


_DESCRIPTION = _("Description")
WORDINGS = {
    "": Wording(
        _("What is your question?"),
        _DESCRIPTION,
        _("Tell it as you would tell a colleague: what you want, and what you see."),
    ),
    Sort.DISRUPTION: Wording(
        _("What exactly is wrong?"),
        _DESCRIPTION,
        _("Symptoms, the literal error message, what you expected and what happened."),
    ),
    Sort.INFORMATION: Wording(
        _("What do you want to know?"),
        _("Your question"),
        _("What do you want to do with the answer? Then we answer that at once."),
    ),
    Sort.TASK: Wording(
        _("What should we do?"),
        _DESCRIPTION,
        _("What has to be done, where, and when must it be ready?"),
    ),
    Sort.ACCESS: Wording(
        _("Which access do you request?"),
        _("What is it needed for?"),
        _("Which tasks does this person do? Then we give the right role at once."),
    ),
    Sort.WISH: Wording(
        _("What could be better?"),
        _DESCRIPTION,
        _("How does it go now, how would it go, and whom does that help?"),
    ),
    Sort.COMPLAINT: Wording(
        _("What went wrong?"),
        _DESCRIPTION,
        _("What happened, and what had you expected? A complaint helps us to do better."),
    ),
}


def sort_of(kind: str, variant: str) -> str:
    """The sort that a kind and its variant make; '' while something is not chosen yet."""
    if kind in VARIANTS:
        return variant if variant in {card.value for card in VARIANTS[kind]} else ""
    return kind if kind in Sort.values else ""


def kind_of(sort: str) -> tuple[str, str]:
    """Kind and variant of a sort, the other way round."""
    for kind, cards in VARIANTS.items():
        if sort in {card.value for card in cards}:
            return kind, sort
    return (sort, "") if sort in Sort.values else ("", "")
