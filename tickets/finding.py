"""Agents find tickets by words among all there are, newest first, in a time that stays short.

A common word fills a page from the newest tickets alone: those are walked backwards. A rare word
has few tickets: the index names them all. Which it is nobody knows before, so the newest tickets
are looked through first, and only when they do not fill the page the index is asked for the rest.
The database left to itself takes seconds for a word that was common long ago.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db.models import BigIntegerField, ExpressionWrapper, F, Max, QuerySet, Value
from django.db.models.functions import Left, StrIndex, Upper

from servicedesk.accounts.models import User
from servicedesk.lib.pagination import Keyset, Page, decode
from servicedesk.lib.search import (
    CONFIGURATION,
    START,
    STOP,
    any_word_query,
    headline,
    search_query,
)
from tickets.models import Message, SearchDocument, Ticket
from tickets.querysets import TicketQuerySet

NEWEST_FIRST = Keyset(["-pk"])
PAGE = 25
#: How many of the newest tickets are walked through: a few hundredths of a second.
NEAR = 10_000
#: Of a long message only the beginning is looked at for a passage to show.
PASSAGE_FROM = 4_000


def find(
    words: str,
    *,
    reader: User,
    among: TicketQuerySet | None = None,
    after: str = "",
    before: str = "",
) -> Page:
    """A page of tickets that hold the words, in a message, note, answer, name or their subject.

    `reader` is an agent, for notes count. `among` are the only ones that count; without words
    all of them. Each ticket found by words has `marked_subject` and `passage`, to show through
    `servicedesk.lib.search.marked`.
    """
    if not words:
        some = among if among is not None else Ticket.objects.none()
        all_of_them = some.for_queue().with_unread(reader)
        return NEWEST_FIRST.page(all_of_them, after=after, before=before, size=PAGE)
    search = _Search(words, among)
    keys = decode(before or after, 1)
    edge = keys[0] if keys and isinstance(keys[0], int) else None
    forward = edge is None or not before
    numbers = search.numbers(edge, forward=forward)
    more, numbers = len(numbers) > PAGE, numbers[:PAGE]
    numbers.sort(reverse=True)
    has_next, has_previous = (more, edge is not None) if forward else (True, more)
    rows = search.rows(numbers, reader)
    return Page(
        rows=rows,
        next_cursor=NEWEST_FIRST.cursor(rows[-1]) if rows and has_next else "",
        previous_cursor=NEWEST_FIRST.cursor(rows[0]) if rows and has_previous else "",
    )


@dataclass(frozen=True)
class _Search:
    words: str
    among: TicketQuerySet | None

    def numbers(self, edge: int | None, *, forward: bool) -> list[int]:
        """One more than a page of them, beginning next to `edge`; older ones when `forward`."""
        if edge is None:
            edge = (Ticket.objects.aggregate(newest=Max("pk"))["newest"] or 0) + 1
        far = edge - NEAR if forward else edge + NEAR
        near = {"pk__gte": far, "pk__lt": edge} if forward else {"pk__lte": far, "pk__gt": edge}
        found = self._first(near, PAGE + 1, forward=forward, walk=True)
        if len(found) <= PAGE:
            rest = {"pk__lt": far} if forward else {"pk__gt": far}
            found += self._first(rest, PAGE + 1 - len(found), forward=forward, walk=False)
        return found

    def _first(self, where: dict[str, int], most: int, *, forward: bool, walk: bool) -> list[int]:
        # Ordered by an expression the primary key cannot help, so that the index of words is used.
        number = F("pk") if walk else ExpressionWrapper(F("pk") + 0, BigIntegerField())
        order = number.desc() if forward else number.asc()
        parts = [
            rows.filter(**where).order_by(order).values_list("pk", flat=True)[:most]
            for rows in self._ways(walk=walk)
        ]
        whole = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
        return sorted(whole, reverse=forward)[:most]

    def _ways(self, *, walk: bool) -> list[QuerySet]:
        """Two ways to match: the words stemmed, anywhere; or as they stand, within the subject."""
        documents = SearchDocument.objects.filter(everything=search_query(self.words))
        subjects = Ticket.objects.at_hand() if self.among is None else self.among
        if self.among is not None:
            documents = documents.filter(ticket__in=self.among.order_by().values("pk"))
        if walk:  # in words that the index of trigrams does not know, or it would be used
            at = StrIndex(Upper("subject"), Upper(Value(self.words)))
            return [documents, subjects.annotate(at=at).filter(at__gt=0)]
        if not re.search(r"\w{3}", self.words):  # too short for trigrams
            return [documents]
        return [documents, subjects.filter(subject__icontains=self.words)]

    def rows(self, numbers: list[int], reader: User) -> list[Ticket]:
        """The tickets with what matches marked, in the order of `numbers`."""
        query = any_word_query(self.words) or search_query(self.words)
        found = Ticket.objects.filter(pk__in=numbers).for_queue().with_unread(reader)
        tickets: dict[int, Any] = found.annotate(
            marked_subject=headline("subject", query)
        ).in_bulk()
        passages = _passages(numbers, query)
        for number, ticket in tickets.items():
            ticket.passage = passages.get(number, "")
            if START not in ticket.marked_subject:
                ticket.marked_subject = _mark(ticket.subject, self.words)
        return [tickets[number] for number in numbers if number in tickets]


def _passages(numbers: list[int], query: SearchQuery) -> dict[int, str]:
    """By ticket: a few words around what matches, from its newest message that holds any."""
    beginning = Left("body_text", PASSAGE_FROM)
    vector = SearchVector(beginning, config=CONFIGURATION)
    holding = (
        Message.objects.filter(ticket__in=numbers).annotate(vector=vector).filter(vector=query)
    )
    passage = SearchHeadline(
        beginning,
        query,
        config=CONFIGURATION,
        start_sel=START,
        stop_sel=STOP,
        min_words=8,
        max_words=20,
        max_fragments=1,
    )
    newest = holding.order_by("ticket", "-pk").distinct("ticket")
    return dict(newest.values_list("ticket", passage))


def _mark(text: str, words: str) -> str:
    """`text` with the words marked where they stand in it as they were typed."""
    return re.sub(re.escape(words), lambda part: f"{START}{part[0]}{STOP}", text, flags=re.I)
