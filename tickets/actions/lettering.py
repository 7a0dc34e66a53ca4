"""Changing the texts of outgoing mail, and going back to those of the house."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_administer
from servicedesk.audit.recording import record
from tickets.actions.locking import guard
from tickets.models import LetterText


@transaction.atomic
def write_text(kind: str, language: str, *, subject: str, body: str, by: User) -> LetterText:
    """From now on mails of this kind in this language say this."""
    guard(may_administer(by))
    words = {"subject": subject, "body": body, "changed_at": timezone.now()}
    text, _made = LetterText.objects.update_or_create(kind=kind, language=language, defaults=words)
    record("configuration_changed", by=by, about=text, fields=["subject", "body"])
    return text


@transaction.atomic
def reset_text(kind: str, language: str, *, by: User) -> None:
    """The text that the desk came with holds again."""
    guard(may_administer(by))
    for text in LetterText.objects.filter(kind=kind, language=language):
        record("configuration_deleted", by=by, about=text)
        text.delete()
