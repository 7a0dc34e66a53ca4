"""Days, numbers and calendars in the forms of contracts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from sla.models import BusinessCalendar

ROUND_THE_CLOCK = gettext_lazy("round the clock")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NumberField(forms.DecimalField):
    """A number as people of the reader's language write it; more than any contract says is none."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            localize=True,
            min_value=0,
            max_value=most,
            max_digits=10,
            decimal_places=2,
            widget=widget,
            **kwargs,
        )


class CalendarField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            BusinessCalendar.objects.all(), required=False, empty_label=ROUND_THE_CLOCK, **kwargs
        )
