"""What happened to services in a stretch of time, read once: a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from sla.availability.arithmetic import second
from sla.availability.intervals import Span
from sla.availability.models import MaintenanceWindow, Outage, Silence

DOWN, DEGRADED = Outage.Severity.DOWN.value, Outage.Severity.DEGRADED.value


@dataclass(frozen=True)
class Stretch:
    """A phase of an outage on the axis of time."""

    span: Span
    severity: str
    outage: Outage


@dataclass
class History:
    """Outages and maintenance by service, up to now."""

    now: dt.datetime
    _stretches: dict[int, list[Stretch]] = field(default_factory=lambda: defaultdict(list))
    _maintenance: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    _silence: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, start: dt.datetime, end: dt.datetime, *, now: dt.datetime) -> History:
        """All that touches [start, end)."""
        history = cls(now)
        outages = Outage.objects.standing().touching(start, end).select_related("service")
        for outage in outages.prefetch_related("phases", "components").order_by("started_at"):
            history._add(outage)
        windows = MaintenanceWindow.objects.standing().touching(start, end)
        for window in windows.prefetch_related("services"):
            span = (second(window.starts_at), second(window.ends_at))
            for service in window.services.all():
                history._maintenance[service.pk].append(span)
        for silence in Silence.objects.filter(started_at__lt=end, ended_at__gt=start):
            span = (second(silence.started_at), second(silence.ended_at))
            history._silence[silence.service_id].append(span)
        return history

    def _add(self, outage: Outage) -> None:
        services = {outage.service_id, *(part.pk for part in outage.components.all())}
        for stretch in stretches(outage, self.now):
            for service in services:
                self._stretches[service].append(stretch)

    def stretches(self, services: Iterable[int]) -> list[Stretch]:
        """Every phase that hit one of the services, in order; each once."""
        found = {
            (stretch.outage.pk, stretch.span): stretch
            for service in services
            for stretch in self._stretches[service]
        }
        return sorted(found.values(), key=lambda stretch: stretch.span)

    def down(self, services: Iterable[int]) -> list[Stretch]:
        """Those that count: unavailable, and not planned."""
        return [
            stretch
            for stretch in self.stretches(services)
            if stretch.severity == DOWN and not stretch.outage.is_planned
        ]

    def maintenance(self, services: Iterable[int]) -> list[Span]:
        return [span for service in services for span in self._maintenance[service]]

    def silence(self, services: Iterable[int]) -> list[Span]:
        """When monitors were silent: nothing is known of it."""
        return [span for service in services for span in self._silence[service]]


def stretches(outage: Outage, now: dt.datetime) -> list[Stretch]:
    """The phases of an outage with their ends: the next phase, the end, or now."""
    end = outage.ended_at or max(now, outage.started_at)
    phases = list(outage.phases.all())
    edges = [phase.started_at for phase in phases] + [end]
    return [
        Stretch((second(start), second(finish)), phase.severity, outage)
        for phase, (start, finish) in zip(phases, pairwise(edges), strict=True)
    ]
