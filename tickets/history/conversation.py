"""What people said to each other, and how they were kept informed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets.history.words import Sentences, actor
from tickets.models import Rating, Ticket, TicketEvent
from tickets.names import Names

Status = Ticket.Status


def _opened(event: TicketEvent, names: Names) -> str:
    words = {
        "actor": actor(event, names),
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
        return _("%(actor)s answered the requester") % {"actor": actor(event, names)}
    return _("%(actor)s wrote on the ticket") % {"actor": actor(event, names)}


def _note(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s wrote an internal note") % {"actor": actor(event, names)}


def _call(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s logged a call with the requester") % {"actor": actor(event, names)}


def _thanked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s said thanks") % {"actor": actor(event, names)}


def _thanks_checked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s read the thanks") % {"actor": actor(event, names)}


def _callback_requested(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s asked to be called back") % {"actor": actor(event, names)}


def _callback_done(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s called back") % {"actor": actor(event, names)}


def _confirmed(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s confirmed that the solution works") % {"actor": actor(event, names)}


def _answered_by_link(event: TicketEvent, names: Names) -> str:
    choices = {
        "solved": _("Somebody chose “solved” behind the link in our mail"),
        "not_yet": _("Somebody chose “not yet” behind the link in our mail"),
        "thanks": _("Somebody said thanks behind the link in our mail"),
    }
    return choices[event.data["choice"]]


def _reminded(event: TicketEvent, names: Names) -> str:
    if event.data["step"] == 1:
        return _("The requester was reminded that we wait")
    return _("The requester was reminded once more that we wait")


def _follow_up(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s opened follow-up ticket #%(number)s") % words


def _follower_added(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "user": names.get(User, event.data["user"])}
    if event.data["user"] == event.actor_id:
        return _("%(actor)s follows this ticket") % words
    return _("%(actor)s added %(user)s as a follower") % words


def _follower_removed(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "user": names.get(User, event.data["user"])}
    if event.data["user"] == event.actor_id:
        return _("%(actor)s no longer follows this ticket") % words
    return _("%(actor)s removed %(user)s as a follower") % words


def _rated(event: TicketEvent, names: Names) -> str:
    positive = event.data["verdict"] == Rating.Verdict.POSITIVE
    if event.data["via"] == Rating.Via.LINK:
        return (
            _("Satisfied with our help, says the requester's side by the link in our mail")
            if positive
            else _("Not satisfied with our help, says the requester's side by the link in our mail")
        )
    words = {"actor": actor(event, names)}
    if positive:
        return _("%(actor)s is satisfied with our help") % words
    return _("%(actor)s is not satisfied with our help") % words


def _followed_up(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s followed up that somebody was not satisfied") % {
        "actor": actor(event, names)
    }


SENTENCES: Sentences = {
    "opened": (_opened, "inbox"),
    "public_reply_added": (_replied, "reply"),
    "internal_note_added": (_note, "lock"),
    "call_logged": (_call, "telephone"),
    "thanked": (_thanked, "heart"),
    "thanks_checked": (_thanks_checked, "check2"),
    "callback_requested": (_callback_requested, "telephone"),
    "callback_done": (_callback_done, "telephone-outbound"),
    "confirmed": (_confirmed, "check-circle"),
    "answered_by_link": (_answered_by_link, "envelope-open"),
    "reminded": (_reminded, "bell"),
    "follow_up_opened": (_follow_up, "arrow-return-left"),
    "follower_added": (_follower_added, "person-plus"),
    "follower_removed": (_follower_removed, "person-dash"),
    "rated": (_rated, "emoji-smile"),
    "rating_followed_up": (_followed_up, "clipboard-check"),
}
