"""Whose question it is: somebody the desk knows, or somebody new."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.actions import create_requester
from servicedesk.accounts.addresses import check_address
from servicedesk.accounts.models import Organisation, User
from tickets.forms.people import PersonField


def called(person: User) -> str:
    """How a person is written in a field, so that it is read back as nobody else."""
    return f"{person.name} <{person.email}>" if person.name else person.email


class KnownPersonField(PersonField):
    """Nothing typed is nobody."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if str(value or "").strip() else None


class WhoseForm(forms.Form):
    """A known person, or the particulars of a new one. Never both, never neither."""

    person = KnownPersonField(label=gettext_lazy("Who is asking?"), max_length=254, required=False)
    new_name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    new_email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        validators=[check_address],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    new_organisation = forms.ModelChoiceField(
        Organisation.objects.filter(is_active=True),
        label=gettext_lazy("Organisation"),
        required=False,
        empty_label=gettext_lazy("By the e-mail address"),
    )
    new_invited = forms.BooleanField(
        label=gettext_lazy("Invite this person to follow the ticket online"), required=False
    )

    @property
    def asks_new(self) -> bool:
        """Something is filled in about a new person."""
        return any(self[name].value() for name in ("new_name", "new_email"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.asks_new:
            self._check_new(given)
        elif not given.get("person") and "person" not in self.errors:
            self.add_error("person", _("Say who is asking, or add a new person."))
        return given

    def _check_new(self, given: dict[str, Any]) -> None:
        self.errors.pop("person", None)  # who is new is nobody we know
        if given.get("person"):
            self.add_error("person", _("Choose a known person or add a new one, not both."))
        if not given.get("new_name"):
            self.add_error("new_name", _("Give the name of the new person."))
        if not given.get("new_email") and "new_email" not in self.errors:
            self.add_error("new_email", _("Give an e-mail address: the answer goes there."))

    def requester(self, *, by: User) -> User:
        """The person, made now if new. Of a form that is valid."""
        given = self.cleaned_data
        if given.get("person"):
            known: User = given["person"]
            return known
        return create_requester(
            given["new_email"],
            given["new_name"],
            by=by,
            organisation=given["new_organisation"],
            invited=given["new_invited"],
        )
