"""When the desk is open. Versions are never changed: another week is another version."""

import datetime as dt
import json
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.bounds import within_bounds
from sla.business_hours import BusinessHours, CalendarError
from sla.calendar_format import DEFAULT_ZONE, overlapping_days, parse_calendar

#: Before any ticket: the first versions of a new desk hold for everything it may import.
SINCE_EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class BusinessCalendar(models.Model):
    """A calendar by its name, such as office hours. What it says is in its versions."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("business calendar")
        verbose_name_plural = _("business calendars")

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """What a calendar says from one moment on, in the format of `sla.calendar_format`."""

    calendar = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("business calendar"),
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,
    )
    valid_from = models.DateTimeField(
        _("valid from"),
        default=timezone.now,
        validators=[within_bounds],
        help_text=_("Tickets of before keep the version they have."),
    )
    zone = models.CharField(_("time zone"), max_length=60, default=DEFAULT_ZONE)
    hours = models.JSONField(
        _("opening hours"),
        default=dict,
        help_text=_('Blocks of a day by mon … sun: {"mon": [["09:00", "17:00"]]}'),
    )
    #: Confirmed holidays only: a proposal is no closing.
    holidays = models.JSONField(
        _("holidays"), default=list, blank=True, help_text=_('Closed dates: ["2026-12-25"]')
    )
    exceptions = models.JSONField(
        _("exceptions"),
        default=dict,
        blank=True,
        help_text=_('Dates with blocks of their own: {"2026-12-24": [["09:00", "12:00"]]}'),
    )
    #: Who made it; empty for what a new desk starts with.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["calendar", "-valid_from"]
        verbose_name = _("version of a calendar")
        verbose_name_plural = _("versions of calendars")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "valid_from"], name="calendar_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.calendar} {self.valid_from:%Y-%m-%d}"

    def clean(self) -> None:
        """Refuses what cannot be meant, with a sentence in the reader's language."""
        try:
            hours = _business_hours(self._text())
        except CalendarError as error:
            raise ValidationError(gettext(error.sentence) % error.values) from error
        overlapping = overlapping_days({"hours": self.hours, "exceptions": self.exceptions})
        if overlapping:
            sentence = gettext("Blocks overlap on: %s. Make them one.")
            raise ValidationError(sentence % ", ".join(overlapping))
        if hours.next_opening(self.valid_from) is None:
            raise ValidationError(gettext("This calendar is never open."))

    @property
    def is_first(self) -> bool:
        """The one a new desk begins with: it holds for all that is older than any other."""
        return self.valid_from == SINCE_EVER

    @property
    def is_future(self) -> bool:
        """It does not hold yet."""
        return self.valid_from > timezone.now()

    @cached_property
    def business_hours(self) -> BusinessHours:
        """The arithmetic of this version; one for all rows that say the same, so it stays warm."""
        return _business_hours(self._text())

    def _text(self) -> str:
        calendar = {
            "timezone": self.zone,
            "hours": self.hours,
            "holidays": self.holidays,
            "exceptions": self.exceptions,
        }
        return json.dumps(calendar, sort_keys=True)


@lru_cache(maxsize=256)
def _business_hours(calendar: str) -> BusinessHours:
    return parse_calendar(json.loads(calendar))
