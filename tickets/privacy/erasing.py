"""A person asks to be forgotten: nothing that tells who it was stays, and every figure does."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from servicedesk.accounts.addresses import HOUSE_OF_NOBODY
from servicedesk.accounts.models import Organisation, User
from servicedesk.accounts.permissions import may_administer
from servicedesk.audit.recording import record
from servicedesk.lib.search import search_query
from tickets import search
from tickets.actions.anonymising import anonymise, wipe_message
from tickets.actions.drafting import erase
from tickets.actions.locking import guard
from tickets.models import Draft, IncomingEmail, Message, SearchDocument, Ticket
from tickets.privacy import traces
from tickets.signals import person_forgotten

REMOVED = "[…]"
TEXTS = ["body_text", "body_html", "visible_text", "visible_html"]


#: So many digits are a phone number of somebody, fewer may be a year or a price.
DIGITS = 8


@dataclass(frozen=True)
class Mark:
    """A word by which others may have named somebody, and in how many tickets of theirs it stands.

    People choose their own name, and a name may be a word of every day: `is_sure` when it is hardly
    that, so that taking it out harms nothing that is about something else.
    """

    word: str
    is_sure: bool
    tickets: int


def marks_of(person: User) -> list[Mark]:
    """What may be taken out of what others wrote."""
    is_number = sum(map(str.isdigit, person.phone)) >= DIGITS
    marks = {
        person.email: True,
        person.name: len(person.name.split()) > 1,
        person.phone: is_number,
    }
    others = Ticket.objects.exclude(requester=person)
    return [
        Mark(word, is_sure, others.filter(pk__in=_found(word)).count())
        for word, is_sure in marks.items()
        if len(word) > 3
    ]


@transaction.atomic
def erase_person(person: User, *, by: User | None, words: Collection[str] | None = None) -> int:
    """Forgets a requester; gives the count of tickets that lost their people by it.

    The own tickets are anonymised, unsolved ones closed first. What the person wrote or added
    on tickets of others is emptied, and where others wrote one of `words` it is taken out; without
    them those of `marks_of` that are sure. The address is always one of them. The row of the person
    stays, without anything in it, for the log points to it. Raises TicketError for people of the
    desk: their role is taken away first. `by` None: the desk itself.
    """
    guard(by is None or may_administer(by))
    person = User.objects.select_for_update().get(pk=person.pk)
    guard(
        not person.is_agent,
        _("Somebody of the desk cannot be erased. Make this person a requester first."),
    )
    marks = marks_of(person)
    own = list(Ticket.objects.requested_by(person).order_by("pk"))
    links = [ticket.get_absolute_url() for ticket in own]
    tickets = [anonymise(ticket, by=by, cause="erasure") for ticket in own]
    _empty_what_they_wrote(person)
    for file in traces.files_of(person):
        erase(file)
    chosen = {mark.word for mark in marks if mark.is_sure} if words is None else {*words}
    words = [mark.word for mark in marks if mark.word in {person.email, *chosen}]
    _take_out(words)
    person_forgotten.send(User, person=person)
    traces.forget_mentions([*words, *links])
    traces.forget_person(person)
    _empty(person)
    record("person_erased", by=by, about=person, tickets=sum(tickets))
    return sum(tickets)


def _empty_what_they_wrote(person: User) -> None:
    messages = list(Message.objects.filter(author=person).select_related("ticket"))
    for message in messages:
        wipe_message(message)
        search.refresh(message.ticket)
    traces.forget_copies_about({message.ticket_id for message in messages})


def _take_out(words: list[str]) -> None:
    """In what others wrote. Search knows where that may be; the texts themselves decide."""
    name = _pattern(words)
    for word in words:
        for ticket in Ticket.objects.filter(pk__in=_found(word)):
            _rewrite(ticket, name)
        for draft in Draft.objects.annotate(text=Cast("data", TextField())).filter(
            text__icontains=word
        ):
            draft.data = _without(draft.data, name)
            draft.save(update_fields=["data"])
        for house in Organisation.objects.filter(notes__icontains=word):
            house.notes = name.sub(REMOVED, house.notes)
            house.save(update_fields=["notes"])


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Whole words; the longest first, as one may begin with another."""
    one = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{one})(?!\w)", re.IGNORECASE)


def _found(word: str) -> QuerySet:
    found = SearchDocument.objects.filter(everything=search_query(f'"{word}"'))
    return found.values("ticket")


def _rewrite(ticket: Ticket, name: re.Pattern[str]) -> None:
    ticket.subject = name.sub(REMOVED, ticket.subject)
    ticket.intake = _without(ticket.intake, name)
    ticket.save(update_fields=["subject", "intake"])
    for forwarding in ticket.forwardings.all():
        forwarding.subject = name.sub(REMOVED, forwarding.subject)
        forwarding.save(update_fields=["subject"])
    naming = []
    for message in ticket.messages.all():
        if any(name.search(getattr(message, column)) for column in TEXTS):
            naming.append(message.pk)
        for column in TEXTS:
            setattr(message, column, name.sub(REMOVED, getattr(message, column)))
        message.save(update_fields=TEXTS)
    # Of their senders the rest stays: it is no word about this person.
    IncomingEmail.objects.filter(message__in=naming).erase_raw()
    search.refresh(ticket)
    traces.forget_copies_about([ticket.pk])


def _without(value: object, name: re.Pattern[str]) -> object:
    if isinstance(value, dict):
        return {key: _without(part, name) for key, part in value.items()}
    if isinstance(value, list):
        return [_without(part, name) for part in value]
    return name.sub(REMOVED, value) if isinstance(value, str) else value


def _empty(person: User) -> None:
    person.email = f"erased-{person.pk}@{HOUSE_OF_NOBODY}"
    person.name = person.job_title = person.phone = person.signature = ""
    person.is_active = False
    person.last_login = None
    person.sees = User.Sees.OWN
    person.is_contact = False
    person.password = make_password(None)
    person.save()
