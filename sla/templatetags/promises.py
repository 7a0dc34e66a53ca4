"""Calendars and clocks in the words of the administration: `{% load promises %}`."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from servicedesk.lib.moments import moment
from sla.calendar_pictures import week_in_words
from sla.forms.calendars import HolidayChoice
from sla.models.clocks import MetricChoices
from sla.what_if import Step

register = template.Library()
register.filter("week_words", week_in_words)

TONES = {"kept": "ok", "broken": "bad", "running": "", "paused": "hold"}
ICONS = {
    "kept": "check-circle",
    "broken": "x-octagon-fill",
    "running": "hourglass-split",
    "paused": "pause-circle",
}


@register.filter
def last_when(steps: list[Step]) -> str:
    """The moment of the last step: that it is due."""
    return steps[-1].when


@register.filter
def confirmed(days: Iterable[HolidayChoice]) -> int:
    """How many of these days somebody ticked."""
    return sum(day.confirmed for day in days)


@register.filter
def metric_name(metric: str) -> str:
    """ "resolution" → “Oplossing”."""
    return str(MetricChoices(metric).label)


@register.filter
def outcome(said: Mapping[str, Any] | None) -> dict[str, str]:
    """An outcome of a clock, stored as JSON, as a chip: tone, icon and text."""
    if said is None:
        return {"tone": "line", "icon": "dash-circle", "text": _("no clock")}
    at = dt.datetime.fromisoformat(said["at"]) if said["at"] else None
    words = {
        "kept": _("in time"),
        "broken": _("too late since %(moment)s"),
        "running": _("due %(moment)s"),
        "paused": _("stands still"),
    }[said["state"]]
    if at is None and said["state"] == "running":
        words = _("never due")
    text = words % {"moment": moment(at)} if at and "%(" in words else words
    return {"tone": TONES[said["state"]], "icon": ICONS[said["state"]], "text": text}
