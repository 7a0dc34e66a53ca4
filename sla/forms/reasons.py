"""Forms of the acts that need a reason, and of asking for a recompute."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Recompute


class ReasonForm(forms.Form):
    """Why; everybody reads it later."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Say why: others read it later.")},
    )


class RecomputeForm(forms.Form):
    """Which tickets, and by which rules."""

    class Scope:
        OPEN, SINCE = "open", "since"

    scope = forms.ChoiceField(
        label=gettext_lazy("Which tickets"),
        widget=forms.RadioSelect,
        initial=Scope.OPEN,
        choices=[
            (Scope.OPEN, gettext_lazy("All that are not solved")),
            (Scope.SINCE, gettext_lazy("All asked since a day, solved ones too")),
        ],
    )
    since = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    rules = forms.ChoiceField(
        label=gettext_lazy("By which rules"),
        widget=forms.RadioSelect,
        initial=Recompute.Rules.NOW,
        choices=Recompute.Rules.choices,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("scope") == self.Scope.OPEN:
            given["since"] = None
        elif "since" not in self.errors:
            self._check(given.get("since"))
        return given

    def _check(self, since: dt.date | None) -> None:
        if since is None:
            self.add_error("since", _("Choose the day."))
        elif not since.year >= 2000 or since > timezone.localdate():
            self.add_error("since", ValidationError(_("Choose a day in the past.")))
