"""What an administrator may look for in the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.audit.querysets import AuditEntryQuerySet
from servicedesk.audit.vocabulary import choices

#: Whoever types one letter means nobody in particular.
MOST_PEOPLE = 50


class AuditFilter(forms.Form):
    """Action, person and days. What cannot be understood is said, and narrows nothing."""

    action = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=120,
        help_text=_("Name or e-mail address: what they did, and what was done to them."),
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["action"]).choices = [
            ("", _("All actions")),
            *choices(),
        ]

    def narrowed(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """The entries that were asked for."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("action"):
            entries = entries.filter(action=wanted["action"])
        if wanted.get("person"):
            entries = entries.concerning(_people(wanted["person"]))
        return entries.between(_midnight(wanted.get("since")), _midnight(wanted.get("until"), 1))


def _people(words: str) -> list[int]:
    found = get_user_model()._default_manager.filter(
        Q(name__icontains=words) | Q(email__icontains=words)
    )
    return list(found.values_list("pk", flat=True)[:MOST_PEOPLE])


def _midnight(day: dt.date | None, later: int = 0) -> dt.datetime | None:
    """Where that day begins at the desk, or the one `later` days after it."""
    if day is None or day.year > 9000:
        return None
    start = dt.datetime.combine(day + dt.timedelta(days=later), dt.time())
    return timezone.make_aware(start)
