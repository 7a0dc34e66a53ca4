"""Where a ticket or its messages went, and why it counts no more."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tickets.history.words import Sentences, actor
from tickets.models import Ticket, TicketEvent
from tickets.names import Names

Status = Ticket.Status


def _merged(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s merged this ticket into #%(number)s") % words


def _took_in(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s merged ticket #%(number)s into this one") % words


def _merge_undone(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s parted this ticket from #%(number)s again") % words


def _split_off(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s made ticket #%(number)s of a message") % words


def _moved_out(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s moved a message to ticket #%(number)s") % words


def _moved_in(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names), "number": event.data["ticket"]}
    return _("%(actor)s moved a message here from ticket #%(number)s") % words


def _set_aside(event: TicketEvent, names: Names) -> str:
    words = {"actor": actor(event, names)}
    if event.data["why"] == Ticket.Outside.SPAM:
        return _("%(actor)s set this ticket aside as spam") % words
    return _("%(actor)s set this ticket aside as a test") % words


def _taken_back(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s took this ticket back: it counts again") % {"actor": actor(event, names)}


def _imported(event: TicketEvent, names: Names) -> str:
    return _("Imported from another system: it counts in no figure")


def _anonymised(event: TicketEvent, names: Names) -> str:
    if event.data["cause"] == "erasure":
        return _("%(actor)s erased the requester: names, texts and files are no longer kept") % {
            "actor": actor(event, names)
        }
    return _("Kept long enough: names, texts and files are no longer kept")


def _outage_linked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s linked it to an outage") % {"actor": actor(event, names)}


def _outage_unlinked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s took it off an outage") % {"actor": actor(event, names)}


SENTENCES: Sentences = {
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
    "anonymised": (_anonymised, "shield-lock"),
    "outage_linked": (_outage_linked, "broadcast"),
    "outage_unlinked": (_outage_unlinked, "broadcast"),
}
