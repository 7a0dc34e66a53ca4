"""Where somebody works who wrote for the first time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.actions import place
from servicedesk.accounts.free_mail import is_free_mail
from servicedesk.accounts.models import Organisation, User
from tickets.actions.placing import placed


class PlacingForm(forms.Form):
    """The organisation of one newcomer; and whether all of that mail domain work there."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose an organisation"),
        error_messages={"required": _("Choose an organisation.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    teach = forms.BooleanField(
        label=_("Everybody of this mail domain"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, prefix=f"p{person.pk}")
        self.person = person
        self.domain = person.email.rpartition("@")[2]
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(is_active=True)
        if is_free_mail(self.domain):
            del self.fields["teach"]

    def save(self, *, by: User) -> int:
        """Places the person; gives how many tickets went along."""
        organisation = self.cleaned_data["organisation"]
        place(self.person, organisation, by=by, teach=self.cleaned_data.get("teach", False))
        return placed(self.person, by=by)
