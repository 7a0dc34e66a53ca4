"""The SLA calculator: answers one decoded line of `business_time`, without a database.

{"id", "calendar": {…} | "name", "start", "minutes"} -> {"id", "due"}
{"id", "calendar": {…} | "name", "start", "end"}     -> {"id", "elapsed_minutes"}
anything else                                        -> {"id", "error"}
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

from sla.business_hours import BusinessHours, CalendarError
from sla.calendar_format import parse_calendar

Named = Callable[[str], BusinessHours]

_LONGEST = Decimal(10**10)  # minutes; more than there are until the year 9999


def answer_line(line: bytes, named: Named) -> dict[str, Any]:
    """The answer to one line; `named` gives the business hours of a calendar by its name.

    Never raises for what the line holds: a request that cannot be answered has an `error`.
    """
    return answered(line, partial(_answer, named=named))


def answered(line: bytes, answer: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """What `answer` makes of the request on the line, with its id; an `error` for CalendarError."""
    try:
        request = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError:
        return {"id": None, "error": "The line is nested too deeply."}
    except ValueError as error:
        return {"id": None, "error": f"The line is not JSON: {error}."}
    if not isinstance(request, Mapping):
        return {"id": None, "error": "The line must hold one JSON object."}
    try:
        return {"id": request.get("id"), **answer(request)}
    except CalendarError as error:
        return {"id": request.get("id"), "error": str(error)}


def _answer(request: Mapping[str, Any], named: Named) -> dict[str, Any]:
    if ("minutes" in request) == ("end" in request):
        raise CalendarError("Ask with a start and either minutes or an end.")
    hours = requested_calendar(request, named)
    start = instant(request.get("start"), "start")
    if "end" in request:
        end = instant(request["end"], "end")
        return {"elapsed_minutes": _in_minutes(hours.elapsed(start, end))}
    due = hours.due(start, _seconds(request["minutes"]))
    return {"due": _utc(due) if due else None}


def requested_calendar(request: Mapping[str, Any], named: Named) -> BusinessHours:
    """The calendar of a request, spelled out or by its name. Raises CalendarError."""
    calendar = request.get("calendar")
    if calendar is None:
        raise CalendarError("The request has no calendar.")
    if isinstance(calendar, str):
        return named(calendar)
    return _parsed(json.dumps(calendar, default=str))


@lru_cache(maxsize=256)
def _parsed(calendar: str) -> BusinessHours:
    # Many lines ask about one calendar: it is read and laid out once.
    return parse_calendar(json.loads(calendar))


def instant(text: Any, what: str) -> datetime:
    """The moment that `text` writes in ISO 8601 with an offset; raises CalendarError."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise CalendarError(f"The {what} is not an ISO 8601 moment with an offset.") from error
    if moment.tzinfo is None:
        raise CalendarError(f"The {what} has no offset: which time zone is it in?")
    return moment


def _seconds(minutes: Any) -> int:
    """Minutes as whole seconds, half a second rounded up."""
    if isinstance(minutes, bool) or not isinstance(minutes, int | Decimal):
        raise CalendarError("The minutes must be a number.")
    if minutes < 0:
        raise CalendarError("The minutes must not be negative.")
    if minutes > _LONGEST:
        raise CalendarError("The due moment lies beyond the year 9999.")
    try:
        return int((Decimal(minutes) * 60).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as error:
        raise CalendarError("The minutes must be a number.") from error


def _in_minutes(seconds: int) -> int | float:
    return seconds / 60 if seconds % 60 else seconds // 60


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
