"""The calendar editor: a week of blocks, days with hours of their own, confirmed holidays."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.business_hours import BusinessHours, CalendarError, time_zone
from sla.calendar_format import DEFAULT_ZONE
from sla.calendar_format import WEEKDAYS as KEYS
from sla.calendar_pictures import day_in_words
from sla.forms.fields import BlocksField, ExceptionsField, HolidaysField, MinutesField, MomentField
from sla.holiday_proposals import holiday_name, proposed
from sla.models import BusinessCalendar, CalendarVersion
from sla.versions import Edit

#: Holidays are proposed for this year and so many after it.
YEARS_AHEAD = 2


@dataclass(frozen=True)
class HolidayChoice:
    """A day that may be closed: proposed, or confirmed before."""

    day: dt.date
    name: str
    confirmed: bool

    @property
    def text(self) -> str:
        return day_in_words(self.day)


class CalendarForm(forms.Form):
    """What a version of a calendar says, and from when. `calendar` is None for a new one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        initial=DEFAULT_ZONE,
        help_text=gettext_lazy("A name such as Europe/Brussels."),
    )
    mon, tue, wed, thu, fri, sat, sun = (BlocksField(label=WEEKDAYS[day]) for day in range(7))
    exceptions = ExceptionsField(label=gettext_lazy("Days with other hours"))
    holiday = HolidaysField(label=gettext_lazy("Holidays"))
    valid_from = MomentField(
        label=gettext_lazy("Valid from"), help_text=gettext_lazy("Empty: from now on.")
    )
    start = MomentField(label=gettext_lazy("Asked on"))
    target = MinutesField(label=gettext_lazy("Target"))

    def __init__(
        self,
        data: Any = None,
        *,
        calendar: BusinessCalendar | None = None,
        version: CalendarVersion | None = None,
    ) -> None:
        self.calendar = calendar
        super().__init__(data, initial=_initial(calendar, version))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = BusinessCalendar.objects.filter(name=name)
        if same.exclude(pk=self.calendar.pk if self.calendar else 0).exists():
            raise ValidationError(_("There is a calendar with this name already."))
        return name

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        try:
            time_zone(zone)
        except CalendarError as error:
            raise ValidationError(_(error.sentence) % error.values) from error
        return zone

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and self.hours().next_opening(self._moment()) is None:
            self.add_error(
                None, _("This calendar is never open. Give at least one day a block of hours.")
            )
        return given

    def hours(self) -> BusinessHours:
        """The business hours that were typed; of a form without errors."""
        return CalendarVersion(**self._says()).business_hours

    @property
    def edit(self) -> Edit:
        """What the verb needs."""
        given = self.cleaned_data
        return Edit(given["name"], self._says(), given["valid_from"])

    # --- what the page shows --------------------------------------------------------------

    def days(self) -> list[forms.BoundField]:
        """The seven weekdays."""
        return [self[key] for key in KEYS]

    def holidays_by_year(self) -> dict[int, list[HolidayChoice]]:
        """What is proposed, and what was confirmed, for the years to come."""
        confirmed = self._confirmed()
        first = timezone.localdate().year
        years = {}
        for year in range(first, first + YEARS_AHEAD + 1):
            known = {day for day in confirmed if day.year == year} | set(proposed(year))
            years[year] = [
                HolidayChoice(day, holiday_name(day), day in confirmed) for day in sorted(known)
            ]
        return years

    def other_holidays(self) -> list[dt.date]:
        """Confirmed days of years that are not shown: they stay."""
        shown = self.holidays_by_year()
        return sorted(day for day in self._confirmed() if day.year not in shown)

    def _confirmed(self) -> set[dt.date]:
        days = set()
        for text in self["holiday"].value() or []:
            try:
                days.add(dt.date.fromisoformat(text))
            except ValueError:
                continue
        return days

    def _says(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "zone": given["zone"],
            "hours": {key: given[key] for key in KEYS if given[key]},
            "holidays": given["holiday"],
            "exceptions": given["exceptions"],
        }

    def _moment(self) -> dt.datetime:
        return self.cleaned_data.get("valid_from") or timezone.now()


def _initial(calendar: BusinessCalendar | None, version: CalendarVersion | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"target": 240}
    if calendar:
        initial["name"] = calendar.name
    if version:
        initial |= {
            "zone": version.zone,
            "holiday": version.holidays,
            "exceptions": [
                [day, ", ".join("-".join(block) for block in blocks)]
                for day, blocks in sorted(version.exceptions.items())
            ],
            **{key: version.hours.get(key, []) for key in KEYS},
        }
    return initial
