"""Narrowing a list of tickets by what stands in its address.

Only the names here are looked at; what makes no sense is left aside, as if it were not there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.accounts.models import Organisation, Team, User
from servicedesk.catalogue.models import Category, Kwis, Service
from servicedesk.catalogue.tree import in_tree_order
from servicedesk.lib.moments import day
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

NOBODY = "none"
#: All statuses in which somebody still has to act, as one choice.
UNSOLVED = "unsolved"
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2199, 12, 31)


class ServiceFilter(django_filters.ModelChoiceFilter):
    """A service and all its parts."""

    def filter(self, qs: QuerySet, value: Service | None) -> QuerySet:
        return qs.filter(service__in=_with_parts(value)) if value else qs


def _with_parts(service: Service) -> list[int]:
    """The ids of a service and of whatever is part of it, however deep."""
    above = dict(Service.objects.order_by().values_list("pk", "parent_id"))
    found = {service.pk}
    while more := {pk for pk, parent in above.items() if parent in found} - found:
        found |= more
    return sorted(found)


def _day_filter(label: Any, lookup: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        label=label,
        method=lookup,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TicketFilter(django_filters.FilterSet):
    """The filters of queues and search, in the order in which they are shown."""

    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[(UNSOLVED, _("Not solved yet")), *Ticket.Status.choices],
        empty_label=_("All"),
        method="in_status",
    )
    service = ServiceFilter(
        label=_("Service"),
        queryset=Service.objects.all(),
        to_field_name="slug",
        empty_label=_("All"),
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Category"),
        queryset=Category.objects.all(),
        to_field_name="slug",
        empty_label=_("All"),
        null_label=pgettext_lazy("category", "None yet"),
        null_value=NOBODY,
    )
    team = django_filters.ModelChoiceFilter(
        label=_("Team"),
        queryset=Team.objects.all(),
        to_field_name="slug",
        empty_label=_("All"),
        null_label=pgettext_lazy("team", "None yet"),
        null_value=NOBODY,
    )
    assignee = django_filters.ModelChoiceFilter(
        label=_("Assigned to"),
        queryset=User.objects.agents(),
        empty_label=_("All"),
        null_label=_("Nobody"),
        null_value=NOBODY,
    )
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=Organisation.objects.all(), empty_label=_("All")
    )
    priority = django_filters.ChoiceFilter(
        label=_("Priority"), choices=Ticket.Priority.choices, empty_label=_("All")
    )
    kwis = django_filters.ChoiceFilter(
        label=_("Kind (KWIS)"), choices=Kwis.choices, empty_label=_("All")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=Ticket.Channel.choices, empty_label=_("All")
    )
    created_from = _day_filter(_("Created from"), "since")
    created_to = _day_filter(_("Created up to and including"), "until")

    def __init__(
        self, address: QueryDict, *, queryset: TicketQuerySet, hides: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(address, queryset=queryset)
        for name in hides:
            self.filters.pop(name, None)

    def in_status(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        return tickets.unsolved() if value == UNSOLVED else tickets.filter(status=value)

    def since(self, tickets: TicketQuerySet, _name: str, value: dt.date) -> TicketQuerySet:
        return tickets.filter(created_at__gte=_midnight(value))

    def until(self, tickets: TicketQuerySet, _name: str, value: dt.date) -> TicketQuerySet:
        return tickets.filter(created_at__lt=_midnight(value + dt.timedelta(days=1)))


NAMES = tuple(TicketFilter.base_filters)


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its name, what it says in words, and the address without it."""

    name: str
    label: str
    value: str
    without: str


def narrowed(
    tickets: TicketQuerySet, address: QueryDict, *, hides: frozenset[str] = frozenset()
) -> tuple[TicketQuerySet, list[Chip]]:
    """Those of `tickets` that fit what the address asks for, and those filters in words.

    `hides` names filters that mean nothing in this list. One query for each filter that is on.
    """
    if not any(address.get(name) for name in NAMES if name not in hides):
        return tickets, []
    filters = TicketFilter(address, queryset=tickets, hides=hides)
    fitting = filters.qs
    given = {name: value for name, value in filters.form.cleaned_data.items() if value}
    return fitting, [_chip(filters, name, value, address) for name, value in given.items()]


def filter_form(address: QueryDict, *, hides: frozenset[str] = frozenset()) -> forms.Form:
    """The filters of a list as a form, filled in with what the address asks for."""
    form = TicketFilter(address, queryset=Ticket.objects.none(), hides=hides).form
    service: Any = form.fields["service"]
    service.widget.choices = [
        ("", _("All")),
        *(
            (one.slug, f"{'– ' * depth}{one.label}")
            for one, depth in in_tree_order(service.queryset)
        ),
    ]
    return form


def _chip(filters: TicketFilter, name: str, value: Any, address: QueryDict) -> Chip:
    field = filters.form.fields[name]
    left = address.copy()
    for gone in (name, "after", "before"):
        left.pop(gone, None)
    without = f"?{left.urlencode()}" if left else "?"
    return Chip(name, str(field.label), _words(field, value), without)


def _words(field: Any, value: Any) -> str:
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, dt.date):
        return day(value)
    return next((str(label) for key, label in field.choices if str(key) == value), value)


def _midnight(date: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(date, dt.time.min))
