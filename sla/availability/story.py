"""The log of an outage or of maintenance as sentences, for the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from servicedesk.lib.moments import moment
from sla.availability.models import AvailabilityEvent, Outage


@dataclass(frozen=True)
class Line:
    """One row of the log as people read it."""

    at: dt.datetime
    sentence: str
    reason: str
    details: list[str]


def lines(events: Iterable[AvailabilityEvent]) -> list[Line]:
    """In the given order; the events come with their actors."""
    return [_line(event) for event in events]


def _line(event: AvailabilityEvent) -> Line:
    words: dict[str, Any] = {"actor": event.actor.name if event.actor else _("A monitor")}
    sentence = SENTENCES[event.kind](event.data, words)
    return Line(event.at, sentence, event.reason, _details(event.data.get("changes", {})))


def _opened(data: dict[str, Any], words: dict[str, Any]) -> str:
    words["severity"] = Outage.Severity(data["severity"]).label
    return _("%(actor)s reported it: %(severity)s") % words


def _severity(data: dict[str, Any], words: dict[str, Any]) -> str:
    words["from"], words["to"] = (Outage.Severity(data[key]).label for key in ("from", "to"))
    return _("%(actor)s changed the severity from %(from)s to %(to)s") % words


def _updated(data: dict[str, Any], words: dict[str, Any]) -> str:
    words["stage"] = Outage.Stage(data["stage"]).label
    return _("%(actor)s told everybody: %(stage)s") % words


def _ended(data: dict[str, Any], words: dict[str, Any]) -> str:
    words["end"] = _instant(data["ended_at"])
    return _("%(actor)s ended it, as of %(end)s") % words


def _linked(data: dict[str, Any], words: dict[str, Any]) -> str:
    return _("%(actor)s linked ticket #%(ticket)s") % (words | data)


def _unlinked(data: dict[str, Any], words: dict[str, Any]) -> str:
    return _("%(actor)s took ticket #%(ticket)s off") % (words | data)


def _announced(data: dict[str, Any], words: dict[str, Any]) -> str:
    words["start"], words["end"] = _instant(data["starts_at"]), _instant(data["ends_at"])
    return _("%(actor)s announced it: %(start)s – %(end)s") % words


def _plain(sentence: str) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    return lambda _data, words: _(sentence) % words


SENTENCES: dict[str, Callable[[dict[str, Any], dict[str, Any]], str]] = {
    "opened": _opened,
    "severity_changed": _severity,
    "update_posted": _updated,
    "ended": _ended,
    "corrected": _plain(gettext_noop("%(actor)s corrected it")),
    "confirmed": _plain(gettext_noop("%(actor)s confirmed it")),
    "withdrawn": _plain(gettext_noop("%(actor)s withdrew it: it was no outage")),
    "ticket_linked": _linked,
    "ticket_unlinked": _unlinked,
    "announced": _announced,
    "changed": _plain(gettext_noop("%(actor)s changed it")),
    "cancelled": _plain(gettext_noop("%(actor)s cancelled it")),
}


def _details(changes: dict[str, list[Any]]) -> list[str]:
    """What a correction changed, field by field; long texts and lists by their name only."""
    told = []
    for name, (old, new) in changes.items():
        label = str(FIELDS.get(name, name))
        if name in {"started_at", "ended_at", "starts_at", "ends_at"}:
            label = f"{label}: {_instant(old)} → {_instant(new)}"
        elif name == "is_planned":
            label = _("planned") if new else _("not planned after all")
        elif name == "title":
            label = f"{label}: {old} → {new}"
        told.append(label)
    return told


def _instant(text: str | None) -> str:
    if not text:
        return "–"
    at = dt.datetime.fromisoformat(text)
    return f"{moment(at)} ({at:%S} s)" if at.second else moment(at)


FIELDS = {
    "title": Outage._meta.get_field("title").verbose_name,
    "started_at": Outage._meta.get_field("started_at").verbose_name,
    "ended_at": Outage._meta.get_field("ended_at").verbose_name,
    "starts_at": Outage._meta.get_field("started_at").verbose_name,
    "ends_at": Outage._meta.get_field("ended_at").verbose_name,
    "phases": Outage._meta.get_field("severity").verbose_name,
    "cause": Outage._meta.get_field("cause").verbose_name,
    "components": Outage._meta.get_field("components").verbose_name,
}
