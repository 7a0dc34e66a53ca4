"""The answers of the guided form: as kept on the ticket, and as people read them.

Kept are keys and values, never labels: the labels come in the language of the reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from knowledgebase.models import Article
from servicedesk.catalogue.models import IntakeQuestion, Service
from servicedesk.lib.moments import moment
from tickets.intake.asking import NUMBER
from tickets.intake.questions import (
    CROSS_RESULTS,
    CROSS_TEST,
    FIELDS,
    FOR_WHOM,
    FREQUENCIES,
    WITH_NUMBERS,
    Sort,
)
from tickets.models import Ticket

#: In the order in which they are read; numbers of the service come after them.
KEYS = (
    "since",
    "frequency",
    *CROSS_TEST,
    "steps",
    "version",
    "systems",
    "for_whom",
    "colleague",
    "same_as",
    "approved_by",
)
#: Answers that name people.
PERSONAL = frozenset({"colleague", "same_as", "approved_by"})
#: Asked only after another answer, or fine to leave out.
OPTIONAL = frozenset({"colleague", "same_as"})


class Answer(NamedTuple):
    """One answer for people. `is_personal`: it says who somebody is, or leads to a person."""

    key: str
    label: str
    text: str
    is_personal: bool = False


def kept(sort: str, clean: Mapping[str, Any]) -> dict[str, Any]:
    """What goes on the ticket of the cleaned fields of the form: only what was answered."""
    numbers = [name for name in clean if name.startswith(NUMBER)]
    chosen = {name: clean.get(name) for name in (*KEYS, *numbers, "article")}
    found = {name: _plain(value) for name, value in chosen.items() if value not in (None, "", [])}
    return ({"sort": sort} if sort else {}) | found


def shown(ticket: Ticket) -> list[tuple[str, str]]:
    """Label and answer of each, for people. At most three queries."""
    return [(answer.label, answer.text) for answer in given(ticket)] + _article(ticket)


def given(ticket: Ticket) -> list[Answer]:
    """What was answered, in the reader's language. At most two queries."""
    return [_given(ticket, key) for key in KEYS if key in ticket.intake] + _numbers(ticket)


def _given(ticket: Ticket, key: str) -> Answer:
    value = ticket.intake[key]
    text = _systems(value) if key == "systems" else _read(key, value)
    return Answer(key, _label(key), text, key in PERSONAL)


def missing(ticket: Ticket) -> list[str]:
    """Labels of what the form asked, for this sort and service, and got no answer to. One query.

    As the completeness counts them: one cross-test, or one number of the service, is enough.
    """
    sort = ticket.intake.get("sort", "")
    asked = FIELDS.get(sort, frozenset()) - OPTIONAL - CROSS_TEST.keys()
    labels = [_label(key) for key in KEYS if key in asked and key not in ticket.intake]
    if (
        CROSS_TEST.keys() <= FIELDS.get(sort, frozenset())
        and not CROSS_TEST.keys() & ticket.intake.keys()
    ):
        labels.append(_("The cross-test"))
    return labels + _missing_numbers(ticket, sort)


def _missing_numbers(ticket: Ticket, sort: str) -> list[str]:
    answered = any(key.startswith(NUMBER) for key in ticket.intake)
    if answered or sort not in WITH_NUMBERS or ticket.service_id is None:
        return []
    questions = IntakeQuestion.objects.filter(service_id=ticket.service_id)
    if sort != Sort.DISRUPTION:
        questions = questions.filter(only_disruptions=False)
    return [str(question) for question in questions]


def sort_label(ticket: Ticket) -> str:
    """The sort of the question in words, or '' for a ticket without a form."""
    sort = ticket.intake.get("sort", "")
    return str(Sort(sort).label) if sort in Sort.values else ""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _label(key: str) -> str:
    labels = {
        "since": _("Since"),
        "frequency": _("How often"),
        "steps": _("Steps already taken"),
        "version": _("Version"),
        "systems": _("Access to"),
        "for_whom": _("For whom"),
        "colleague": _("Colleague"),
        "same_as": _("The same access as"),
        "approved_by": _("Agreed by"),
    }
    return labels.get(key) or str(CROSS_TEST[key])


def _read(key: str, value: Any) -> str:
    if key == "since":
        return _moment(value)
    if key in CROSS_TEST:
        return str(dict(CROSS_RESULTS).get(value, value))
    cards = {"frequency": FREQUENCIES, "for_whom": FOR_WHOM}.get(key, ())
    return next((str(card.title) for card in cards if card.value == value), str(value))


def _moment(value: str) -> str:
    try:
        return moment(dt.datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)


def _systems(slugs: Iterable[str]) -> str:
    services = {service.slug: service for service in Service.objects.filter(slug__in=list(slugs))}
    names = [
        services[slug].access_label or services[slug].label for slug in slugs if slug in services
    ]
    return ", ".join(names)


def _article(ticket: Ticket) -> list[tuple[str, str]]:
    """What was read before asking, unless it is no longer for everyone."""
    if not (slug := ticket.intake.get("article")):
        return []
    everybody = Article.objects.published().filter(audience=Article.Audience.REQUESTERS)
    titles = everybody.filter(slug=slug).values_list("title", flat=True)
    return [(_("Read before"), title) for title in titles]


def _numbers(ticket: Ticket) -> list[Answer]:
    kept = {key: value for key, value in ticket.intake.items() if key.startswith(NUMBER)}
    if not kept:
        return []
    asked = IntakeQuestion.objects.filter(key__in=[key.removeprefix(NUMBER) for key in kept])
    # A question of the ticket's own service names its number best; others may share the key.
    ordered = sorted(asked, key=lambda question: question.service_id == ticket.service_id)
    questions = {NUMBER + question.key: question for question in ordered}
    return [_number(questions.get(key), key, str(value)) for key, value in kept.items()]


def _number(question: IntakeQuestion | None, key: str, value: str) -> Answer:
    """A question that is gone may have asked anything: its answer counts as personal."""
    if question is None:
        return Answer(key, key.removeprefix(NUMBER), value, is_personal=True)
    return Answer(key, question.label, value, question.is_personal)
