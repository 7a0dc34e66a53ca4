"""What the requester may count on, and by when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from servicedesk.catalogue.models import Service
from sla.models import Clock
from sla.policies import PolicyBook
from tickets.models import Ticket

ANSWERS = ("first_response", "next_response")


@dataclass(frozen=True, slots=True)
class NextPromise:
    """The next promised moment of a ticket: an answer, or the solution."""

    metric: str
    at: dt.datetime
    is_late: bool

    @property
    def is_answer(self) -> bool:
        """An answer is promised; otherwise the solution."""
        return self.metric in ANSWERS


def expected_answer(
    *, now: dt.datetime, service: Service | None = None, priority: str = "normal"
) -> dt.datetime | None:
    """By when a question asked now gets its first answer; None when nothing is promised.

    Four queries at most.
    """
    opened = {"service": service.pk if service else None, "priority": priority, "channel": "portal"}
    terms = PolicyBook.load().terms_for(opened, now)
    target = terms.policy_version.targets(priority).first_response if terms else None
    if terms is None or target is None:
        return None
    return terms.calendar_version.business_hours.due(now, target)


def next_promise(ticket: Ticket, *, now: dt.datetime) -> NextPromise | None:
    """What the requester may expect next; None while all clocks stand still. One query.

    An answer that is owed comes before the solution.
    """
    return next_promises([ticket], now=now).get(ticket.pk)


def next_promises(tickets: Iterable[Ticket], *, now: dt.datetime) -> dict[int, NextPromise]:
    """The same for many tickets, by number. One query."""
    owed: dict[int, list[NextPromise]] = defaultdict(list)
    running = Clock.objects.filter(
        ticket__in=[ticket.pk for ticket in tickets], state=Clock.State.RUNNING
    ).exclude(metric="assignment")
    for clock in running:
        if clock.due_at:
            promise = NextPromise(clock.metric, clock.due_at, clock.due_at < now)
            owed[clock.ticket_id].append(promise)
    return {
        number: min(promises, key=lambda promise: (not promise.is_answer, promise.at))
        for number, promises in owed.items()
    }
