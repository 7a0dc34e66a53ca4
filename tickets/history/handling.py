"""Who handles a ticket, where it stands, and what it is about."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.accounts.models import Team, User
from servicedesk.catalogue.models import Category, Kwis, Service
from tickets.history.words import Sentences, actor
from tickets.models import Ticket, TicketEvent
from tickets.names import Names

Status = Ticket.Status


def _assigned(event: TicketEvent, names: Names) -> str:
    data = event.data
    words = {
        "actor": actor(event, names),
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


def _handed_over(event: TicketEvent, names: Names) -> str:
    words = {
        "actor": actor(event, names),
        "former": names.get(User, event.data["from_assignee"]),
        "assignee": names.get(User, event.data["to_assignee"]),
        "team": names.get(Team, event.data["to_team"]),
    }
    if event.data["to_assignee"] is None:
        return _("%(actor)s handed over the tickets of %(former)s: to team %(team)s") % words
    return _("%(actor)s handed over the tickets of %(former)s: to %(assignee)s") % words


def _moved(event: TicketEvent, names: Names) -> str:
    old, new, cause = event.data["from"], event.data["to"], event.data["cause"]
    words = {
        "actor": actor(event, names),
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


def _from_to(
    event: TicketEvent, names: Names, label: Callable[..., str | Promise]
) -> dict[str, object]:
    def word(value: object) -> str | Promise:
        return label(value) if value else pgettext("value of a ticket", "none")

    return {
        "actor": actor(event, names),
        "from": word(event.data["from"]),
        "to": word(event.data["to"]),
    }


SENTENCES: Sentences = {
    "assigned": (_assigned, "shuffle"),
    "handed_over": (_handed_over, "shuffle"),
    "status_changed": (_moved, "arrow-repeat"),
    "service_changed": (_service, "collection"),
    "category_changed": (_category, "tag"),
    "kwis_changed": (_kwis, "tags"),
    "priority_changed": (_priority, "flag"),
    "requester_changed": (_requester, "person-badge"),
}
