"""What an administrator fills in about other people."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.actions import guard_last_administrator
from servicedesk.accounts.exceptions import LastAdministrator
from servicedesk.accounts.forms import ADVICE, NEW_PASSWORD, REPEATED
from servicedesk.accounts.mail import queue_mail
from servicedesk.accounts.models import User


class PersonForm(forms.ModelForm):
    """Somebody's particulars and rights. Switching off has a page of its own."""

    class Meta:
        model = User
        fields = (
            "name",
            "email",
            "phone",
            "job_title",
            "organisation",
            "language",
            "role",
            "line",
            "sees",
            "is_contact",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        before = User.objects.filter(pk=self.instance.pk).first()
        role = data.get("role", self.instance.role)
        if before is not None and role != User.Role.ADMINISTRATOR:
            try:
                guard_last_administrator(before)
            except LastAdministrator as refused:
                raise ValidationError(str(refused)) from refused
        return data


class InvitedPersonForm(PersonForm):
    """A new person. The password is chosen by the person, never by the administrator."""

    invite = forms.BooleanField(
        label=_("Mail an invitation"),
        required=False,
        initial=True,
        help_text=_("With a link to choose a password. It works for 24 hours."),
    )


class PasswordForm(AdminPasswordChangeForm):
    """A new password for somebody else, who is told by mail that it changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may not sign in is switched off; a password is not taken away.
        self.fields.pop("usable_password", None)
        wording: dict[str, tuple[Any, Any]] = {
            "password1": (NEW_PASSWORD, ADVICE),
            "password2": (REPEATED, ""),
        }
        for name, (label, help_text) in wording.items():
            field = self.fields[name]
            field.required, field.label, field.help_text = True, label, help_text

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=False)
        if commit:
            user.save(update_fields=["password"])
        queue_mail(user, "password_changed", path=reverse("account_reset_password"))
        return user
