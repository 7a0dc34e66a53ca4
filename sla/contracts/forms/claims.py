"""What became of a compensation, and why a month is reviewed again."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from sla.contracts.claiming import Step, move
from sla.contracts.exceptions import ContractError
from sla.contracts.forms.fields import DayInput
from sla.contracts.models import Compensation


class MoveForm(forms.Form):
    """What became of a compensation."""

    on = forms.DateField(label=gettext_lazy("On"), widget=DayInput, initial=timezone.localdate)
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Such as a reference, or why the supplier refuses."),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )

    def saved(self, compensation: Compensation, to: str, *, by: User) -> Compensation | None:
        """The compensation in its new state; None when that cannot be, and the form says why."""
        if not self.is_valid():
            return None
        try:
            return move(compensation, Step(to, **self.cleaned_data), by=by)
        except ContractError as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
            return None


class ReasonForm(forms.Form):
    """Why a month is reviewed again."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea({"rows": 2})
    )
