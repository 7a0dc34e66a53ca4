"""What happened to a ticket, as sentences in the language of the reader.

One function for each kind of event in `tickets.events`, by name. The sentences are for agents:
they tell of internal notes too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tickets.history import conversation, handling, reorganising, suppliers
from tickets.history.words import Sentences
from tickets.models import TicketEvent
from tickets.names import Names

#: How each kind of event reads, and its icon. Rooms above add those of their own events.
SENTENCES: Sentences = {
    **conversation.SENTENCES,
    **handling.SENTENCES,
    **reorganising.SENTENCES,
    **suppliers.SENTENCES,
}


@dataclass(frozen=True)
class Line:
    """One event as people read it. `ticket` is another ticket it speaks of, if any."""

    event: TicketEvent
    icon: str
    sentence: str
    ticket: int | None = None

    @property
    def at(self) -> dt.datetime:
        return self.event.at


def lines(events: Iterable[TicketEvent]) -> list[Line]:
    """A line for each event, in the given order, with one query for all names together."""
    events = list(events)
    names = Names.of(events)
    return [line(event, names) for event in events]


def line(event: TicketEvent, names: Names) -> Line:
    """The line of one event whose names were read already."""
    tell, icon = SENTENCES[event.kind]
    return Line(event, icon, tell(event, names), event.data.get("ticket"))
