"""One act on many tickets: each by its verb and in its own transaction, each with its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from servicedesk.accounts.models import User
from tickets.exceptions import TicketError
from tickets.models import Ticket
from tickets.search import number_in

MOST = 100


@dataclass(frozen=True)
class Ticked:
    """A ticket as it was on the agent's screen when it was ticked."""

    number: int
    status: str
    assignee: int | None

    @classmethod
    def read(cls, text: str) -> Ticked | None:
        """What a tick box posts: number, status and assignee, as `10023.new.7`. None if broken."""
        number, status, assignee = [*text.split("."), "", ""][:3]
        ticket = number_in(number)
        return None if ticket is None else cls(ticket, status, number_in(assignee))


@dataclass
class Results:
    """What became of each: the numbers that are done, and the sentence for each that is not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


Act = Callable[[Ticket, Ticked], object]


def ticked(texts: Iterable[str]) -> list[Ticked]:
    """The tickets that a form names, each once, in its order."""
    found = {one.number: one for text in texts if (one := Ticked.read(text))}
    return list(found.values())


def each(chosen: Sequence[Ticked], act: Act, *, by: User) -> Results:
    """Does `act` to every ticket that `by` may see. One that is refused stops no other."""
    seen = Ticket.objects.visible_to(by).in_bulk([one.number for one in chosen])
    results = Results()
    for one in chosen:
        if one.number not in seen:
            continue
        try:
            act(seen[one.number], one)
        except TicketError as refusal:
            results.refused[one.number] = str(refusal)
        else:
            results.done.append(one.number)
    return results
