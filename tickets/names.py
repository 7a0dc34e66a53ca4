"""The names behind the ids in the event log, read with one query for any number of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Case, CharField, Exists, F, Model, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from servicedesk.accounts.models import Organisation, Team, User
from servicedesk.catalogue.models import Category, Service, Supplier
from servicedesk.lib.translated import in_readers_language
from tickets.models import Ticket, TicketEvent

#: Which keys of an event's data are ids, and of what. Rooms above add those of their own events.
REFERENCES: dict[str, dict[str, type[Model]]] = {
    "opened": {"requester": User},
    "assigned": {"from_team": Team, "to_team": Team, "from_assignee": User, "to_assignee": User},
    "handed_over": {"from_team": Team, "to_team": Team, "from_assignee": User, "to_assignee": User},
    "service_changed": {"from": Service, "to": Service},
    "category_changed": {"from": Category, "to": Category},
    "requester_changed": {
        "from": User,
        "to": User,
        "from_organisation": Organisation,
        "to_organisation": Organisation,
    },
    "follower_added": {"user": User},
    "follower_removed": {"user": User},
    "forwarded": {"supplier": Supplier},
    "supplier_asked": {"supplier": Supplier},
    "supplier_answered": {"supplier": Supplier},
    "forwarding_ended": {"supplier": Supplier},
}


class Names:
    """Looks up names by kind of row and id. Built once for all events that are shown."""

    def __init__(self, found: dict[tuple[str, int], str]) -> None:
        self._found = found

    @classmethod
    def of(cls, events: Iterable[TicketEvent]) -> Names:
        """The names for these events, in the reader's language, with at most one query."""
        events = list(events)
        wanted = _references(events)
        tickets = {event.ticket_id for event in events}
        rows = [_rows(model, ids, tickets) for model, ids in wanted.items() if ids]
        if not rows:
            return cls({})
        found = rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
        return cls({(kind, pk): in_readers_language(nl, en) for kind, pk, nl, en in found})

    def get(self, model: type[Model], pk: int | None) -> str:
        """The name, or words for nobody and for a row that is gone."""
        if pk is None:
            return _("nobody") if model is User else _("none")
        return self._found.get((_kind(model), pk)) or _("unknown")


def _references(events: Iterable[TicketEvent]) -> dict[type[Model], set[int]]:
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for event in events:
        if event.actor_id:
            wanted[User].add(event.actor_id)
        for key, model in REFERENCES.get(event.kind, {}).items():
            if event.data.get(key):
                wanted[model].add(event.data[key])
    return wanted


def _rows(model: type[Model], ids: set[int], tickets: set[int]) -> QuerySet:
    nothing = Value("", output_field=CharField())
    person = _person(tickets)
    translated = model in (Service, Category)
    name = person if model is User else F("name")
    rows = model._default_manager.filter(pk__in=ids).order_by()
    return rows.values_list(
        Value(_kind(model), output_field=CharField()),
        "pk",
        name,
        F("name_en") if translated else nothing,
    )


def _person(tickets: set[int]) -> Case:
    """A name, else an address; but requesters of anonymised tickets are nobody in particular."""
    nothing = Value("", output_field=CharField())
    anonymised = Ticket.objects.filter(pk__in=tickets, anonymised_at__isnull=False)
    return Case(
        When(Exists(anonymised), role=User.Role.REQUESTER, then=nothing),
        default=Coalesce(NullIf("name", nothing), "email", output_field=CharField()),
    )


def _kind(model: type[Model]) -> str:
    return model._meta.model_name or ""
