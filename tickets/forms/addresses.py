"""E-mail addresses as people type or paste them into one field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from servicedesk.accounts.actions import create_requester
from servicedesk.accounts.addresses import check_address
from servicedesk.accounts.models import User
from tickets.mail.headers import address_pairs
from tickets.mail.tokens import is_own

#: More is a mailing, not a conversation.
MOST = 20


class AddressesField(forms.CharField):
    """Gives (name, address) for each; commas, semicolons or line ends between them."""

    def clean(self, value: Any) -> list[tuple[str, str]]:
        text = super().clean(value)
        pairs = address_pairs(text.replace(";", ",").replace("\n", ","))
        found = {address.strip().lower(): name.strip() for name, address in pairs if address}
        if text.strip() and not found:
            raise _no_address(text)
        for address in found:
            self._check(address)
        if len(found) > MOST:
            raise ValidationError(_("At most %s people at once.") % MOST)
        return [(name, address) for address, name in found.items()]

    @staticmethod
    def _check(address: str) -> None:
        try:
            check_address(address)
        except ValidationError as error:
            raise _no_address(address) from error
        if is_own(address):
            raise ValidationError(_("“%s” is the desk itself.") % address)
        if User.objects.filter(email=address, is_active=False).exists():
            raise ValidationError(_("%s is no longer active.") % address)


def _no_address(text: str) -> ValidationError:
    shown = Truncator(text.strip()).chars(80)
    return ValidationError(_("“%s” is no e-mail address.") % shown)


def people_of(pairs: list[tuple[str, str]], *, by: User) -> list[User]:
    """The person behind each address; who is new becomes a requester without an invitation."""
    return [create_requester(address, name, by=by, invited=False) for name, address in pairs]
