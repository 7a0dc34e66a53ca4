"""The vocabulary of the event log, and the only door to it.

kind                    data
----------------------  ---------------------------------------------------------------------
opened                  channel, status, requester, organisation, service, category, kwis,
                        priority, team, answered (registered by an agent during the contact)
public_reply_added      message, side (requester | desk), automatic
internal_note_added     message
call_logged             message
assigned                from_team, to_team, from_assignee, to_assignee
status_changed          from, to, cause (agent | reply | requester | supplier | rule)
service_changed         from, to
category_changed        from, to
priority_changed        from, to, reason (kept as given: about the work, not about people)
kwis_changed            from, to
requester_changed       from, to, from_organisation, to_organisation
follower_added          user
follower_removed        user
thanked                 message
follow_up_opened        ticket
callback_requested      -
callback_done           -
confirmed               - (the requester says that the solution works)
outage_linked           outage (that the ticket reports)
outage_unlinked         outage
merged                  ticket (that goes on), status (it had), messages, followers (that came)
took_in                 ticket (that was merged into this one)
merge_undone            ticket, status (it has again)
gave_back               ticket
split_off               message, ticket (the new one)
message_moved_out       message, ticket (that it went to)
message_moved_in        message, ticket (that it came from), side, written_at
set_aside               why (spam | test)
taken_back              why
imported                - (from another system: no promise was made here)
handed_over             as of assigned: somebody's tickets went to others in one act
policy_changed          from, to (policies of sla), reason
reminded                step (1 | 2), since (the event with which the waiting began)
anonymised              cause (retention | erasure)
answered_by_link        choice (what was chosen behind the link of a solved mail)
rated                   verdict, via
rating_followed_up      -
thanks_checked          -
forwarded               forwarding, supplier, message, promise (the supplier's, by its key; or "")
supplier_asked          forwarding, supplier, message (the desk wrote once more)
supplier_answered       forwarding, supplier, message, automatic (a machine wrote it)
forwarding_ended        forwarding, supplier, how (solved | taken_back | with_ticket)
"""

import contextlib
import datetime as dt
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone

from servicedesk.accounts.models import User
from tickets.models import Ticket, TicketEvent
from tickets.signals import events_recorded

KINDS: dict[str, frozenset[str]] = {
    "opened": frozenset(
        [
            "channel",
            "status",
            "requester",
            "organisation",
            "service",
            "category",
            "kwis",
            "priority",
            "team",
            "answered",
        ]
    ),
    "public_reply_added": frozenset({"message", "side", "automatic"}),
    "internal_note_added": frozenset({"message"}),
    "call_logged": frozenset({"message"}),
    "assigned": frozenset({"from_team", "to_team", "from_assignee", "to_assignee"}),
    "status_changed": frozenset({"from", "to", "cause"}),
    "service_changed": frozenset({"from", "to"}),
    "category_changed": frozenset({"from", "to"}),
    "priority_changed": frozenset({"from", "to", "reason"}),
    "kwis_changed": frozenset({"from", "to"}),
    "requester_changed": frozenset({"from", "to", "from_organisation", "to_organisation"}),
    "follower_added": frozenset({"user"}),
    "follower_removed": frozenset({"user"}),
    "thanked": frozenset({"message"}),
    "follow_up_opened": frozenset({"ticket"}),
    "callback_requested": frozenset(),
    "callback_done": frozenset(),
    "confirmed": frozenset(),
    "outage_linked": frozenset({"outage"}),
    "outage_unlinked": frozenset({"outage"}),
    "merged": frozenset({"ticket", "status", "messages", "followers"}),
    "took_in": frozenset({"ticket"}),
    "merge_undone": frozenset({"ticket", "status"}),
    "gave_back": frozenset({"ticket"}),
    "split_off": frozenset({"message", "ticket"}),
    "message_moved_out": frozenset({"message", "ticket"}),
    "message_moved_in": frozenset({"message", "ticket", "side", "written_at"}),
    "set_aside": frozenset({"why"}),
    "taken_back": frozenset({"why"}),
    "imported": frozenset(),
    "handed_over": frozenset({"from_team", "to_team", "from_assignee", "to_assignee"}),
    "policy_changed": frozenset({"from", "to", "reason"}),
    "reminded": frozenset({"step", "since"}),
    "anonymised": frozenset({"cause"}),
    "answered_by_link": frozenset({"choice"}),
    "rated": frozenset({"verdict", "via"}),
    "rating_followed_up": frozenset(),
    "thanks_checked": frozenset(),
    "forwarded": frozenset({"forwarding", "supplier", "message", "promise"}),
    "supplier_asked": frozenset({"forwarding", "supplier", "message"}),
    "supplier_answered": frozenset({"forwarding", "supplier", "message", "automatic"}),
    "forwarding_ended": frozenset({"forwarding", "supplier", "how"}),
}


def changed(old: object, new: object) -> dict[str, Any]:
    """The data of an event that says what something was and what it became."""
    return {"from": old, "to": new}


class _Running(threading.local):
    """The verbs that are running in this thread, and what they have written so far."""

    depth = 0
    events: list[TicketEvent] = []


_running = _Running()
P = ParamSpec("P")
R = TypeVar("R")


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Makes a function a verb: one transaction, whose events are announced once, at its end.

    Verbs may call verbs; the outermost one announces, so that a reply that also solves is one
    mail and one reckoning of the clocks.
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(), _announcing():
            return function(*args, **kwargs)

    return wrapper


@contextlib.contextmanager
def _announcing() -> Iterator[None]:
    if _running.depth == 0:
        _running.events = []
    before = len(_running.events)
    _running.depth += 1
    try:
        yield
    except BaseException:
        del _running.events[before:]  # their rows are rolled back
        raise
    finally:
        _running.depth -= 1
    if _running.depth == 0:
        _announce(_running.events)


def _announce(events: list[TicketEvent]) -> None:
    by_ticket: dict[int, list[TicketEvent]] = {}
    for event in events:
        by_ticket.setdefault(event.ticket_id, []).append(event)
    for ticket_id, theirs in by_ticket.items():
        events_recorded.send(TicketEvent, ticket_id=ticket_id, events=theirs)


def record_event(
    ticket: Ticket,
    kind: str,
    /,
    *,
    by: User | None,
    at: dt.datetime | None = None,
    **data: object,
) -> TicketEvent:
    """Writes one row of the log, inside a verb. `at` defaults to now.

    Raises ValueError for an unknown kind or other data than the vocabulary names, and
    RuntimeError outside a verb, for then nobody would hear of it.
    """
    if KINDS.get(kind) != data.keys():
        raise ValueError(f"event {kind!r} with {sorted(data)} is not in the vocabulary")
    if _running.depth == 0:
        raise RuntimeError("an event is recorded inside a verb only")
    event = TicketEvent.objects.create(
        ticket=ticket, kind=kind, at=at or timezone.now(), actor=by, data=data
    )
    _running.events.append(event)
    return event
