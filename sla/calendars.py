"""The calendars of the installation, by name and by default."""

from django.db import DatabaseError, models
from django.utils import timezone

from sla.business_hours import BusinessHours, CalendarError
from sla.models import CalendarVersion


def hours_named(name: str) -> BusinessHours:
    """What the calendar of that name says now. Raises CalendarError when there is none, or when
    the database does not answer.
    """
    try:
        version = _valid_now().filter(calendar__name=name).first()
    except ValueError:  # no text that a database can hold
        version = None
    except DatabaseError as error:
        raise CalendarError("The calendars of the desk cannot be read now.") from error
    if version is None:
        raise CalendarError(f"There is no calendar named {name!r}.")
    return version.business_hours


def desk_hours() -> BusinessHours:
    """The desk's own opening hours now: its first calendar. One query.

    Raises CalendarError when the desk has no calendar.
    """
    version = _valid_now().first()
    if version is None:
        raise CalendarError("The desk has no business calendar.")
    return version.business_hours


def _valid_now() -> models.QuerySet[CalendarVersion]:
    """The versions that hold now, or held: of each calendar the last one first."""
    begun = CalendarVersion.objects.filter(valid_from__lte=timezone.now())
    return begun.order_by("calendar_id", "-valid_from")
