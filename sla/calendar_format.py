"""Calendars as JSON: how administrators, the database and `business_time` write business hours.

    {"timezone": "Europe/Brussels",                                 this one when left out
     "hours": {"mon": [["09:00", "12:30"], ["13:00", "17:00"]]},    mon … sun; others are closed
     "holidays": ["2025-12-25"],                                    closed local dates
     "exceptions": {"2025-12-24": [["09:00", "12:00"]]}}            its own blocks, before holidays

Reading is strict: what cannot be meant is refused with a sentence that names it. Keys that are not
of the format are left alone, so that a calendar may carry a name or a remark.
"""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from sla.business_hours import BusinessHours, CalendarError, gettext_noop
from sla.open_time import Block

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_ZONE = "Europe/Brussels"
_TIME = re.compile(r"(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_calendar(source: Any) -> BusinessHours:
    """The business hours that a decoded JSON calendar describes.

    Overlapping blocks of a day are united. Raises CalendarError, with a sentence that names the
    offending part, for anything else that is not a calendar.
    """
    calendar = _mapping(source, "calendar")
    if "hours" not in calendar:
        raise CalendarError(gettext_noop("The calendar has no hours."))
    zone = calendar.get("timezone", DEFAULT_ZONE)
    if not isinstance(zone, str):
        raise CalendarError(gettext_noop("The time zone must be a name such as Europe/Brussels."))
    return BusinessHours.of(
        zone=zone,
        week=_parse_week(calendar["hours"]),
        exceptions=_parse_exceptions(calendar.get("exceptions", {})),
        holidays=[parse_date(day) for day in _list(calendar.get("holidays", []), "holidays")],
    )


def parse_date(text: Any) -> date:
    """A local date written YYYY-MM-DD; raises CalendarError for anything else."""
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    sentence = gettext_noop("%(text)s is not a date written as YYYY-MM-DD.")
    raise CalendarError(sentence, text=_quoted(text))


def parse_blocks(source: Any, where: str) -> list[Block]:
    """The blocks of one day, as written; `where` names the day in the sentence of an error.

    Raises CalendarError for a block that is not a pair of times, and for a reversed or empty one.
    """
    return [_parse_block(block, where) for block in _list(source, where)]


def overlapping_days(source: Mapping[str, Any]) -> list[str]:
    """The days of a calendar with blocks that overlap, for editors that refuse them.

    Raises CalendarError for what is not a calendar.
    """
    days = {**_mapping(source.get("hours"), "hours"), **source.get("exceptions", {})}
    return [day for day, blocks in days.items() if _overlap(parse_blocks(blocks, day))]


def _overlap(blocks: list[Block]) -> bool:
    return any(before[1] > after[0] for before, after in pairwise(sorted(blocks)))


def _parse_week(source: Any) -> dict[int, list[Block]]:
    hours = _mapping(source, "hours")
    for key in hours:
        if key not in WEEKDAYS:
            sentence = gettext_noop("%(key)s is not a day of the week: use mon … sun.")
            raise CalendarError(sentence, key=_quoted(key))
    return {WEEKDAYS.index(key): parse_blocks(blocks, key) for key, blocks in hours.items()}


def _parse_exceptions(source: Any) -> dict[date, list[Block]]:
    exceptions = _mapping(source, "exceptions")
    return {parse_date(day): parse_blocks(blocks, day) for day, blocks in exceptions.items()}


def _parse_block(block: Any, where: str) -> Block:
    if not isinstance(block, list | tuple) or len(block) != 2:
        sentence = gettext_noop("A block of %(day)s must be a pair of times, not %(block)s.")
        raise CalendarError(sentence, day=where, block=_quoted(block))
    opens, closes = (_parse_time(time, where) for time in block)
    if opens >= closes:
        empty = gettext_noop("The block %(block)s of %(day)s is empty.")
        reversed_ = gettext_noop("The block %(block)s of %(day)s ends before it begins.")
        sentence = empty if opens == closes else reversed_
        raise CalendarError(sentence, day=where, block=f"{block[0]}-{block[1]}")
    return opens, closes


def _parse_time(text: Any, where: str) -> int:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        sentence = gettext_noop("%(text)s (%(day)s) is not a time from 00:00 to 24:00.")
        raise CalendarError(sentence, text=_quoted(text), day=where)
    hours, minutes = match.groups()
    return 24 * 3600 if hours is None else int(hours) * 3600 + int(minutes) * 60


def _mapping(source: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(source, Mapping):
        sentence = gettext_noop("%(what)s must be an object, not %(value)s.")
        raise CalendarError(sentence, what=what, value=_quoted(source))
    return source


def _list(source: Any, what: str) -> list[Any]:
    if not isinstance(source, list | tuple):
        sentence = gettext_noop("%(what)s must be a list, not %(value)s.")
        raise CalendarError(sentence, what=what, value=_quoted(source))
    return list(source)


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
