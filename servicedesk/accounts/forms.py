"""What people fill in about themselves: signing in, passwords, the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import forms as allauth
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.demo import DEMO_PASSWORD, demo_logins
from servicedesk.accounts.links import pretend_password_link, send_password_link
from servicedesk.accounts.models import User
from servicedesk.accounts.networks import address_of, network_of
from servicedesk.audit.recording import record

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

EMAIL = _("E-mail address")
NEW_PASSWORD = _("New password")
REPEATED = _("The new password again")
ADVICE = _("At least 12 characters. A few words in a row are easy to remember.")


def _label(form: forms.Form, name: str, label: _StrOrPromise, help_text: _StrOrPromise) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth.LoginForm):
    """E-mail address and password. In a demo `?as=` of a demo login fills in both."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "login", EMAIL, "")
        _label(self, "password", _("Password"), "")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self._fill_in_demo_login()

    def _fill_in_demo_login(self) -> None:
        wanted = self.request.GET.get("as") if self.request else None
        if wanted and wanted in {person.email for person in demo_logins()}:
            self.initial |= {"login": wanted, "password": DEMO_PASSWORD}
            self.fields["password"].widget.render_value = True


class ForgottenPasswordForm(allauth.ResetPasswordForm):
    """The address to mail a link to. Nobody is told whether it is known, or had links enough."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "email", EMAIL, "")

    @transaction.atomic
    def save(self, request: HttpRequest, **kwargs) -> str:
        email = self.cleaned_data["email"]
        here = f"{email} {address_of(request)}"
        if refusal := ratelimit.consume_or_429(request, action="password_link_from_here", key=here):
            raise ImmediateHttpResponse(refusal)
        users = self.users if ratelimit.consume(request, action="password_link", key=email) else []
        for user in users:
            send_password_link(user)
        if not users:
            pretend_password_link(email)
        for user in self.users or [None]:
            record("password_link_asked", by=None, about=user, network=network_of(request))
        return email


class ChoosePasswordForm(allauth.ResetPasswordKeyForm):
    """A new password, behind the link of a mail."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "password1", NEW_PASSWORD, ADVICE)
        _label(self, "password2", REPEATED, "")


class FirstPasswordForm(allauth.SetPasswordForm):
    """A password for somebody who is signed in and has none yet."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "password1", NEW_PASSWORD, ADVICE)
        _label(self, "password2", REPEATED, "")


class ChangePasswordForm(allauth.ChangePasswordForm):
    """The present password and a new one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "oldpassword", _("Present password"), "")
        _label(self, "password1", NEW_PASSWORD, ADVICE)
        _label(self, "password2", REPEATED, "")


class PasswordAgainForm(allauth.ReauthenticateForm):
    """The present password, before something important is changed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _label(self, "password", _("Password"), "")


class ProfileForm(forms.ModelForm):
    """What people may change about themselves; role, organisation and address are not theirs."""

    class Meta:
        model = User
        fields = ["name", "phone", "signature", "language", "theme", "keyboard_shortcuts"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "signature": forms.Textarea(attrs={"rows": 4}),
            "language": forms.RadioSelect,
            "theme": forms.RadioSelect,
        }
        help_texts = {"phone": _("We only call when you ask for it in a ticket.")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_agent:
            # Only agents sign answers, and only their pages have shortcuts.
            del self.fields["keyboard_shortcuts"], self.fields["signature"]
