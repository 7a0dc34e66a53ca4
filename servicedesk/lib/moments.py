"""Moments and durations as people say them, in the language and time zone of the reader."""

import datetime as dt

from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def local(at: dt.datetime) -> dt.datetime:
    """`at` on the clock of the desk."""
    return timezone.localtime(at) if timezone.is_aware(at) else at


def date_of(at: dt.date | dt.datetime) -> dt.date:
    """The day it is at the desk at that moment. A date stays a date."""
    return local(at).date() if isinstance(at, dt.datetime) else at


def time_of_day(at: dt.datetime | dt.time) -> str:
    """ "14.00 u." or, in English, "14:00"."""
    there = local(at) if isinstance(at, dt.datetime) else at
    return pgettext("time of day", "%(hour)d:%(minute)02d") % {
        "hour": there.hour,
        "minute": there.minute,
    }


def day(at: dt.date | dt.datetime) -> str:
    """ "vandaag", "gisteren", "morgen", "ma 3 nov", and "3 nov 2024" in another year."""
    date, today = date_of(at), timezone.localdate()
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((date - today).days)
    if near:
        return near
    if date.year == today.year:
        return formatted(date, pgettext("date format: weekday, day, month", "D j M"))
    return formatted(date, pgettext("date format: day, month, year", "j M Y"))


def moment(at: dt.datetime) -> str:
    """ "vandaag 14.00 u.", "gisteren 15.10 u.", "ma 3 nov, 9.18 u."."""
    near = abs((date_of(at) - timezone.localdate()).days) <= 1
    return f"{day(at)}{' ' if near else ', '}{time_of_day(at)}"


def long_day(at: dt.date | dt.datetime) -> str:
    """ "28 oktober 2025"."""
    return formatted(date_of(at), pgettext("date format: day, full month, year", "j F Y"))


def long_moment(at: dt.datetime) -> str:
    """ "dinsdag 4 november om 8.47 u.", with the year when it is another one."""
    date = date_of(at)
    if date.year == timezone.localdate().year:
        pattern = pgettext("date format: full weekday, day, full month", "l j F")
    else:
        pattern = pgettext("date format: full weekday, day, full month, year", "l j F Y")
    return _("%(day)s at %(time)s") % {
        "day": formatted(date, pattern),
        "time": time_of_day(at),
    }


def month(at: dt.date | dt.datetime) -> str:
    """ "oktober 2025"."""
    return formatted(date_of(at), "F Y")


def short_month(at: dt.date | dt.datetime) -> str:
    """ "Okt ’25", for the head of a column."""
    name = formatted(date_of(at), pgettext("date format: short month", "M"))
    return f"{name.capitalize()} ’{date_of(at):%y}"


def duration(span: dt.timedelta | int | float) -> str:
    """ "3 d.", "1 d. 4 u.", "2 u. 54", "18 min". A day is 24 hours."""
    seconds = _seconds(span)
    days, rest = divmod(seconds, DAY)
    if not days:
        return work_duration(seconds)
    text = _("%(count)d d") % {"count": days}
    hours = rest // HOUR
    return f"{text} {_hours(hours)}" if hours and days < 3 else text


def work_duration(span: dt.timedelta | int | float) -> str:
    """The same in hours and minutes only: a day of business time has no agreed length."""
    seconds = _seconds(span)
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if hours:
        return f"{_hours(hours)} {minutes:02d}" if minutes else _hours(hours)
    if seconds and not minutes:
        return _("< 1 min")
    return _("%(count)d min") % {"count": minutes}


def long_duration(span: dt.timedelta | int | float) -> str:
    """ "2 uur en 54 minuten", for sentences and for screen readers."""
    seconds = _seconds(span)
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if minutes or not hours:
        parts.append(
            ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        )
    return _(" and ").join(parts)


def _seconds(span: dt.timedelta | int | float) -> int:
    return abs(int(span.total_seconds() if isinstance(span, dt.timedelta) else span))


def _hours(count: int) -> str:
    return _("%(count)d h") % {"count": count}
