"""What happened to a ticket, as sentences in the language of the reader.

One function for each kind of event in `tickets.events`, by name. The sentences are for agents:
they tell of internal notes too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.accounts.models import Team, User
from servicedesk.catalogue.models import Category, Kwis, Service, Supplier
from tickets.models import Forwarding, Rating, Ticket, TicketEvent
from tickets.names import Names

Sentence = Callable[[TicketEvent, Names], str]
Status = Ticket.Status


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


def _actor(event: TicketEvent, names: Names) -> str:
    return names.get(User, event.actor_id) if event.actor_id else _("The service desk")


def _opened(event: TicketEvent, names: Names) -> str:
    words = {
        "actor": _actor(event, names),
        "requester": names.get(User, event.data["requester"]),
        "channel": Ticket.Channel(event.data["channel"]).label,
    }
    if event.actor_id == event.data["requester"]:
        return _("%(actor)s asked this question · %(channel)s") % words
    return _("%(actor)s registered this question of %(requester)s · %(channel)s") % words


def _replied(event: TicketEvent, names: Names) -> str:
    if event.data["automatic"] and event.data["side"] == "desk":
        return _("The service desk sent an automatic answer")
    if event.data["automatic"]:
        return _("An automatic mail came in")
    if event.data["side"] == "desk":
        return _("%(actor)s answered the requester") % {"actor": _actor(event, names)}
    return _("%(actor)s wrote on the ticket") % {"actor": _actor(event, names)}


def _assigned(event: TicketEvent, names: Names) -> str:
    data = event.data
    words = {
        "actor": _actor(event, names),
        "team": names.get(Team, data["to_team"]),
        "assignee": names.get(User, data["to_assignee"]),
        "former": names.get(User, data["from_assignee"]),
    }
    moved = data["to_team"] != data["from_team"] and data["to_team"] is not None
    if data["to_assignee"] is None:
        if data["from_assignee"] is not None and not moved:
            return _("%(actor)s took it off %(former)s: back to team %(team)s") % words
        return _("%(actor)s assigned it to team %(team)s") % words
    if data["to_assignee"] == event.actor_id:
        return (
            _("%(actor)s took the ticket, for team %(team)s") % words
            if moved
            else _("%(actor)s took the ticket") % words
        )
    if moved:
        return _("%(actor)s assigned it to %(assignee)s, team %(team)s") % words
    return _("%(actor)s assigned it to %(assignee)s") % words


def _moved(event: TicketEvent, names: Names) -> str:
    old, new, cause = event.data["from"], event.data["to"], event.data["cause"]
    words = {
        "actor": _actor(event, names),
        "from": Status(old).label,
        "to": Status(new).label,
    }
    if cause == "reply":
        return _("A message of %(actor)s moved the status from “%(from)s” to “%(to)s”") % words
    if cause == "supplier":
        return _("An answer of the supplier moved the status from “%(from)s” to “%(to)s”") % words
    if new == Status.CLOSED:
        return _("%(actor)s closed the ticket") % words
    if new == Status.SOLVED:
        return (
            _("%(actor)s says that it is solved") % words
            if cause == "requester"
            else _("%(actor)s solved the ticket") % words
        )
    if old == Status.SOLVED:
        return (
            _("%(actor)s says that it is not solved yet") % words
            if cause == "requester"
            else _("%(actor)s reopened the ticket") % words
        )
    return _("%(actor)s moved the status from “%(from)s” to “%(to)s”") % words


def _service(event: TicketEvent, names: Names) -> str:
    words = _from_to(event, names, lambda pk: names.get(Service, pk))
    if event.data["to"] is None:
        return _("%(actor)s took the service off: it was %(from)s") % words
    if event.data["from"] is None:
        return _("%(actor)s set the service: %(to)s") % words
    return _("%(actor)s changed the service from %(from)s to %(to)s") % words


def _category(event: TicketEvent, names: Names) -> str:
    words = _from_to(event, names, lambda pk: names.get(Category, pk))
    if event.data["to"] is None:
        return _("%(actor)s took the category off: it was %(from)s") % words
    if event.data["from"] is None:
        return _("%(actor)s set the category: %(to)s") % words
    return _("%(actor)s changed the category from %(from)s to %(to)s") % words


def _kwis(event: TicketEvent, names: Names) -> str:
    words = _from_to(event, names, lambda kind: Kwis(kind).label)
    return _("%(actor)s changed the KWIS kind from %(from)s to %(to)s") % words


def _priority(event: TicketEvent, names: Names) -> str:
    words = _from_to(event, names, lambda priority: Ticket.Priority(priority).label)
    words["reason"] = event.data["reason"]
    return _("%(actor)s changed the priority from %(from)s to %(to)s: “%(reason)s”") % words


def _requester(event: TicketEvent, names: Names) -> str:
    words = _from_to(event, names, lambda pk: names.get(User, pk))
    if event.data["from"] == event.data["to"]:
        return _("%(actor)s placed %(to)s in an organisation") % words
    return _("%(actor)s changed the requester from %(from)s to %(to)s") % words


def _follower_added(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "user": names.get(User, event.data["user"])}
    if event.data["user"] == event.actor_id:
        return _("%(actor)s follows this ticket") % words
    return _("%(actor)s added %(user)s as a follower") % words


def _follower_removed(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "user": names.get(User, event.data["user"])}
    if event.data["user"] == event.actor_id:
        return _("%(actor)s no longer follows this ticket") % words
    return _("%(actor)s removed %(user)s as a follower") % words


def _follow_up(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s opened follow-up ticket #%(number)s") % words


def _note(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s wrote an internal note") % {"actor": _actor(event, names)}


def _call(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s logged a call with the requester") % {"actor": _actor(event, names)}


def _thanked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s said thanks") % {"actor": _actor(event, names)}


def _callback_requested(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s asked to be called back") % {"actor": _actor(event, names)}


def _callback_done(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s called back") % {"actor": _actor(event, names)}


def _confirmed(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s confirmed that the solution works") % {"actor": _actor(event, names)}


def _outage_linked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s linked it to an outage") % {"actor": _actor(event, names)}


def _outage_unlinked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s took it off an outage") % {"actor": _actor(event, names)}


def _merged(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s merged this ticket into #%(number)s") % words


def _took_in(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s merged ticket #%(number)s into this one") % words


def _merge_undone(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s parted this ticket from #%(number)s again") % words


def _split_off(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s made ticket #%(number)s of a message") % words


def _moved_out(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s moved a message to ticket #%(number)s") % words


def _moved_in(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s moved a message here from ticket #%(number)s") % words


def _set_aside(event: TicketEvent, names: Names) -> str:
    words = {"actor": _actor(event, names)}
    if event.data["why"] == Ticket.Outside.SPAM:
        return _("%(actor)s set this ticket aside as spam") % words
    return _("%(actor)s set this ticket aside as a test") % words


def _taken_back(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s took this ticket back: it counts again") % {"actor": _actor(event, names)}


def _imported(event: TicketEvent, names: Names) -> str:
    return _("Imported from another system: it counts in no figure")


def _handed_over(event: TicketEvent, names: Names) -> str:
    words = {
        "actor": _actor(event, names),
        "former": names.get(User, event.data["from_assignee"]),
        "assignee": names.get(User, event.data["to_assignee"]),
        "team": names.get(Team, event.data["to_team"]),
    }
    if event.data["to_assignee"] is None:
        return _("%(actor)s handed over the tickets of %(former)s: to team %(team)s") % words
    return _("%(actor)s handed over the tickets of %(former)s: to %(assignee)s") % words


def _reminded(event: TicketEvent, names: Names) -> str:
    if event.data["step"] == 1:
        return _("The requester was reminded that we wait")
    return _("The requester was reminded once more that we wait")


def _anonymised(event: TicketEvent, names: Names) -> str:
    if event.data["cause"] == "erasure":
        return _("%(actor)s erased the requester: names, texts and files are no longer kept") % {
            "actor": _actor(event, names)
        }
    return _("Kept long enough: names, texts and files are no longer kept")


def _answered_by_link(event: TicketEvent, names: Names) -> str:
    choices = {
        "solved": _("Somebody chose “solved” behind the link in our mail"),
        "not_yet": _("Somebody chose “not yet” behind the link in our mail"),
        "thanks": _("Somebody said thanks behind the link in our mail"),
    }
    return choices[event.data["choice"]]


def _rated(event: TicketEvent, names: Names) -> str:
    positive = event.data["verdict"] == Rating.Verdict.POSITIVE
    if event.data["via"] == Rating.Via.LINK:
        return (
            _("Satisfied with our help, says the requester's side by the link in our mail")
            if positive
            else _("Not satisfied with our help, says the requester's side by the link in our mail")
        )
    words = {"actor": _actor(event, names)}
    if positive:
        return _("%(actor)s is satisfied with our help") % words
    return _("%(actor)s is not satisfied with our help") % words


def _followed_up(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s followed up that somebody was not satisfied") % {
        "actor": _actor(event, names)
    }


def _thanks_checked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s read the thanks") % {"actor": _actor(event, names)}


def _forwarded(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s forwarded this ticket to %(supplier)s") % _with_supplier(event, names)


def _supplier_asked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s wrote to %(supplier)s") % _with_supplier(event, names)


def _supplier_answered(event: TicketEvent, names: Names) -> str:
    words = _with_supplier(event, names)
    if event.data["automatic"]:
        return _("An automatic mail of %(supplier)s came in") % words
    return _("%(supplier)s answered") % words


def _forwarding_ended(event: TicketEvent, names: Names) -> str:
    words = _with_supplier(event, names)
    if event.data["how"] == Forwarding.How.SOLVED:
        return _("%(actor)s noted that %(supplier)s solved it") % words
    if event.data["how"] == Forwarding.How.TAKEN_BACK:
        return _("%(actor)s took this ticket back from %(supplier)s") % words
    return _("Solved, so that %(supplier)s need not go on with it") % words


def _with_supplier(event: TicketEvent, names: Names) -> dict[str, str]:
    return {
        "actor": _actor(event, names),
        "supplier": names.get(Supplier, event.data["supplier"]),
    }


def _from_to(
    event: TicketEvent, names: Names, label: Callable[..., str | Promise]
) -> dict[str, object]:
    def word(value: object) -> str | Promise:
        return label(value) if value else pgettext("value of a ticket", "none")

    return {
        "actor": _actor(event, names),
        "from": word(event.data["from"]),
        "to": word(event.data["to"]),
    }


#: How each kind of event reads, and its icon. Rooms above add those of their own events.
SENTENCES: dict[str, tuple[Sentence, str]] = {
    "opened": (_opened, "inbox"),
    "public_reply_added": (_replied, "reply"),
    "internal_note_added": (_note, "lock"),
    "call_logged": (_call, "telephone"),
    "assigned": (_assigned, "shuffle"),
    "status_changed": (_moved, "arrow-repeat"),
    "service_changed": (_service, "collection"),
    "category_changed": (_category, "tag"),
    "priority_changed": (_priority, "flag"),
    "kwis_changed": (_kwis, "tags"),
    "requester_changed": (_requester, "person-badge"),
    "follower_added": (_follower_added, "person-plus"),
    "follower_removed": (_follower_removed, "person-dash"),
    "thanked": (_thanked, "heart"),
    "follow_up_opened": (_follow_up, "arrow-return-left"),
    "callback_requested": (_callback_requested, "telephone"),
    "callback_done": (_callback_done, "telephone-outbound"),
    "anonymised": (_anonymised, "shield-lock"),
    "confirmed": (_confirmed, "check-circle"),
    "outage_linked": (_outage_linked, "broadcast"),
    "outage_unlinked": (_outage_unlinked, "broadcast"),
    "merged": (_merged, "arrows-angle-contract"),
    "took_in": (_took_in, "arrows-angle-contract"),
    "merge_undone": (_merge_undone, "arrow-counterclockwise"),
    "gave_back": (_merge_undone, "arrow-counterclockwise"),
    "split_off": (_split_off, "scissors"),
    "message_moved_out": (_moved_out, "arrow-right"),
    "message_moved_in": (_moved_in, "arrow-right"),
    "set_aside": (_set_aside, "eye-slash"),
    "taken_back": (_taken_back, "arrow-counterclockwise"),
    "imported": (_imported, "box-arrow-in-right"),
    "handed_over": (_handed_over, "shuffle"),
    "reminded": (_reminded, "bell"),
    "answered_by_link": (_answered_by_link, "envelope-open"),
    "rated": (_rated, "emoji-smile"),
    "rating_followed_up": (_followed_up, "clipboard-check"),
    "thanks_checked": (_thanks_checked, "check2"),
    "forwarded": (_forwarded, "box-arrow-up-right"),
    "supplier_asked": (_supplier_asked, "box-arrow-up-right"),
    "supplier_answered": (_supplier_answered, "box-arrow-in-right"),
    "forwarding_ended": (_forwarding_ended, "arrow-counterclockwise"),
}
