"""“What if”: when a target that starts then is due on a calendar, step by step in words."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.lib.moments import long_duration, work_duration
from sla.business_hours import BusinessHours, time_zone
from sla.holiday_proposals import holiday_name

#: Open stretches that are told one by one; the rest is told as one.
MOST = 8


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch on the way to the due moment: `start`, `ran`, `closed`, `more` or `due`."""

    kind: str
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The due moment (None: never) and the way to it."""

    due: dt.datetime | None
    steps: list[Step]


def what_if(hours: BusinessHours, start: dt.datetime, seconds: int) -> Answer:
    """When `seconds` of business time from `start` on are over, and why then.

    Raises CalendarError for a moment that no calendar has.
    """
    due = hours.due(start, seconds)
    zone = time_zone(hours.zone)
    if due is None:
        return Answer(None, [_start(hours, start, zone)])
    steps = [_start(hours, start, zone), *_way(hours, start, due, seconds, zone)]
    steps.append(Step("due", _moment(due, zone), _("due: %(time)s are over") % _time(seconds)))
    return Answer(due, steps)


def _start(hours: BusinessHours, start: dt.datetime, zone: ZoneInfo) -> Step:
    words = _("the clock starts") if hours.is_open(start) else _("asked while closed")
    return Step("start", _moment(start, zone), words)


def _way(
    hours: BusinessHours, start: dt.datetime, due: dt.datetime, seconds: int, zone: ZoneInfo
) -> Iterator[Step]:
    at, left = start, seconds
    for told, (opens, closes) in enumerate(_by_day(hours, start, due, zone)):
        if told == MOST:
            words = {"more": long_duration(left)}
            yield Step("more", "…", _("and so on for the other %(more)s") % words)
            return
        if at < opens:
            yield Step("closed", _until(opens, zone), _why_closed(hours, at, opens, zone))
        counted = int((closes - opens).total_seconds())
        left -= counted
        words = {"counted": work_duration(counted), "left": work_duration(left)}
        text = _("%(counted)s counted, %(left)s to go") if left else _("%(counted)s counted")
        yield Step("ran", _period(opens, closes, zone), text % words)
        at = closes


def _by_day(
    hours: BusinessHours, start: dt.datetime, due: dt.datetime, zone: ZoneInfo
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Open stretches, cut at local midnight where days touch."""
    for opens, closes in hours.open_spans(start, due):
        while opens.astimezone(zone).date() != (closes - _SECOND).astimezone(zone).date():
            day = opens.astimezone(zone).date() + dt.timedelta(days=1)
            midnight = dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC)
            yield opens, midnight
            opens = midnight
        yield opens, closes


_SECOND = dt.timedelta(seconds=1)


def _why_closed(hours: BusinessHours, start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> str:
    """The whole days in between that have a reason of their own, else the hours."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    reasons: list[str] = []
    for offset in range(min((last - first).days + 1, 40)):
        day = first + dt.timedelta(days=offset)
        if hours.blocks_on(day):
            continue
        if hours.week[day.weekday()]:
            reason = holiday_name(day) or _("closed on %(day)s") % {"day": _day(day)}
        else:
            reason = formatted(day, "l")
        if reason not in reasons:
            reasons.append(reason)
    return _("closed: %(why)s") % {"why": ", ".join(reasons[:4]) or _("outside the hours")}


def _time(seconds: int) -> dict[str, str]:
    return {"time": long_duration(seconds)}


def _day(day: dt.date) -> str:
    return formatted(day, pgettext("date format: weekday, day, month", "D j M"))


def _clock(at: dt.datetime, zone: ZoneInfo) -> str:
    there = at.astimezone(zone)
    words = pgettext("time of day", "%(hour)d:%(minute)02d")
    return words % {"hour": there.hour, "minute": there.minute}


def _moment(at: dt.datetime, zone: ZoneInfo) -> str:
    return f"{_day(at.astimezone(zone).date())}, {_clock(at, zone)}"


def _until(at: dt.datetime, zone: ZoneInfo) -> str:
    return _("until %(moment)s") % {"moment": _moment(at, zone)}


def _period(start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> str:
    words = {"start": _bare_clock(start, zone), "end": _bare_clock(end, zone)}
    period = pgettext("period of time", "%(start)s–%(end)s") % words
    return f"{_day(start.astimezone(zone).date())} {period}"


def _bare_clock(at: dt.datetime, zone: ZoneInfo) -> str:
    there = at.astimezone(zone)
    words = pgettext("time of day within a period", "%(hour)d:%(minute)02d")
    return words % {"hour": there.hour, "minute": there.minute}
