"""From rows to availability: a target in a stretch of time, with the outages behind it.

The arithmetic is that of `arithmetic`; here it is told which seconds count and which were lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from servicedesk.catalogue.models import Service
from sla.availability.arithmetic import (
    Availability,
    mean_of,
    measure,
    midnight,
    second,
    window_of,
)
from sla.availability.history import History
from sla.availability.intervals import Span, Spans, common, length, united, without
from sla.availability.models import AvailabilityTarget, Outage
from sla.models import BusinessCalendar


@dataclass(frozen=True)
class Loss:
    """How many seconds of the promised time one outage took, on its own."""

    outage: Outage
    seconds: int

    @property
    def minutes(self) -> Decimal:
        return Decimal(self.seconds) / 60


@dataclass(frozen=True)
class Measurement:
    """What became of a target in a stretch of time that may still run."""

    target: AvailabilityTarget
    #: Per cent, as the target said when the stretch began.
    promised: Decimal
    availability: Availability
    #: How long it may be down until the end of the stretch.
    allowed_seconds: Fraction
    losses: list[Loss] = field(default_factory=list)

    @property
    def percent(self) -> Decimal | None:
        """Rounded as published; None where there is no data."""
        return self.availability.percent

    @property
    def is_missed(self) -> bool:
        return self.percent is not None and self.percent < self.promised

    @property
    def remaining_minutes(self) -> Decimal:
        """What is left of the budget, in minutes with one decimal; below zero when overspent."""
        left = (self.allowed_seconds - self.availability.down_seconds) / 60
        return Decimal(left.numerator) / Decimal(left.denominator)

    @property
    def down_minutes(self) -> Decimal:
        return Decimal(self.availability.down_seconds) / 60

    @property
    def allowed_minutes(self) -> Decimal:
        return Decimal(self.allowed_seconds.numerator) / self.allowed_seconds.denominator / 60


def measured(
    target: AvailabilityTarget, history: History, start: dt.datetime, end: dt.datetime
) -> Measurement:
    """The target in [start, end), as far as that is past and was measured.

    `target` comes from `for_measuring()`, `history` covers the stretch.
    """
    window = window_of_target(target, start, end)
    groups = groups_of(target.services.all(), target.rule)
    promised = target.percent_on(timezone.localdate(start))
    allowed = sum((_allowed(history, group, window, promised) for group in groups), Fraction())
    there, losses = measured_in(window, groups, history)
    return Measurement(target, promised, there, allowed, losses)


def groups_of(services: Iterable[Service], rule: str) -> list[list[int]]:
    """Which services count as one by a rule: all of them, or each for itself."""
    ids = [service.pk for service in services]
    return [[pk] for pk in ids] if rule == AvailabilityTarget.Rule.MEAN else [ids]


def measured_in(
    window: Spans, groups: list[list[int]], history: History
) -> tuple[Availability, list[Loss]]:
    """What there was of a window, as far as it is past, and the outages that took the rest."""
    now = second(history.now)
    passed = tuple((start, min(end, now)) for start, end in window if start < now)
    parts = [_part(history, group, passed) for group in groups]
    there = mean_of(parts) if len(parts) != 1 else parts[0]
    return there, _losses(history, groups, passed)


def window_of_target(target: AvailabilityTarget, start: dt.datetime, end: dt.datetime) -> Spans:
    """The seconds of [start, end) that are promised, since the target is measured."""
    first = midnight(target.measured_from, str(timezone.get_default_timezone()))
    return open_window(target.calendar, max(start, first), end, complement=target.is_complement)


def open_window(
    calendar: BusinessCalendar | None,
    start: dt.datetime,
    end: dt.datetime,
    *,
    complement: bool = False,
) -> Spans:
    """The seconds of [start, end) in a calendar, or outside it; all of them without one.

    Each version of the calendar holds from its moment on, the first one also before.
    """
    if calendar is None:
        return window_of(None, start, end)
    versions = sorted(calendar.versions.all(), key=lambda version: version.valid_from)
    spans: list[Span] = []
    for number, version in enumerate(versions):
        begin = start if number == 0 else max(start, version.valid_from)
        last = number + 1 == len(versions)
        finish = end if last else min(end, versions[number + 1].valid_from)
        spans += window_of(version.business_hours, begin, finish, complement=complement)
    return united(spans)


def _part(history: History, services: Iterable[int], window: Spans) -> Availability:
    services = list(services)
    if window and not without(window, united(history.silence(services))):
        return Availability(0, 0, None)  # no data is no data
    down = [stretch.span for stretch in history.down(services)]
    return measure(window, down, history.maintenance(services))


def _allowed(
    history: History, services: Iterable[int], window: Spans, percent: Decimal
) -> Fraction:
    return measure(window, (), history.maintenance(services)).allowed_seconds(percent)


def _losses(history: History, groups: list[list[int]], window: Spans) -> list[Loss]:
    lost: dict[int, tuple[Outage, int]] = {}
    for services in groups:
        promised = without(window, united(history.maintenance(services)))
        for stretch in history.down(services):
            seconds = length(common((stretch.span,), promised))
            outage, before = lost.get(stretch.outage.pk, (stretch.outage, 0))
            lost[outage.pk] = (outage, before + seconds)
    found = [Loss(outage, seconds) for outage, seconds in lost.values() if seconds]
    return sorted(found, key=lambda loss: loss.outage.started_at)
