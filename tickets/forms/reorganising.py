"""Forms behind the dialogs that merge tickets and take messages elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Kwis, Service
from servicedesk.catalogue.tree import in_tree_order
from tickets.actions.merging import merge, newcomers
from tickets.actions.moving import is_stranger, move_message, split
from tickets.models import Message, Ticket
from tickets.search import number_in

SUGGESTIONS = 6


class TicketField(forms.CharField):
    """Gives the ticket of a number, as people type it: 10023, #10023."""

    widget = forms.TextInput(
        attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}
    )

    def __init__(self, *, by: User | None = None, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.by = by

    def clean(self, value: Any) -> Ticket:
        words = super().clean(value)
        number = number_in(words)
        seen = Ticket.objects.visible_to(self.by).for_rows() if self.by else Ticket.objects.none()
        found = seen.filter(pk=number).first() if number is not None else None
        if found is None:
            raise ValidationError(_("There is no ticket “%s”.") % words)
        return found


class OtherTicketForm(forms.Form):
    """Another ticket, chosen by its number, and whether people agree to read each other."""

    into = TicketField(
        label=gettext_lazy("Number of the other ticket"),
        error_messages={"required": gettext_lazy("Type the number of the other ticket.")},
    )
    agreed = forms.BooleanField(
        required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, ticket: Ticket, by: User) -> None:
        super().__init__(data, auto_id="act-%s")
        self.ticket, self.by = ticket, by
        cast(TicketField, self.fields["into"]).by = by

    def clean_into(self) -> Ticket:
        other: Ticket = self.cleaned_data["into"]
        if other.pk == self.ticket.pk:
            raise ValidationError(_("That is this very ticket. Choose another one."))
        return other

    @property
    def other(self) -> Ticket | None:
        """The ticket that was chosen, once it is one."""
        self.is_valid()
        return self.cleaned_data.get("into") if self.is_bound else None

    @property
    def suggestions(self) -> list[Ticket]:
        """Tickets of the same requester or organisation that somebody still works on."""
        seen = Ticket.objects.visible_to(self.by).at_hand().exclude(status=Ticket.Status.CLOSED)
        if self.ticket.organisation_id:
            theirs = seen.filter(organisation_id=self.ticket.organisation_id)
        else:
            theirs = seen.filter(requester_id=self.ticket.requester_id)
        others = theirs.exclude(pk=self.ticket.pk).for_rows()
        return list(others.order_by("-pk")[:SUGGESTIONS])


class MergeForm(OtherTicketForm):
    """The ticket goes on in another one."""

    @property
    def must_agree(self) -> bool:
        """The requesters differ."""
        return bool(self.other and self.other.requester_id != self.ticket.requester_id)

    @property
    def newcomers(self) -> list[User]:
        """Who is going to read along with the other ticket."""
        return newcomers(self.ticket, self.other) if self.other else []

    @property
    def oldest(self) -> Ticket | None:
        """The one of both from whose creation the clocks count."""
        return min((self.ticket, self.other), key=_created) if self.other else None

    def save(self) -> Ticket:
        """Calls the verb. Raises TicketError."""
        other, agreed = self.cleaned_data["into"], self.cleaned_data["agreed"]
        return merge(self.ticket, into=other, by=self.by, agreed=agreed)


class MoveForm(OtherTicketForm):
    """A message goes to another ticket."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, message: Message, by: User
    ) -> None:
        super().__init__(data, ticket=message.ticket, by=by)
        self.message = message

    @property
    def must_agree(self) -> bool:
        """Its author does not read along there yet."""
        return bool(self.other and is_stranger(self.message, self.other))

    def save(self) -> Ticket:
        """Calls the verb. Raises TicketError."""
        other, agreed = self.cleaned_data["into"], self.cleaned_data["agreed"]
        return move_message(self.message, to=other, by=self.by, agreed=agreed)


class SplitForm(forms.Form):
    """A message becomes a ticket of its own."""

    subject = forms.CharField(
        label=gettext_lazy("Subject of the new ticket"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give the ticket a subject.")},
    )
    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True),
        label=gettext_lazy("Service"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    kwis = forms.ChoiceField(
        label=gettext_lazy("Kind (KWIS)"),
        choices=Kwis.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, message: Message, by: User
    ) -> None:
        given = {
            "subject": _first_words(message),
            "service": message.ticket.service_id,
            "kwis": message.ticket.kwis,
        }
        super().__init__(data, initial=given, auto_id="act-%s")
        self.message, self.by = message, by
        service = cast(forms.ModelChoiceField, self.fields["service"])
        tree = in_tree_order(Service.objects.filter(is_active=True))
        service.choices = [
            ("", pgettext_lazy("service", "None")),
            *((one.pk, f"{'– ' * depth}{one.label}") for one, depth in tree),
        ]

    @property
    def about(self) -> tuple[forms.BoundField, forms.BoundField]:
        """What the new ticket is about, and of what kind."""
        return self["service"], self["kwis"]

    def save(self) -> Ticket:
        """Calls the verb. Raises TicketError."""
        return split(self.message, by=self.by, **self.cleaned_data)


def _created(ticket: Ticket) -> Any:
    return ticket.created_at, ticket.pk


def _first_words(message: Message, *, most: int = 80) -> str:
    """The beginning of a message as a subject to start from: whole words of its first sentence."""
    lines = [line.strip() for line in message.body_text.splitlines() if line.strip()]
    first = max(lines[:3], key=len, default="")
    if len(first) <= most:
        return first.rstrip(".,;:")
    return first[:most].rsplit(" ", 1)[0].rstrip(".,;:") + " …"
