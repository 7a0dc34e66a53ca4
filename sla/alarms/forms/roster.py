"""Putting people on the roster, their channels, and the plan behind both."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.lib.bounds import within_bounds
from sla.alarms.channels import add_channel
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import Channel, OnCallPlan, Shift
from sla.alarms.roster import Turn, plan_shift
from sla.models import BusinessCalendar


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ShiftForm(forms.Form):
    """Who is on call from when until when. Above somebody else it is a swap."""

    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Who"), empty_label=_("Choose a person")
    )
    place = forms.TypedChoiceField(
        label=_("Is told"), coerce=int, choices=Shift.Place, initial=Shift.Place.FIRST
    )
    first_day = forms.DateField(label=_("From"), widget=DayInput, validators=[within_bounds])
    last_day = forms.DateField(
        label=_("Up to and including"), widget=DayInput, validators=[within_bounds]
    )
    reason = forms.CharField(label=_("Why, when it is a swap"), max_length=200, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.agents()  # type: ignore[attr-defined]
        self.fields["first_day"].initial = timezone.localdate

    def saved(self, *, by: User) -> Shift | None:
        """The shift; None when the form cannot be saved, and says why."""
        if not self.is_valid():
            return None
        try:
            return plan_shift(Turn(**self.cleaned_data), by=by)
        except AlarmError as refusal:
            self.add_error(None, str(refusal))
            return None


class ChannelForm(forms.Form):
    """A way to reach oneself."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as: my mobile phone."))
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("As Apprise writes it, such as ntfys://topic or tgram://token/chat."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def saved(self, *, by: User) -> Channel | None:
        """The channel; None when the form cannot be saved, and says why."""
        if not self.is_valid():
            return None
        try:
            return add_channel(by=by, **self.cleaned_data)
        except AlarmError as refusal:
            self.add_error("address", str(refusal))
            return None


class PlanForm(forms.ModelForm):
    """How the desk is reached."""

    class Meta:
        model = OnCallPlan
        fields = ["phone", "wait_minutes", "office", "on_call", "opening"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("office", "on_call", "opening"):
            calendar: Any = self.fields[name]
            calendar.queryset = BusinessCalendar.objects.all()
            calendar.empty_label = None if calendar.required else _("No calendar")

    @transaction.atomic
    def saved(self, *, by: User) -> OnCallPlan | None:
        """The plan, with its line in the audit trail; None when the form cannot be saved."""
        if not self.is_valid():
            return None
        plan = self.save(commit=False)
        plan.save(update_fields=self.Meta.fields)
        if self.changed_data:
            record("configuration_changed", by=by, about=plan, fields=self.changed_data)
        return plan
