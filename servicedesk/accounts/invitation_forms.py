"""Inviting somebody, and what who is invited fills in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.addresses import LONGEST, check_address
from servicedesk.accounts.forms import ADVICE, EMAIL, REPEATED
from servicedesk.accounts.inviting import Invited
from servicedesk.accounts.models import Invitation, Organisation, User
from servicedesk.accounts.permissions import may_administer


def is_name(text: str) -> None:
    """Raises ValidationError for what a mail would make a link of: strangers read that greeting."""
    if re.search(r"[/@]|\w{2}\.[a-z]{2}", text, re.IGNORECASE):
        raise ValidationError(_("A name holds no address of a page or a mailbox."))


class InvitationForm(forms.Form):
    """Whom to invite. A contact person invites to the own organisation, as requesters only."""

    name = forms.CharField(label=_("Name"), max_length=120, validators=[is_name])
    email = forms.EmailField(label=EMAIL, max_length=LONGEST, validators=[check_address])
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.filter(is_active=True),
        required=False,
        empty_label=_("None"),
    )
    role = forms.ChoiceField(label=_("Role"), choices=User.Role.choices)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["language"].initial = by.language
        if not may_administer(by):
            # Not hidden but gone: whatever is posted under these names means nothing.
            del self.fields["organisation"], self.fields["role"]

    def invited(self) -> Invited:
        """What was asked, within what the inviter may."""
        given = self.cleaned_data
        everywhere = may_administer(self.by)
        return Invited(
            email=given["email"],
            name=given["name"],
            language=given["language"],
            organisation=given["organisation"] if everywhere else self.by.organisation,
            role=given["role"] if everywhere else User.Role.REQUESTER,
        )


class AcceptForm(forms.Form):
    """The own name and a first password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=_("Password"),
        help_text=ADVICE,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=REPEATED,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = invitation.name
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password1")
        if password and password != data.get("password2"):
            self.add_error("password2", _("The two passwords are not the same."))
        elif password:
            self._check_strength(password, str(data.get("name", "")))
        return data

    def _check_strength(self, password: str, name: str) -> None:
        try:
            validate_password(password, User(email=self.invitation.email, name=name))
        except ValidationError as weak:
            self.add_error("password1", weak)
