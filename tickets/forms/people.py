"""Choosing a person by typing."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from tickets.actions.classifying import set_requester
from tickets.actions.following import add_follower
from tickets.models import Ticket

_address = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")


class PersonField(forms.CharField):
    """Gives an active person for an address, alone or after a name, or for words that fit one."""

    def clean(self, value: Any) -> User:
        words = super().clean(value)
        people = User.objects.active()
        named = _address.search(words)
        address = User.objects.normalize_email(named[1] if named else words)
        found = list(people.filter(email=address) or people.matching(words)[:2])
        if not found:
            raise ValidationError(_("We know nobody like “%s”. Try an e-mail address.") % words)
        if len(found) > 1:
            raise ValidationError(
                _("More than one person fits “%s”. Type the e-mail address.") % words
            )
        return found[0]


class PersonForm(forms.Form):
    """One person, and a verb that does something with them."""

    name = "person"

    def __init__(self, data: Mapping[str, Any] | None = None, *, ticket: Ticket, by: User) -> None:
        super().__init__(data, auto_id=f"{self.name}-%s")
        self.ticket, self.by = ticket, by

    person = PersonField(
        label=gettext_lazy("Name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "off",
                "placeholder": gettext_lazy("Name or e-mail address"),
                "hx-get": reverse_lazy("tickets:person-search"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "next [data-list]",
                "hx-swap": "innerHTML",
                "hx-select": "unset",
                "hx-select-oob": "unset",
                "hx-sync": "this:queue last",
            }
        ),
    )

    @abstractmethod
    def save(self) -> None:
        """Calls the verb. Raises TicketError."""


class FollowerForm(PersonForm):
    """Somebody who reads along from now on."""

    name = "follower"

    def save(self) -> None:
        add_follower(self.ticket, self.cleaned_data["person"], by=self.by)


class RequesterForm(PersonForm):
    """Whose question it really is."""

    name = "requester"

    def save(self) -> None:
        set_requester(self.ticket, self.cleaned_data["person"], by=self.by)
