"""The downtime calculator: answers one decoded line of `availability`, without a database.

{"id", "calendar": {…} | "name", "complement", "from", "to", "outages", "maintenance"}
    -> {"id", "window_seconds", "down_seconds", "availability"}
anything else
    -> {"id", "error"}

`from` and `to` are local dates of the calendar's time zone, [from, to).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sla.availability.arithmetic import measure, midnight, second, window_of
from sla.availability.intervals import Span
from sla.business_hours import CalendarError
from sla.calculator import Named, answered, instant, requested_calendar
from sla.calendar_format import parse_date


def answer_line(line: bytes, named: Named, now: datetime) -> dict[str, Any]:
    """The answer to one line; an outage without an end lasts until `now`.

    Never raises for what the line holds: a request that cannot be answered has an `error`.
    """
    return answered(line, partial(_answer, named=named, now=now))


def _answer(request: Mapping[str, Any], named: Named, now: datetime) -> dict[str, Any]:
    hours = requested_calendar(request, named)
    complement = request.get("complement", False)
    if not isinstance(complement, bool):
        raise CalendarError("The complement must be true or false.")
    first, last = parse_date(request.get("from")), parse_date(request.get("to"))
    if last < first:
        raise CalendarError("The period ends before it begins.")
    start, end = midnight(first, hours.zone), midnight(last, hours.zone)
    found = measure(
        window_of(hours, start, end, complement=complement),
        _spans(request.get("outages", []), "outage", now),
        _spans(request.get("maintenance", []), "maintenance", now),
    )
    return {
        "window_seconds": found.window_seconds,
        "down_seconds": found.down_seconds,
        "availability": None if found.percent is None else str(found.percent),
    }


def _spans(source: Any, what: str, now: datetime) -> list[Span]:
    if not isinstance(source, list):
        raise CalendarError(f"What is told of each {what} must be a list of pairs of moments.")
    return [_span(pair, what, now) for pair in source]


def _span(pair: Any, what: str, now: datetime) -> Span:
    if not isinstance(pair, list) or len(pair) != 2:
        raise CalendarError(f"Each {what} must be a pair of moments.")
    start = instant(pair[0], f"start of the {what}")
    if pair[1] is None:
        return second(start), max(second(now), second(start))
    end = instant(pair[1], f"end of the {what}")
    if end < start:
        raise CalendarError(f"The {what} of {pair[0]} ends before it begins.")
    return second(start), second(end)
