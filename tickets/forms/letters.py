"""The text of one kind of mail, as an administrator edits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.mail.filling import misplaced_parts, unknown_placeholders
from tickets.mail.letters import PARTS, LetterKind, Text


class LetterForm(forms.Form):
    """Says by name which placeholder does not exist, and where a part cannot stand."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        error_messages={"required": gettext_lazy("A mail needs a subject.")},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        error_messages={"required": gettext_lazy("A mail needs a text.")},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 18}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, kind: LetterKind, text: Text
    ) -> None:
        super().__init__(data, initial={"subject": text.subject, "body": text.body})
        self.kind = kind

    def clean_subject(self) -> str:
        subject = " ".join(self.cleaned_data["subject"].split())
        self._known(subject, self.kind.placeholders - PARTS.keys())
        if "{tag}" not in subject:
            raise ValidationError(
                _("The subject needs {tag}: that is how an answer finds its ticket.")
            )
        return subject

    def clean_body(self) -> str:
        body = self.cleaned_data["body"].replace("\r\n", "\n").strip() + "\n"
        self._known(body, self.kind.placeholders)
        if misplaced := misplaced_parts(body):
            sentence = _("{%s} is a whole part of the mail: give it a paragraph of its own.")
            raise ValidationError(sentence % misplaced[0])
        return body

    def _known(self, text: str, known: frozenset[str]) -> None:
        unknown = unknown_placeholders(text, known)
        if unknown:
            sentence = _("{%(name)s} does not exist here. You can use %(known)s.")
            names = ", ".join(f"{{{name}}}" for name in sorted(known))
            raise ValidationError(sentence % {"name": unknown[0], "known": names})

    @property
    def text(self) -> Text:
        """What was typed and is valid."""
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])
