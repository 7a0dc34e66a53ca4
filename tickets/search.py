"""The words of a ticket, kept for search; and finding tickets by what somebody typed."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from servicedesk.accounts.models import User
from servicedesk.lib.numbers import whole
from servicedesk.lib.search import CONFIGURATION, search_query
from tickets.models import Attachment, Message, SearchDocument, Ticket
from tickets.querysets import TicketQuerySet

LONGEST_TEXT = 200_000
LONGEST_WORDS = 200
#: The words of a text are taken once, for they are most of the work.
_write = """
    WITH said AS MATERIALIZED (
        SELECT setweight(to_tsvector(%(desk)s::regconfig, %(subject)s), 'A')
            || setweight(to_tsvector(%(desk)s::regconfig, %(people)s), 'B')
            || setweight(to_tsvector(%(desk)s::regconfig, %(public)s), 'C') AS public
    )
    INSERT INTO tickets_searchdocument (ticket_id, public, everything)
    SELECT %(ticket)s, public,
           public || setweight(to_tsvector(%(desk)s::regconfig, %(internal)s), 'C')
    FROM said
    ON CONFLICT (ticket_id)
    DO UPDATE SET public = EXCLUDED.public, everything = EXCLUDED.everything
"""


def refresh(ticket: Ticket) -> None:
    """Writes the search document of a ticket anew, from its rows. Idempotent.

    One that was set aside has none: it is not found until it is taken back.
    """
    if ticket.is_aside:
        SearchDocument.objects.filter(ticket=ticket).delete()
        return
    public, internal = _texts(ticket)
    words: dict[str, int | str] = {
        "ticket": ticket.pk,
        "desk": CONFIGURATION,
        "subject": ticket.subject[:LONGEST_TEXT],
        "people": _people(ticket)[:LONGEST_TEXT],
        "public": public[:LONGEST_TEXT],
        "internal": internal[:LONGEST_TEXT],
    }
    with connection.cursor() as cursor:
        cursor.execute(_write, words)


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
    return whole(words.strip().strip("[]#").strip())


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


def _texts(ticket: Ticket) -> tuple[str, str]:
    """What was written and what files are called: publicly, and inside the desk. Two queries."""
    messages = ticket.messages.order_by("pk").values_list("kind", "body_text")
    names = Attachment.objects.filter(message__ticket=ticket).order_by("pk")
    words: dict[bool, list[str]] = {False: [], True: []}
    for kind, text in [*messages, *names.values_list("message__kind", "filename")]:
        words[kind != Message.Kind.PUBLIC_REPLY].append(text)
    return " ".join(words[False]), " ".join(words[True])
