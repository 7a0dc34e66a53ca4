"""What somebody may see and do here, and why: computed from the very predicates.

A predicate gives yes or no. The reason is found by asking it again about a copy of the person
on whom one thing is different: what turns the answer is the reason. So no rule stands here a
second time, and a rule that changes changes its reason with it.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledgebase.models import Article
from knowledgebase.permissions import may_write_articles
from servicedesk.accounts import permissions as people
from servicedesk.accounts.models import Membership, Organisation, User
from servicedesk.outbox.permissions import may_see_outbox
from sla.alarms import permissions as alarms
from sla.availability import permissions as availability
from sla.contracts import permissions as contracts
from tickets import permissions as tickets
from tickets.models import Draft, Ticket

Predicate = Callable[[User], bool]
#: Counting stops here: a page needs no more, and a desk may have a million tickets.
MANY = 10_000


@dataclass(frozen=True)
class Fact:
    """One thing about a person that predicates look at, and what else it could be."""

    name: str
    others: Callable[[User], Sequence[Any]]
    said: Callable[[Any], str]


@dataclass(frozen=True)
class Question:
    """Something to see or to do, and the predicate that decides."""

    label: str | Promise
    may: Predicate


@dataclass(frozen=True)
class Answer:
    """Whether it is so, and because of what; for a no: what would have to be different."""

    label: str
    allowed: bool
    reasons: list[str]


@dataclass(frozen=True)
class Sight:
    """What of some sort of thing is seen: how many, and because of what."""

    label: str
    count: int
    more: bool
    reasons: list[str]


def _active(value: bool) -> str:
    return _("account switched on") if value else _("account switched off")


def _role(value: str) -> str:
    return _("role %(role)s") % {"role": User.Role(value).label}


def _sees(value: str) -> str:
    return _("sees %(sees)s") % {"sees": User.Sees(value).label}


def _organisation(value: Any) -> str:
    return _("an organisation") if value else _("no organisation")


def _contact(value: bool) -> str:
    return _("contact person") if value else _("no contact person")


def _leaders(person: User) -> list[int]:
    """Teams are looked up by person: somebody who leads one, or for who does nobody at all."""
    leads = Membership.objects.filter(is_lead=True)
    if leads.filter(user=person).exists():
        return [0]
    return list(leads.values_list("user", flat=True)[:1])


#: From the smallest change to the greatest: the first that turns an answer is named.
FACTS = [
    Fact("is_active", lambda person: [not person.is_active], _active),
    Fact("sees", lambda p: [s for s in User.Sees.values if s != p.sees], _sees),
    Fact("is_contact", lambda person: [not person.is_contact], _contact),
    Fact("pk", _leaders, lambda _pk: _("leads a team")),
    Fact("organisation_id", lambda p: [None] if p.organisation_id else [0], _organisation),
    Fact("role", lambda p: [r for r in User.Role.values if r != p.role], _role),
]

QUESTIONS = [
    Question(gettext_lazy("Sign in"), lambda person: person.is_active),
    Question(gettext_lazy("Must sign in with a second step"), people.must_have_second_step),
    Question(gettext_lazy("See the tickets of the organisation"), tickets.may_see_organisation),
    Question(gettext_lazy("Inviting colleagues"), people.may_invite),
    Question(gettext_lazy("Work at the desk: queues, all tickets"), people.may_work_at_desk),
    Question(
        gettext_lazy("Triage, assign and solve tickets, log them for others"), tickets.may_work
    ),
    Question(gettext_lazy("Hand over tickets of who is absent"), tickets.may_hand_over_any),
    Question(gettext_lazy("Read internal notes"), tickets.may_see_notes),
    Question(
        gettext_lazy("Write internal notes"),
        lambda person: tickets.may_draft(person, Draft.Kind.INTERNAL_NOTE),
    ),
    Question(
        gettext_lazy("Forward to suppliers, and read what they answer"),
        tickets.may_see_supplier_thread,
    ),
    Question(
        gettext_lazy("See suppliers, what they promised and which tickets they have"),
        contracts.may_see_suppliers,
    ),
    Question(
        gettext_lazy("Read fees, figures, compensations and documents of contracts"),
        contracts.may_see_contracts,
    ),
    Question(
        gettext_lazy("Change contracts, documents and compensations"),
        contracts.may_change_contracts,
    ),
    Question(gettext_lazy("Report that a site is down"), alarms.may_report_site_down),
    Question(gettext_lazy("See alarms and the roster, set up own channels"), alarms.may_see_alarms),
    Question(gettext_lazy("Take alarms"), alarms.may_take),
    Question(gettext_lazy("Change the roster"), alarms.may_plan),
    Question(
        gettext_lazy("Change hours, number and waiting time of the on-call plan"),
        alarms.may_change_plan,
    ),
    Question(gettext_lazy("Write and publish articles"), may_write_articles),
    Question(gettext_lazy("Report and end outages"), availability.may_report_outage),
    Question(gettext_lazy("Correct outages afterwards"), availability.may_correct_outage),
    Question(gettext_lazy("Read dashboards and reports"), people.may_read_reports),
    Question(gettext_lazy("Set up monitors"), availability.may_manage_monitors),
    Question(
        gettext_lazy("Read all outgoing mail, but no link that opens an account"), may_see_outbox
    ),
    Question(gettext_lazy("Administer the desk"), people.may_administer),
]


def answers(person: User) -> list[Answer]:
    """Every question about what this person may do."""
    return [
        Answer(str(question.label), question.may(person), why(question.may, person))
        for question in QUESTIONS
    ]


def sights(person: User) -> list[Sight]:
    """What this person sees, counted by the very querysets of the pages."""
    own, following = _("asked for it"), _("follows it")

    def because(may: Predicate) -> list[str]:
        """Of who may not, there is no reason to give: what is seen is what is for everybody."""
        return why(may, person) if may(person) else []

    return [
        _sight(_("Own tickets"), Ticket.objects.visible_to(person, part="own"), [own]),
        _sight(
            _("Followed tickets"), Ticket.objects.visible_to(person, part="followed"), [following]
        ),
        _sight(
            _("Tickets of the organisation"),
            Ticket.objects.visible_to(person, part="organisation"),
            because(tickets.may_see_organisation),
        ),
        _sight(
            _("All visible tickets together"),
            Ticket.objects.visible_to(person),
            because(people.may_work_at_desk),
        ),
        _sight(_("Articles"), Article.objects.visible_to(person), because(may_write_articles)),
        _sight(_("People"), User.objects.visible_to(person), because(people.may_work_at_desk)),
        _sight(
            _("Organisations"),
            Organisation.objects.visible_to(person),
            because(people.may_work_at_desk),
        ),
    ]


def why(may: Predicate, person: User) -> list[str]:
    """What decides: the facts whose change alone, or else together, turns the answer.

    For a yes the facts as they are; for a no as they would have to be.
    """
    now = may(person)
    for size in range(1, len(FACTS) + 1):
        turning = [
            found
            for facts in itertools.combinations(FACTS, size)
            for found in _turned(may, person, facts)
        ]
        if turning:
            return list(dict.fromkeys(_in_words(turning, person, now=now)))
    return [_("always so")] if now else [_("never so")]


def _turned(
    may: Predicate, person: User, facts: Sequence[Fact]
) -> Iterator[list[tuple[Fact, Any]]]:
    """The first way to change just these facts that turns the answer, if there is one."""
    for values in itertools.product(*(fact.others(person) for fact in facts)):
        other = copy.copy(person)
        for fact, value in zip(facts, values, strict=True):
            setattr(other, fact.name, value)
        if may(other) != may(person):
            yield list(zip(facts, values, strict=True))
            return


def _in_words(turning: list[list[tuple[Fact, Any]]], person: User, *, now: bool) -> Iterator[str]:
    for changes in turning:
        said = [fact.said(getattr(person, fact.name) if now else to) for fact, to in changes]
        yield _(" and ").join(said)


def _sight(label: str, rows: QuerySet, reasons: list[str]) -> Sight:
    count = rows.order_by()[: MANY + 1].count()
    return Sight(label, min(count, MANY), count > MANY, reasons)
