"""A mailbox as an administrator enters it. The password goes in and never comes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.sealing import seal
from tickets.models import Mailbox


class MailboxForm(forms.ModelForm):
    """Empty leaves the password as it is. Another server or folder counts as a new connection."""

    password = forms.CharField(
        label=_("password"),
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept encrypted, and never shown. Leave it empty to keep the one that is set."),
    )

    class Meta:
        model = Mailbox
        fields = (
            "name", "host", "port", "security", "username", "folder", "afterwards", "move_to",
            "interval", "is_active",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.instance.pk and not cleaned.get("password"):
            self.add_error("password", _("A new mailbox needs a password."))
        moves = cleaned.get("afterwards") == Mailbox.Afterwards.MOVE
        if moves and not cleaned.get("move_to"):
            self.add_error("move_to", _("To which folder?"))
        if moves and cleaned.get("move_to") == cleaned.get("folder"):
            self.add_error("move_to", _("Choose another folder than the one that is read."))
        return cleaned

    def clean_interval(self) -> int:
        return max(15, self.cleaned_data["interval"])

    def save(self, commit: bool = True) -> Mailbox:
        mailbox = self.instance
        if self.cleaned_data.get("password"):
            mailbox.sealed_password = seal(self.cleaned_data["password"])
        if {"host", "username", "folder"} & set(self.changed_data):
            mailbox.connected_at, mailbox.uid_validity, mailbox.last_uid = timezone.now(), None, 0
        mailbox.next_look_at = timezone.now()
        return super().save(commit)
