"""Whose tickets go to whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.accounts.models import User
from tickets.actions.handing_over import hand_over
from tickets.forms.choosing import Select, offer
from tickets.models import Handover, Ticket
from tickets.permissions import whose_tickets

SHOWN = 100


class HandoverForm(forms.Form):
    """Chosen first, previewed, then done."""

    absent = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Who is away?"),
        widget=Select(attrs={"class": "form-select"}),
        error_messages={"required": gettext_lazy("Choose who is away.")},
    )
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("To whom?"),
        required=False,
        widget=Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, by: User) -> None:
        super().__init__(data, auto_id="handover-%s")
        self.by = by
        unsolved = Q(assigned_tickets__status__in=Ticket.UNSOLVED)
        people = whose_tickets(by).annotate(open=Count("assigned_tickets", filter=unsolved))
        offer(
            cast(forms.ModelChoiceField, self.fields["absent"]),
            people.order_by("name", "pk"),
            empty=gettext_lazy("Choose a person"),
            label=_with_count,
        )
        offer(
            cast(forms.ModelChoiceField, self.fields["to"]),
            User.objects.agents(),
            empty=gettext_lazy("Back to the team of each ticket"),
        )

    @property
    def absent_now(self) -> User | None:
        """The person that was chosen, once it is one."""
        self.is_valid()
        return self.cleaned_data.get("absent") if self.is_bound else None

    @property
    def tickets(self) -> list[Ticket]:
        """What would be handed over, the most urgent first; the first hundred."""
        if self.absent_now is None:
            return []
        theirs = Ticket.objects.visible_to(self.by).assigned_to(self.absent_now).for_rows()
        return list(theirs.order_by("next_due_at", "pk")[:SHOWN])

    @property
    def count(self) -> int:
        """How many would be handed over."""
        absent = self.absent_now
        return Ticket.objects.assigned_to(absent).count() if absent else 0

    def save(self) -> Handover:
        """Calls the verb. Raises TicketError."""
        chosen = self.cleaned_data
        return hand_over(chosen["absent"], to=chosen["to"], by=self.by)


def _with_count(person: Any) -> str:
    words = ngettext("%(name)s · %(count)d open", "%(name)s · %(count)d open", person.open)
    return words % {"name": person, "count": person.open}
