"""The words of a ticket, kept for search; and finding tickets by what somebody typed."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVector
from django.db.models import Q, Value

from servicedesk.accounts.models import User
from servicedesk.lib.search import CONFIGURATION, search_query
from tickets.models import Attachment, Message, SearchDocument, Ticket
from tickets.querysets import TicketQuerySet

LONGEST_TEXT = 200_000
LONGEST_WORDS = 200


def refresh(ticket: Ticket) -> None:
    """Writes the search document of a ticket anew, from its rows. Idempotent.

    One that was set aside has none: it is not found until it is taken back.
    """
    if ticket.is_aside:
        SearchDocument.objects.filter(ticket=ticket).delete()
        return
    heading = _vector(ticket.subject, "A") + _vector(_people(ticket), "B")
    public = heading + _vector(_texts(ticket, internal=False), "C")
    everything = public + _vector(_texts(ticket, internal=True), "C")
    SearchDocument.objects.update_or_create(
        ticket=ticket, defaults={"public": public, "everything": everything}
    )


def matching(tickets: TicketQuerySet, words: str, *, reader: User) -> TicketQuerySet:
    """Those of `tickets` that hold the words: stemmed, or as a part of the subject.

    Internal notes count for agents only. `tickets` must be visible to `reader` already, and
    few: `tickets.finding` is for all there are.
    """
    words = tidy(words)
    if not words:
        return tickets.none()
    column = "everything" if reader.is_agent else "public"
    # A join, for somebody's few tickets are looked at one by one; `in` would read every document.
    holds = Q(**{f"search_document__{column}": search_query(words)})
    return tickets.filter(holds | Q(subject__icontains=words))


def tidy(words: str) -> str:
    """What somebody typed, without what cannot be searched."""
    return " ".join(words.replace("\0", "").split())[:LONGEST_WORDS].strip()


def number_in(words: str) -> int | None:
    """The ticket number somebody typed (10023, #10023, [#10023]), or None."""
    digits = words.strip().strip("[]#").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else None


def _vector(text: str, weight: str) -> SearchVector:
    return SearchVector(Value(text[:LONGEST_TEXT]), config=CONFIGURATION, weight=weight)


def _people(ticket: Ticket) -> str:
    organisation = ticket.organisation.name if ticket.organisation else ""
    answers = " ".join(_leaves(ticket.intake))
    requester = ticket.requester
    return " ".join([requester.name, requester.email, organisation, answers])


def _leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part)]
    return [str(value)] if value not in (None, "", True, False) else []


def _texts(ticket: Ticket, *, internal: bool) -> str:
    private = ticket.messages.exclude(kind=Message.Kind.PUBLIC_REPLY)
    messages = private if internal else ticket.messages.public()
    texts = messages.values_list("body_text", flat=True)
    files = Attachment.objects.filter(message__in=messages).values_list("filename", flat=True)
    return " ".join([*texts, *files])
