"""What an administrator fills in about other people."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.forms import ADVICE, NEW_PASSWORD, REPEATED
from servicedesk.accounts.mail import queue_mail
from servicedesk.accounts.models import User


class PersonForm(forms.ModelForm):
    """Somebody's particulars and rights."""

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
            "is_active",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self._was_administrator() and not self._stays_administrator(data):
            # Locked, so that two administrators cannot take each other's rights at once.
            others = User.objects.select_for_update().filter(
                role=User.Role.ADMINISTRATOR, is_active=True
            )
            if not [person for person in others if person.pk != self.instance.pk]:
                raise ValidationError(
                    _("This is the last active administrator; appoint another one first.")
                )
        return data

    def _was_administrator(self) -> bool:
        before = User.objects.filter(pk=self.instance.pk).first()
        return before is not None and before.is_active and before.is_administrator

    def _stays_administrator(self, data: dict[str, Any]) -> bool:
        role = data.get("role", self.instance.role)
        return role == User.Role.ADMINISTRATOR and data.get("is_active", self.instance.is_active)


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
        user = super().save(commit)
        queue_mail(user, "password_changed", path=reverse("account_reset_password"))
        return user
