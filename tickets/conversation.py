"""A ticket as it is read: messages, with what happened between them, newest window first.

A long conversation is shown in windows of messages; the one before a window is found by the id
of its first message. Every window costs the same number of queries.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import Prefetch, prefetch_related_objects

from tickets.history import Line, lines
from tickets.models import Forwarding, Message, Ticket, TicketEvent

#: Messages in a window, and the most events shown with it.
WINDOW, MOST_EVENTS = 50, 200

#: Events that stand in the conversation as a message already.
SAID = frozenset(
    {
        "public_reply_added",
        "internal_note_added",
        "call_logged",
        "thanked",
        "supplier_asked",
        "supplier_answered",
    }
)


@dataclass(frozen=True)
class Said:
    """One message as it is shown."""

    message: Message
    is_call: bool = False
    is_thanks: bool = False
    is_news: bool = False
    is_first: bool = False

    @property
    def at(self) -> dt.datetime:
        return self.message.created_at

    @property
    def may_leave(self) -> bool:
        """It may go to another ticket: see `moving.guard_movable`."""
        from_requester = self.message.side == Message.Side.REQUESTER
        movable = from_requester or (self.message.is_internal and not self.is_call)
        return movable and not self.is_first


def quoted(message: Message) -> str:
    """What a message says first, as a quotation in Markdown."""
    text = (message.visible_text or message.body_text).strip()
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines()) + "\n"


@dataclass(frozen=True)
class Conversation:
    """A window: what to show, oldest first.

    `earlier` is the id to ask the window before this one with, 0 when there is none. `newest` is
    the id of the last message in it, `history` every event that was read, oldest first. `news`
    counts the messages that came after what the reader had seen; `first_news` is the id of one.
    """

    items: list[Said | Line]
    history: list[Line]
    earlier: int
    newest: int
    news: int
    first_news: int

    @property
    def has_all_events(self) -> bool:
        return len(self.history) < MOST_EVENTS


def conversation(
    ticket: Ticket, *, before: int = 0, seen: int | None = None, reader_id: int | None = None
) -> Conversation:
    """The newest window of a ticket, or the one before message `before`.

    Messages of others than the reader after message `seen` are marked as news.
    """
    messages, more = _messages(ticket, before)
    events = _events(ticket, messages, before=before, more=more)
    story = lines(events)
    kinds = {event.data["message"]: event.kind for event in events if event.kind in SAID}
    kinds |= _kinds_elsewhere(messages)
    said = [
        Said(
            message,
            is_call=kinds.get(message.pk) == "call_logged",
            is_thanks=kinds.get(message.pk) == "thanked",
            is_first=not more and message is messages[0],
            is_news=seen is not None and message.pk > seen and message.author_id != reader_id,
        )
        for message in messages
    ]
    shown = _between(story, since=messages[0].created_at if more else None)
    items: Iterable[Said | Line] = heapq.merge(said, shown, key=attrgetter("at"))
    return Conversation(
        items=list(items),
        history=story,
        earlier=messages[0].pk if more else 0,
        newest=messages[-1].pk if messages else 0,
        news=sum(one.is_news for one in said),
        first_news=next((one.message.pk for one in said if one.is_news), 0),
    )


def _messages(ticket: Ticket, before: int) -> tuple[list[Message], bool]:
    rows = ticket.messages.select_related(
        "author__organisation", "mail__may_belong_to", "forwarding__supplier", "taken_from__mail"
    )
    held = Forwarding.objects.unended().select_related("supplier")
    held_by = Prefetch("mail__may_belong_to__forwardings", queryset=held, to_attr="held_by")
    rows = rows.prefetch_related("attachments", held_by)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: WINDOW + 1])
    letters = [message for message in found if message.is_with_supplier]
    prefetch_related_objects(letters, "enclosed")
    return found[:WINDOW][::-1], len(found) > WINDOW


def _events(
    ticket: Ticket, messages: list[Message], *, before: int, more: bool
) -> list[TicketEvent]:
    events = TicketEvent.objects.filter(ticket=ticket)
    if before and messages:
        after = ticket.messages.filter(pk=before).values("created_at")
        events = events.filter(at__lt=after[:1])
        if more:
            events = events.filter(at__gte=messages[0].created_at)
    return list(events.order_by("-pk")[:MOST_EVENTS])[::-1]


def _kinds_elsewhere(messages: Iterable[Message]) -> dict[int, str]:
    """As what messages of other tickets were written; one query when there are any."""
    brought = [message for message in messages if message.origin_id]
    if not brought:
        return {}
    told = TicketEvent.objects.filter(
        ticket__in={message.origin_id for message in brought},
        kind__in=SAID,
        data__message__in=[message.pk for message in brought],
    )
    return {data["message"]: kind for kind, data in told.values_list("kind", "data")}


def _between(story: Iterable[Line], *, since: dt.datetime | None) -> list[Line]:
    """The lines that stand between messages: nothing that is said twice."""
    shown: list[Line] = []
    last = opened = None
    for line in story:
        opened = line if line.event.kind == "opened" else opened
        early = since is not None and line.at < since
        if not early and not _goes_without(line, last, opened):
            shown.append(line)
        last = line
    return shown


def _goes_without(line: Line, last: Line | None, opened: Line | None) -> bool:
    """Stands in a message already, or follows from what stands beside it."""
    event = line.event
    if event.kind in SAID:
        return True
    if event.kind == "opened":
        return event.actor_id == event.data["requester"]
    before = last.event.kind if last else ""
    if event.kind == "kwis_changed":
        return before == "category_changed"
    if event.kind == "status_changed":
        first = before == "assigned" and event.data["from"] == Ticket.Status.NEW
        return event.data["cause"] in {"reply", "supplier"} or first
    return opened is not None and line.at == opened.at
