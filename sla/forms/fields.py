"""Fields for hours, days and durations: they read what people write and say what is wrong."""

import datetime as dt
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from servicedesk.lib.bounds import within_bounds
from servicedesk.lib.moments import work_duration
from sla.business_hours import clock

_TIME = re.compile(r"(\d{1,2})(?:\s*[:.uh]\s*(\d{2})?)?\s*(?:u\.?)?", re.ASCII | re.IGNORECASE)
_LASTING = re.compile(
    r"(?:(?P<hours>\d{1,5})\s*(?:uur|uren|hours?|u|h|:)\.?)?\s*"
    r"(?:(?P<minutes>\d{1,6})\s*(?P<unit>m|min|minuten|minuut|minutes?)?\.?)?",
    re.ASCII | re.IGNORECASE,
)
#: More than any desk promises: three years of days and nights.
LONGEST_MINUTES = 3 * 366 * 24 * 60
#: More than any week or year of a desk has.
MOST_ROWS = 400

Pair = list[str]


def time_text(text: str) -> str:
    """A time as people write it (9, 9.30, 9u30, 17:00 or 24:00) as HH:MM.

    Raises ValidationError for what is no time.
    """
    found = _TIME.fullmatch(text.strip())
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        words = {"text": text.strip()[:20]}
        raise ValidationError(
            _("“%(text)s” is no time of the day. Write it as 9:00 or 17:30.") % words
        )
    return clock(hours * 3600 + minutes * 60)


def checked_blocks(pairs: list[Pair]) -> list[Pair]:
    """The blocks of one day in order, with times as HH:MM. Pairs that are empty are left out.

    Raises ValidationError for a block that is half, reversed or empty, and for an overlap.
    """
    blocks = []
    for start, end in pairs:
        if not start.strip() and not end.strip():
            continue
        if not start.strip() or not end.strip():
            words = {"time": (start or end).strip()[:20]}
            raise ValidationError(
                _("The block with %(time)s needs both a start and an end.") % words
            )
        block = [time_text(start), time_text(end)]
        if block[0] >= block[1]:
            words = {"start": block[0], "end": block[1]}
            raise ValidationError(_("The block %(start)s–%(end)s ends before it begins.") % words)
        blocks.append(block)
    blocks.sort()
    for before, after in pairwise(blocks):
        if before[1] > after[0]:
            words = {"one": "–".join(before), "other": "–".join(after)}
            raise ValidationError(
                _("The blocks %(one)s and %(other)s overlap. Make them one.") % words
            )
    return blocks


class _Rows(forms.Widget):
    """Some inputs beside each other, as often as there are rows; the page draws them."""

    def __init__(self, *columns: str) -> None:
        super().__init__()
        self.columns = columns

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Pair]:
        lists = [_list(data, f"{name}_{column}") for column in self.columns]
        length = min(max(map(len, lists)), MOST_ROWS)
        padded = [[*column, *[""] * (length - len(column))][:length] for column in lists]
        return [list(row) for row in zip(*padded, strict=True)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}_{column}" in data for column in self.columns)


class BlocksField(forms.Field):
    """The blocks of a weekday; comes and goes as a list of pairs."""

    widget = _Rows("from", "to")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: list[Pair]) -> list[Pair]:
        return checked_blocks(value)


class ExceptionsField(forms.Field):
    """Dates with hours of their own; an empty hour means closed. Gives {date: blocks}."""

    widget = _Rows("date", "hours")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: list[Pair]) -> dict[str, list[Pair]]:
        days: dict[str, list[Pair]] = {}
        for day, hours in value:
            if not day.strip() and not hours.strip():
                continue
            date = _date(day)
            if date in days:
                raise ValidationError(_("%(day)s stands there twice.") % {"day": date})
            try:
                days[date] = checked_blocks(split_blocks(hours))
            except ValidationError as error:
                raise ValidationError(f"{date}: {error.message}") from error
        return days


class HolidaysField(forms.Field):
    """Closed dates, each ticked by a person. Gives them in order."""

    widget = forms.SelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: list[str] | None) -> list[str]:
        return sorted({_date(day) for day in (value or [])[: 10 * MOST_ROWS]})


class MinutesField(forms.CharField):
    """A duration in business time, written as 4 u., 4 u. 30 or 45 min. Gives minutes, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return work_duration(value * 60) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        return minutes_in(text) if text else None


def minutes_in(text: str) -> int:
    """Raises ValidationError for what is no duration, and for one of nothing."""
    found = _LASTING.fullmatch(text.replace("\u00a0", " "))
    if not found or not (found["hours"] or found["unit"]):
        if text.isascii() and text.isdigit():
            words = {"text": text[:9]}
            raise ValidationError(
                _("Say whether these are hours or minutes: %(text)s h or %(text)s min.") % words
            )
        raise ValidationError(_("Write it as 4 h, 4 h 30 or 45 min."))
    minutes = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    if not minutes:
        raise ValidationError(
            _("A target needs at least one minute. Leave it empty to promise nothing.")
        )
    if minutes > LONGEST_MINUTES:
        raise ValidationError(_("Nobody waits that long: give at most three years."))
    return minutes


class MomentField(forms.DateTimeField):
    """A local moment to choose; an empty one means now."""

    default_validators = [within_bounds]

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **kwargs)


def split_blocks(hours: str) -> list[Pair]:
    """Blocks written in one line: 9:00-12:00, 13-17. Only what stands there is given."""
    pairs = []
    for part in re.split(r"[,;&]|\ben\b|\band\b", hours):
        if part.strip():
            start, _dash, end = re.sub(r"[–—]|\btot\b|\bto\b", "-", part).partition("-")
            pairs.append([start, end])
    return pairs


def _date(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
            return dt.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        pass
    words = {"text": text.strip()[:20]}
    raise ValidationError(
        _("“%(text)s” is no date. Choose a day.") % words
        if text.strip()
        else _("Choose a day for these hours.")
    )


def _list(data: Mapping[str, Any] | QueryDict, name: str) -> list[str]:
    if isinstance(data, QueryDict):
        return data.getlist(name)
    return list(data.get(name, []))
