"""What people fill in for the second step of signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

CODE = _("Code")
OF_APP = _("The six digits that your app shows now.")
#: A keyboard of digits on a phone, and the code that a phone offers by itself.
DIGITS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
}


def _code(form: forms.Form, help_text: _StrOrPromise) -> None:
    field = form.fields["code"]
    field.label, field.help_text = CODE, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= DIGITS


class CodeForm(base.AuthenticateForm):
    """The code of the app, or one of the recovery codes."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Of your authenticator app, or one of your recovery codes."))


class CodeAgainForm(base.ReauthenticateForm):
    """The same, before something important is changed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Of your authenticator app, or one of your recovery codes."))


class FirstCodeForm(totp.ActivateTOTPForm):
    """The first code of a new app: it shows that the app knows the secret."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _code(self, OF_APP)


NAME = _("Name of the passkey")
NAME_HELP = _("So that you know it again, such as “Laptop at work”.")


class CredentialField(forms.JSONField):
    """What the browser says for a passkey. Whatever cannot be read is told, not raised."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValueError as error:  # a number of more digits than Python reads
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step."""

    credential = CredentialField()


class PasskeyAgainForm(webauthn.ReauthenticateWebAuthnForm):
    """The same, before something important is changed."""

    credential = CredentialField()


class PasskeyAloneForm(webauthn.LoginWebAuthnForm):
    """A passkey without a password."""

    credential = CredentialField()


class NewPasskeyForm(webauthn.AddWebAuthnForm):
    """A new passkey and its name. The browser fills in the rest."""

    credential = CredentialField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = NAME, NAME_HELP
        self.fields["name"].max_length = 60
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Sign in with this passkey alone")
        passwordless.help_text = _(
            "Without a password. The passkey then asks for your finger, your face or a PIN."
        )
        passwordless.initial = True


class PasskeyNameForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=NAME, help_text=NAME_HELP, max_length=60)
