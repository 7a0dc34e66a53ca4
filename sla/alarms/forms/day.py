"""One day of the roster: other hours, other people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from sla.alarms.days import set_hours
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import Shift
from sla.alarms.roster import Duty, Turn, plan_shift
from sla.business_hours import clock
from sla.forms.fields import checked_blocks, split_blocks
from sla.open_time import Blocks

#: The field of each place on the roster.
PLACES = {Shift.Place.FIRST: "first", Shift.Place.SECOND: "second"}


class DayHoursField(forms.CharField):
    """The blocks of one day in one line. Gives pairs of times; none for an empty line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=200, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        return ", ".join("–".join(pair) for pair in value or [])

    def clean(self, value: Any) -> list[list[str]]:
        return checked_blocks(split_blocks(super().clean(value)))


class DayForm(forms.Form):
    """What holds on that day alone; who stands there already may stay."""

    hours = DayHoursField(
        label=_("On-call hours"),
        help_text=_("Such as 9–13, 17–20. Empty: nobody is on call that day."),
    )
    first = forms.ModelChoiceField(User.objects.none(), label=_("Is told first"), required=False)
    second = forms.ModelChoiceField(User.objects.none(), label=_("Is told second"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, duty: Duty, blocks: Blocks, **options: Any) -> None:
        super().__init__(*args, **options)
        self.duty = duty
        self.initial["hours"] = [[clock(opens), clock(closes)] for opens, closes in blocks]
        for place, name in PLACES.items():
            field: Any = self.fields[name]
            field.queryset = User.objects.agents()
            field.empty_label = _("Nobody")
            if place in duty.shifts:
                self.initial[name] = duty.shifts[place].person_id
                field.empty_label = None

    def saved(self, *, by: User) -> bool:
        """Keeps what differs; False when the form cannot be saved, and says why."""
        if not self.is_valid():
            return False
        try:
            self._keep(by)
        except AlarmError as refusal:
            self.add_error(None, str(refusal))
            return False
        return True

    @transaction.atomic
    def _keep(self, by: User) -> None:
        given, day = self.cleaned_data, self.duty.day
        if given["hours"] != self.initial["hours"]:
            set_hours(day, given["hours"], by=by)
        for place, name in PLACES.items():
            person = given[name]
            if person is not None and person.pk != self.initial.get(name):
                plan_shift(Turn(person, place, day, day, given["reason"]), by=by)
