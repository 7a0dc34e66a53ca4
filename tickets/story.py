"""What the requester's side reads of a ticket: public messages, and few plain lines between.

Internal notes are not read from the database at all. A long story is told in windows of
messages, the newest first; the one before is found by the id of the first message shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from servicedesk.accounts.models import Team, User
from tickets.models import Message, Ticket, TicketEvent
from tickets.names import Names

WINDOW, MOST_EVENTS = 50, 200
Status = Ticket.Status


@dataclass(frozen=True)
class Written:
    """A message. `author` is the name to show; `is_mine` when the reader wrote it."""

    message: Message
    author: str
    is_mine: bool

    @property
    def at(self) -> dt.datetime:
        return self.message.created_at


@dataclass(frozen=True)
class Told:
    """A plain line of what happened. `ticket` is another ticket it speaks of, if any."""

    at: dt.datetime
    icon: str
    sentence: str
    ticket: int | None = None


@dataclass(frozen=True)
class Story:
    """Oldest first. `earlier` asks for the window before this one; 0 when there is none."""

    items: list[Written | Told]
    earlier: int


def story(ticket: Ticket, *, reader: User, before: int = 0) -> Story:
    """The newest window, or the one before message `before`. Five queries."""
    messages, more = _messages(ticket, reader, before)
    first = messages[0].created_at if more else None
    items: list[Written | Told] = [_written(message, reader) for message in messages]
    items += _told(ticket, reader, since=first, until=_end(ticket, before))
    return Story(
        items=sorted(items, key=lambda item: item.at),
        earlier=messages[0].pk if more else 0,
    )


def _messages(ticket: Ticket, reader: User, before: int) -> tuple[list[Message], bool]:
    rows = ticket.messages.public().select_related("author").prefetch_related("attachments")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: WINDOW + 1])
    return found[:WINDOW][::-1], len(found) > WINDOW


def _written(message: Message, reader: User) -> Written:
    author, desk = message.author, message.side == Message.Side.DESK
    if author is None or (desk and message.is_automatic):
        name = _("Service desk")
    else:
        name = author.first_name if desk else author.name
    return Written(message, name, is_mine=author == reader)


def _end(ticket: Ticket, before: int) -> dt.datetime | None:
    if not before:
        return None
    return ticket.messages.public().filter(pk=before).values_list("created_at", flat=True).first()


def _told(
    ticket: Ticket, reader: User, *, since: dt.datetime | None, until: dt.datetime | None
) -> list[Told]:
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=LINES)
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until)
    # Where the ticket came first is news; how the desk passes it on is not.
    came = TicketEvent.objects.filter(ticket=ticket, kind="assigned").order_by("pk").values("pk")
    events = events.filter(~Q(kind="assigned") | Q(pk=Subquery(came[:1])))
    rows = list(events.order_by("-pk")[:MOST_EVENTS])[::-1]
    first_line = Team.objects.filter(line=Team.Line.FIRST).values_list("pk", flat=True)
    voice = Voice(Names.of(rows), reader, frozenset(first_line))
    lines = [LINES[event.kind](event, voice) for event in rows]
    return [line for line in lines if line]


@dataclass(frozen=True)
class Voice:
    """Whom a line names, and how: the reader as “you”, people of the desk as the desk."""

    names: Names
    reader: User
    #: Lines are the desk's own business: these teams are “the service desk”.
    first_line: frozenset[int]

    def who(self, event: TicketEvent) -> str:
        if event.actor_id == self.reader.pk:
            return _("You")
        return self.names.get(User, event.actor_id) if event.actor_id else _("The service desk")

    def user(self, pk: int) -> str:
        return _("You") if pk == self.reader.pk else self.names.get(User, pk)


Line = Callable[[TicketEvent, Voice], Told | None]


def _opened(event: TicketEvent, voice: Voice) -> Told | None:
    if event.actor_id == event.data["requester"]:
        return None
    channel = Ticket.Channel(event.data["channel"]).label
    sentence = _("The service desk noted this question · %(channel)s") % {"channel": channel}
    return Told(event.at, "inbox", sentence)


def _assigned(event: TicketEvent, voice: Voice) -> Told | None:
    if event.data["to_team"] is None:
        return None
    if event.data["to_team"] in voice.first_line:
        return Told(event.at, "check2", _("Somebody of the service desk took up your ticket"))
    team = voice.names.get(Team, event.data["to_team"])
    return Told(event.at, "check2", _("Your ticket came to team %(team)s") % {"team": team})


def _moved(event: TicketEvent, voice: Voice) -> Told | None:
    old, new, cause = event.data["from"], event.data["to"], event.data["cause"]
    if cause == "reply":
        return None
    if new == Status.PENDING:
        return Told(event.at, "reply", _("We wait for your answer"))
    if new == Status.ON_HOLD:
        return Told(event.at, "box-arrow-up-right", _("The supplier works on it"))
    if new == Status.CLOSED:
        return Told(event.at, "archive", _("Closed"))
    if new == Status.SOLVED and cause != "requester":
        return Told(event.at, "check-circle", _("Solved by the service desk"))
    if old in {Status.SOLVED, Status.CLOSED}:
        who = voice.who(event) if cause == "requester" else _("The service desk")
        return Told(
            event.at, "arrow-counterclockwise", _("%(who)s reopened this ticket") % {"who": who}
        )
    return None


def _confirmed(event: TicketEvent, voice: Voice) -> Told:
    sentence = _("%(who)s said that it is solved") % {"who": voice.who(event)}
    return Told(event.at, "check-circle", sentence)


def _follower_added(event: TicketEvent, voice: Voice) -> Told:
    sentence = _("Reads along: %(who)s") % {"who": voice.user(event.data["user"])}
    return Told(event.at, "person-plus", sentence)


def _follower_removed(event: TicketEvent, voice: Voice) -> Told:
    sentence = _("No longer reads along: %(who)s") % {"who": voice.user(event.data["user"])}
    return Told(event.at, "person-dash", sentence)


def _requester(event: TicketEvent, voice: Voice) -> Told | None:
    if event.data["from"] == event.data["to"]:
        return None  # the desk found out where the requester works
    sentence = _("Requester from now on: %(who)s")
    return Told(event.at, "person-badge", sentence % {"who": voice.user(event.data["to"])})


def _follow_up(event: TicketEvent, voice: Voice) -> Told:
    number = event.data["ticket"]
    return Told(event.at, "arrow-return-left", _("Follow-up ticket"), ticket=number)


def _called(event: TicketEvent, voice: Voice) -> Told:
    return Told(event.at, "telephone-outbound", _("We called about this ticket"))


def _merged(event: TicketEvent, voice: Voice) -> Told:
    number = event.data["ticket"]
    sentence = _("We handle this question together with another one")
    return Told(event.at, "arrows-angle-contract", sentence, ticket=number)


def _took_in(event: TicketEvent, voice: Voice) -> Told:
    # Without the number: not everybody here may see the other ticket.
    sentence = _("A question about the same was added here")
    return Told(event.at, "arrows-angle-contract", sentence)


def _parted(event: TicketEvent, voice: Voice) -> Told:
    sentence = _("We handle this question by itself again")
    return Told(event.at, "arrow-counterclockwise", sentence)


def _reminded(event: TicketEvent, voice: Voice) -> Told:
    return Told(event.at, "bell", _("We reminded you that we wait for your answer"))


#: The few kinds of events that tell the requester something, and how. All others are the desk's.
LINES: dict[str, Line] = {
    "opened": _opened,
    "assigned": _assigned,
    "status_changed": _moved,
    "confirmed": _confirmed,
    "follower_added": _follower_added,
    "follower_removed": _follower_removed,
    "requester_changed": _requester,
    "follow_up_opened": _follow_up,
    "call_logged": _called,
    "merged": _merged,
    "took_in": _took_in,
    "merge_undone": _parted,
    "gave_back": _parted,
    "reminded": _reminded,
}
