"""A calendar as people see it: the week as blocks, the year with its closings, and in words."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.dateformat import format as formatted
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.lib.moments import long_duration
from sla.business_hours import BusinessHours
from sla.holiday_proposals import holiday_name
from sla.open_time import DAY, Blocks


@dataclass(frozen=True, slots=True)
class Bar:
    """A block on a line of 24 hours, in per cent of it."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class WeekdayLine:
    """One weekday: its bars, and the same in words."""

    name: str
    bars: list[Bar]
    text: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a month: `open`, `closed` (a weekday without blocks), `holiday`, `exception`."""

    number: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class MonthPicture:
    """A month as weeks of seven places; None where another month has the day."""

    first_day: dt.date
    weeks: list[list[DayCell | None]]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday, and how."""

    day: dt.date
    kind: str
    text: str


def week_lines(hours: BusinessHours) -> list[WeekdayLine]:
    """Monday first."""
    return [
        WeekdayLine(
            str(WEEKDAYS[weekday]),
            [
                Bar(100 * opens / DAY, 100 * (closes - opens) / DAY, block(opens, closes))
                for opens, closes in blocks
            ],
            blocks_in_words(blocks),
        )
        for weekday, blocks in enumerate(hours.week)
    ]


def year_picture(hours: BusinessHours, year: int) -> list[MonthPicture]:
    """Twelve months; what is special about a day is in its title."""
    special = {one.day: one for one in special_days(hours, year)}
    return [
        MonthPicture(dt.date(year, month, 1), _weeks(hours, year, month, special))
        for month in range(1, 13)
    ]


def special_days(hours: BusinessHours, year: int) -> list[SpecialDay]:
    """Holidays and exceptions of a year, in order."""
    exceptions = {day: blocks for day, blocks in hours.exceptions if day.year == year}
    found = {day: _exception(day, blocks) for day, blocks in exceptions.items()}
    for day in hours.holidays:
        if day.year == year and day not in exceptions:
            found[day] = SpecialDay(day, "holiday", holiday_name(day) or _("closed"))
    return [found[day] for day in sorted(found)]


def week_in_words(hours: BusinessHours) -> str:
    """Such as “ma–vr 9–17 u., za 10–12 u.”; days that follow each other and agree are joined."""
    parts = []
    for blocks, days in groupby(range(7), key=lambda weekday: hours.week[weekday]):
        if blocks:
            parts.append(f"{_days(list(days))} {blocks_in_words(blocks)}")
    return ", ".join(parts) or _("never open")


def week_total(hours: BusinessHours) -> str:
    """How many hours an ordinary week has, in words."""
    seconds = sum(closes - opens for blocks in hours.week for opens, closes in blocks)
    return _("%(hours)s a week") % {"hours": long_duration(seconds)}


def blocks_in_words(blocks: Blocks) -> str:
    """Such as “9–12.30 u. en 13–17 u.”."""
    return _(" and ").join(block(*one) for one in blocks) or _("closed")


def block(opens: int, closes: int) -> str:
    """A block as people say it: “9–12.30 u.”."""
    start, end = _clock(opens), _clock(closes)
    return pgettext("block of opening hours", "%(start)s–%(end)s") % {"start": start, "end": end}


def day_in_words(day: dt.date) -> str:
    """ "vr 25 dec 2026"."""
    return formatted(day, pgettext("date format: weekday, day, month, year", "D j M Y"))


def _clock(second: int) -> str:
    hours, minutes = divmod(second // 60, 60)
    if minutes:
        words = pgettext("time of day within a block", "%(hour)d:%(minute)02d")
        return words % {"hour": hours, "minute": minutes}
    return pgettext("full hour within a block", "%(hour)d:00") % {"hour": hours}


def _days(days: Sequence[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[days[0]]).lower(), str(WEEKDAYS_ABBR[days[-1]]).lower()
    if len(days) == 1:
        return first
    return f"{first}, {last}" if len(days) == 2 else f"{first}–{last}"


def _exception(day: dt.date, blocks: Blocks) -> SpecialDay:
    if blocks:
        return SpecialDay(day, "exception", blocks_in_words(blocks))
    return SpecialDay(day, "holiday", holiday_name(day) or _("closed"))


def _weeks(
    hours: BusinessHours, year: int, month: int, special: dict[dt.date, SpecialDay]
) -> list[list[DayCell | None]]:
    return [
        [_cell(hours, dt.date(year, month, number), special) if number else None for number in week]
        for week in calendar.Calendar().monthdayscalendar(year, month)
    ]


def _cell(hours: BusinessHours, day: dt.date, special: dict[dt.date, SpecialDay]) -> DayCell:
    one = special.get(day)
    if one:
        return DayCell(day.day, one.kind, one.text)
    is_open = bool(hours.week[day.weekday()])
    return DayCell(day.day, "open" if is_open else "closed", "")
