"""From rows to the facts of the status page: a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone, translation

from servicedesk.catalogue.models import Service
from sla.availability.arithmetic import midnight, second
from sla.availability.history import History
from sla.availability.intervals import Span, Spans, common, length, united, without
from sla.availability.measuring import measured
from sla.availability.models import (
    AvailabilityTarget,
    MaintenanceWindow,
    Monitor,
    Outage,
)
from sla.availability.status.facts import (
    DAYS,
    Day,
    MaintenanceFact,
    OutageFact,
    ServiceFact,
    Snapshot,
    Told,
)
from sla.availability.wording import DEGRADED, DOWN, MAINTENANCE, NO_DATA, WORKS

MOST_PAST, MOST_TO_COME = 6, 6


def build(*, now: dt.datetime) -> Snapshot:
    """What everybody may know, as of `now`."""
    today = timezone.localtime(now).date()
    first = today - dt.timedelta(days=DAYS - 1)
    start = _midnight(first)
    history = History.read(start, now + dt.timedelta(seconds=1), now=now)
    outages = Outage.objects.public().prefetch_related("updates", "components")
    outages = outages.select_related("service")
    past = outages.filter(ended_at__isnull=False).order_by("-started_at")[:MOST_PAST]
    windows = MaintenanceWindow.objects.public().to_come(now).prefetch_related("services")
    return Snapshot(
        made_at=now,
        services=_services(history, first, now),
        open=[_outage(one) for one in outages.filter(ended_at__isnull=True)],
        past=[_outage(one) for one in past],
        maintenance=[_maintenance(window) for window in windows[:MOST_TO_COME]],
    )


def _services(history: History, first: dt.date, now: dt.datetime) -> list[ServiceFact]:
    public = Service.objects.active().filter(visibility=Service.Visibility.EVERYONE)
    targets: dict[int, AvailabilityTarget] = {}
    for target in AvailabilityTarget.objects.on_status_page():
        for service in target.services.all():
            targets.setdefault(service.pk, target)
    shown = [one for one in public if one.pk in targets]
    if not targets:
        shown = [one for one in public if one.parent_id is None]
    silent = silent_services(now)
    shown.sort(key=lambda one: (targets[one.pk].position if one.pk in targets else 0, one.pk))
    return [
        _service(one, targets.get(one.pk), history, first, now, is_silent=one.pk in silent)
        for one in shown
    ]


def silent_services(now: dt.datetime) -> set[int]:
    """Services of which every monitor is silent: nothing is known of them."""
    heard: dict[int, bool] = {}
    for monitor in Monitor.objects.active():
        known = not monitor.is_silent(now)
        heard[monitor.service_id] = heard.get(monitor.service_id, False) or known
    return {service for service, known in heard.items() if not known}


def _service(
    service: Service,
    target: AvailabilityTarget | None,
    history: History,
    first: dt.date,
    now: dt.datetime,
    *,
    is_silent: bool,
) -> ServiceFact:
    known = _midnight(target.measured_from) if target else None
    days = [
        _day(service, history, first + dt.timedelta(days=number), known, now)
        for number in range(DAYS)
    ]
    state = _state(service, history, now, is_known=target is not None and not is_silent)
    name = (service.name, service.name_en)
    if target is None:
        return ServiceFact(service.slug, name, state, days)
    measurement = measured(target, history, _midnight(first), now)
    return ServiceFact(
        service.slug, name, state, days, measurement.percent, target.percent, _window(target)
    )


def _window(target: AvailabilityTarget) -> tuple[str, str]:
    words = []
    for language in ("nl", "en"):
        with translation.override(language):
            words.append(target.window_label)
    return words[0], words[1]


def _state(service: Service, history: History, now: dt.datetime, *, is_known: bool) -> str:
    at = second(now)
    severities = {
        stretch.severity
        for stretch in history.stretches([service.pk])
        if stretch.outage.ended_at is None and stretch.span[0] <= at <= stretch.span[1]
        and stretch.span[1] == at
    }  # fmt: skip
    if DOWN in severities:
        return DOWN
    if DEGRADED in severities:
        return DEGRADED
    if _hit(history.maintenance([service.pk]), (at, at + 1)):
        return MAINTENANCE
    return WORKS if is_known else NO_DATA


def _day(
    service: Service,
    history: History,
    date: dt.date,
    known: dt.datetime | None,
    now: dt.datetime,
) -> Day:
    start, end = second(_midnight(date)), second(_midnight(date + dt.timedelta(days=1)))
    end = min(end, second(now))
    whole: Spans = ((start, end),) if start < end else ()
    stretches = history.stretches([service.pk])
    down = _seconds((s.span for s in stretches if s.severity == DOWN), whole)
    degraded = _seconds((s.span for s in stretches if s.severity == DEGRADED), whole)
    works = _seconds(history.maintenance([service.pk]), whole)
    if down:
        state = DOWN
    elif degraded:
        state = DEGRADED
    elif (
        known is None
        or end <= second(known)
        or (whole and not without(whole, united(history.silence([service.pk]))))
    ):
        state = NO_DATA
    else:
        state = MAINTENANCE if works else WORKS
    return Day(date, state, down, degraded, works)


def _seconds(spans: Iterable[Span], whole: Spans) -> int:
    return length(common(united(spans), whole))


def _hit(spans: Iterable[Span], moment: Span) -> bool:
    return bool(common(united(spans), (moment,)))


def _public(services: Iterable[Service]) -> list[Service]:
    return [one for one in services if one.visibility == "everyone"]


def _outage(outage: Outage) -> OutageFact:
    services = [outage.service, *_public(outage.components.all())]
    updates = sorted(outage.updates.all(), key=lambda update: update.pk, reverse=True)
    return OutageFact(
        pk=outage.pk,
        title=(outage.title, outage.title_en),
        services=[(one.name, one.name_en) for one in services],
        severity=outage.severity,
        stage=outage.stage,
        started_at=outage.started_at,
        ended_at=outage.ended_at,
        has_report=bool(outage.cause),
        updates=[Told(update.at, update.stage, update.text, update.text_en) for update in updates],
    )


def _maintenance(window: MaintenanceWindow) -> MaintenanceFact:
    return MaintenanceFact(
        pk=window.pk,
        title=(window.title, window.title_en),
        text=(window.text, window.text_en),
        services=[(one.name, one.name_en) for one in _public(window.services.all())],
        starts_at=window.starts_at,
        ends_at=window.ends_at,
    )


def _midnight(day: dt.date) -> dt.datetime:
    return midnight(day, str(timezone.get_default_timezone()))
