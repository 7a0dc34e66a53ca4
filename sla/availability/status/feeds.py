"""The facts of the status page for feed readers, calendars and machines."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.html import linebreaks
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from sla.availability.models import Outage
from sla.availability.status.facts import OutageFact, Snapshot
from sla.availability.wording import STATES

#: What XML 1.0 does not allow, however it is escaped; one such character and no reader opens it.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(snapshot: Snapshot, kind: type[feedgenerator.SyndicationFeed]) -> str:
    """Outages and maintenance, the latest first, as Atom or RSS."""
    page = settings.DESK_BASE_URL + reverse("availability:status")
    own = "status-atom" if kind is feedgenerator.Atom1Feed else "status-rss"
    made = kind(
        title=_("State of our services"),
        link=page,
        feed_url=settings.DESK_BASE_URL + reverse(f"availability:{own}"),
        author_name=_("Service desk"),
        description=_("Outages and maintenance of our services."),
        language=get_language(),
    )
    for outage in [*snapshot.open, *snapshot.past]:
        latest = outage.updates[0].at if outage.updates else outage.started_at
        made.add_item(
            title=_legible(f"{outage.label} ({Outage.Stage(outage.stage).label})"),
            link=_page_of(outage),
            description=_body(outage),
            pubdate=outage.started_at,
            updateddate=max(latest, outage.ended_at or latest),
            unique_id=_page_of(outage),
        )
    for window in snapshot.maintenance:
        made.add_item(
            title=_legible(_("Maintenance: %(title)s") % {"title": window.label}),
            link=f"{page}#maintenance-{window.pk}",
            description=_paragraphs(f"{window.names}\n{window.words}"),
            pubdate=min(window.starts_at, snapshot.made_at),
            updateddate=min(window.starts_at, snapshot.made_at),
            unique_id=f"{page}#maintenance-{window.pk}",
        )
    return made.writeString("utf-8")


def calendar(snapshot: Snapshot) -> bytes:
    """The announced maintenance as iCalendar (RFC 5545)."""
    made = Calendar()
    made.add("prodid", "-//Servicedesk//Status//NL")
    made.add("version", "2.0")
    made.add("x-wr-calname", _("Maintenance of our services"))
    for window in snapshot.maintenance:
        event = Event()
        event.add("uid", f"maintenance-{window.pk}@{_host()}")
        event.add("summary", _legible(f"{window.names}: {window.label}"))
        event.add("description", _legible(window.words))
        event.add("dtstart", window.starts_at.astimezone(dt.UTC))
        event.add("dtend", window.ends_at.astimezone(dt.UTC))
        event.add("dtstamp", snapshot.made_at.astimezone(dt.UTC))
        made.add_component(event)
    return made.to_ical()


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """The state for machines. Keys stay as they are; more may come."""
    return {
        "made_at": snapshot.made_at,
        "state": snapshot.worst,
        "services": [
            {
                "id": service.slug,
                "name": service.label,
                "state": service.state,
                "state_label": str(STATES[service.state].label),
                "availability_90_days": service.percent and str(service.percent),
                "target": service.target and str(service.target),
                "window": service.window_label,
            }
            for service in snapshot.services
        ],
        "outages": [_outage(outage) for outage in snapshot.open],
        "past_outages": [_outage(outage) for outage in snapshot.past],
        "maintenance": [
            {
                "title": window.label,
                "text": window.words,
                "services": window.names,
                "starts_at": window.starts_at,
                "ends_at": window.ends_at,
            }
            for window in snapshot.maintenance
        ],
    }


def _outage(outage: OutageFact) -> dict[str, Any]:
    return {
        "title": outage.label,
        "services": outage.names,
        "severity": outage.severity,
        "stage": outage.stage,
        "started_at": outage.started_at,
        "ended_at": outage.ended_at,
        "url": _page_of(outage),
        "updates": [{"at": t.at, "stage": t.stage, "text": t.words} for t in outage.updates],
    }


def _body(outage: OutageFact) -> str:
    lines = [f"{Outage.Stage(told.stage).label}: {told.words}" for told in outage.updates] or [
        outage.names
    ]
    return _paragraphs("\n\n".join(lines))


def _paragraphs(text: str) -> str:
    return linebreaks(_legible(text), autoescape=True)


def _legible(text: str) -> str:
    """Without what feeds may not hold. A vertical tab is how Word pastes the end of a line."""
    return _NO_XML.sub("", text.replace("\v", "\n"))


def _page_of(outage: OutageFact) -> str:
    page = reverse("availability:status-outage", kwargs={"pk": outage.pk})
    return settings.DESK_BASE_URL + page


def _host() -> str:
    return settings.DESK_BASE_URL.partition("://")[2].partition(":")[0]
