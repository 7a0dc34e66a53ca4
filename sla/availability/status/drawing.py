"""The bars of the last ninety days, and what they say in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.availability.status.facts import ServiceFact, Snapshot
from sla.availability.wording import DEGRADED, DOWN, MAINTENANCE, NO_DATA, WORKS

#: Width of a bar and from one bar to the next.
WIDTH, STEP = 6, 8
CLASSES = {WORKS: "o", DEGRADED: "w", DOWN: "b", MAINTENANCE: "m", NO_DATA: "n"}


@dataclass(frozen=True)
class Bar:
    """One day."""

    x: int
    kind: str


@dataclass(frozen=True)
class Bars:
    """All days of a service, and the sentence that says the same."""

    bars: list[Bar]
    width: int
    sentence: str


def bars(service: ServiceFact) -> Bars:
    """Oldest first, today at the right."""
    drawn = [Bar(number * STEP, CLASSES[day.state]) for number, day in enumerate(service.days)]
    return Bars(drawn, len(drawn) * STEP - (STEP - WIDTH), sentence(service))


def sentence(service: ServiceFact) -> str:
    """ "2 dagen met uitval, 1 dag hinder"; "geen storingen" where there were none."""
    down, degraded = service.days_in(DOWN), service.days_in(DEGRADED)
    works, unknown = service.days_in(MAINTENANCE), service.days_in(NO_DATA)
    parts = []
    if down:
        parts.append(
            ngettext("%(count)s day with an outage", "%(count)s days with an outage", down)
            % {"count": down}
        )
    if degraded:
        parts.append(
            ngettext("%(count)s day degraded", "%(count)s days degraded", degraded)
            % {"count": degraded}
        )
    if works:
        parts.append(
            ngettext("%(count)s day maintenance", "%(count)s days maintenance", works)
            % {"count": works}
        )
    if unknown:
        parts.append(
            ngettext("%(count)s day without data", "%(count)s days without data", unknown)
            % {"count": unknown}
        )
    return ", ".join(parts) or _("no outages")


@dataclass(frozen=True)
class Headline:
    """The one line that answers “is it me or is it down?”."""

    state: str
    strong: str
    rest: str


def headline(snapshot: Snapshot) -> Headline:
    """The worst first, then the others."""
    counts, worst = snapshot.counts, snapshot.worst
    if not snapshot.services:
        return Headline(worst, _("No services are shown here yet."), "")
    if counts[WORKS] == len(snapshot.services):
        return Headline(worst, _("All services work."), "")
    said = {
        DOWN: ngettext(
            "%(count)s service is unavailable.", "%(count)s services are unavailable.", counts[DOWN]
        ),
        DEGRADED: ngettext(
            "%(count)s service is degraded.", "%(count)s services are degraded.", counts[DEGRADED]
        ),
        MAINTENANCE: ngettext(
            "%(count)s service is in planned maintenance.",
            "%(count)s services are in planned maintenance.",
            counts[MAINTENANCE],
        ),
        NO_DATA: ngettext(
            "Of %(count)s service we have no data.",
            "Of %(count)s services we have no data.",
            counts[NO_DATA],
        ),
        WORKS: ngettext("%(count)s service works.", "%(count)s services work.", counts[WORKS]),
    }
    sentences = [said[state] % {"count": counts[state]} for state in said if counts[state]]
    return Headline(worst, sentences[0], " ".join(sentences[1:]))
