"""From shares of lost time to seconds, and from seconds to rows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from servicedesk.local.demo.figures import OPENED, first_day, month_of
from servicedesk.local.demo.outages import later, published
from servicedesk.local.demo.outages.published import Tale
from sla.availability.arithmetic import second, window_of
from sla.availability.intervals import length, united, without
from sla.availability.models import (
    AvailabilityEvent,
    AvailabilityTarget,
    MaintenanceWindow,
    Monitor,
    MonitoringMailRule,
    Outage,
    OutagePhase,
    OutageUpdate,
)
from sla.business_hours import BusinessHours
from sla.models import SINCE_EVER, BusinessCalendar, CalendarVersion

OPENING_HOURS = "Openingsuren van de bibliotheken"
_WEEK = {
    **{day: [["08:00", "22:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    **{day: [["09:00", "19:00"]] for day in ("sat", "sun")},
}
LAST_PUBLISHED = max(published.INSIDE)


@dataclass
class _Rows:
    """What is to be written, and by whom."""

    services: dict[str, Service]
    agent: User | None
    manager: User | None
    outages: list[Outage] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


def make_outages(seed: str, *, now: dt.datetime) -> None:
    """Targets, outages and maintenance, as of `now`; nothing where there are targets already."""
    if AvailabilityTarget.objects.exists():
        return
    services = {service.slug: service for service in Service.objects.all()}
    hours = _make_targets(services)
    people = User.objects.active().order_by("pk")
    rows = _Rows(
        services,
        people.filter(role=User.Role.AGENT).first(),
        people.filter(role=User.Role.MANAGER).first(),
    )
    windows = _announce(rows, now)
    for tale, seconds in _published(hours, windows):
        _add(rows, tale, _local(tale.start), seconds, "down", now)
    for month in range(LAST_PUBLISHED + 1, month_of(timezone.localtime(now).date()) + 1):
        first, following = first_day(month), first_day(month + 1)
        dice = Random(f"{seed} outages {month}")
        for event in later.events_of(first, (following - first).days, dice):
            start = timezone.make_aware(event.start)
            _add(rows, event, start, round(event.minutes * 60), event.severity, now)
    _write(rows)
    _go_on(rows, now)
    _watch(services)


# --- targets --------------------------------------------------------------------------------


def _make_targets(services: dict[str, Service]) -> BusinessHours:
    calendar, _made = BusinessCalendar.objects.get_or_create(name=OPENING_HOURS)
    version, _made = CalendarVersion.objects.get_or_create(
        calendar=calendar, valid_from=SINCE_EVER, defaults={"hours": _WEEK}
    )
    since = first_day(OPENED)
    words = {
        "window_name": "ma–vr 8–22 u., za–zo 9–19 u.",
        "window_name_en": "Mon–Fri 8–22, Sat–Sun 9–19",
    }
    outside = {"window_name": "buiten die uren", "window_name_en": "outside those hours"}
    online = ["websites", "mijn-bibliotheek", "aquabrowser"]
    _target(
        services, 1, ["wise"], "99.60", since, on_status_page=True, calendar=calendar, **words,
        name="Beschikbaarheid van het bibliotheeksysteem in de openingsuren",
        name_en="Availability of the library system in opening hours",
    )  # fmt: skip
    _target(
        services, 2, ["wise"], "99.00", since, calendar=calendar, is_complement=True, **outside,
        name="Beschikbaarheid van het bibliotheeksysteem buiten de openingsuren",
        name_en="Availability of the library system outside opening hours",
    )  # fmt: skip
    _target(
        services, 3, online, "99.00", since,
        name="Beschikbaarheid van de bibliotheekwebsites, Mijn Bibliotheek en Aquabrowser",
        name_en="Availability of the library websites, Mijn Bibliotheek and Aquabrowser",
    )  # fmt: skip
    shown = [*online, "e-boeken", "uitpas", "leerplatform", "wise-analytics"]
    for position, slug in enumerate(shown, start=4):
        _target(
            services, position, [slug], "99.00", since, in_report=False, on_status_page=True,
            name=services[slug].name, name_en=services[slug].name_en,
        )  # fmt: skip
    return version.business_hours


def _target(
    services: dict[str, Service],
    position: int,
    slugs: list[str],
    percent: str,
    since: dt.date,
    **fields: object,
) -> None:
    target = AvailabilityTarget.objects.create(
        position=position, percent=percent, measured_from=since, **fields
    )
    target.services.set(services[slug] for slug in slugs)


# --- the published months -------------------------------------------------------------------


def _published(
    hours: BusinessHours, windows: dict[str, list[tuple[int, int]]]
) -> Iterator[tuple[Tale, int]]:
    """Each outage of the published months with its seconds."""
    yield from _shared(published.INSIDE, published.INSIDE_TALES, windows, hours=hours)
    outside = published.OUTSIDE_TALES
    yield from _shared(published.OUTSIDE, outside, windows, hours=hours, complement=True)
    yield from _shared(published.ONLINE, published.ONLINE_TALES, windows)


def _shared(
    percentages: dict[int, int],
    tales: Iterable[Tale],
    windows: dict[str, list[tuple[int, int]]],
    *,
    hours: BusinessHours | None = None,
    complement: bool = False,
) -> Iterator[tuple[Tale, int]]:
    by_month: dict[int, list[Tale]] = defaultdict(list)
    for tale in tales:
        by_month[month_of(_local(tale.start).date())].append(tale)
    for month, told in by_month.items():
        start, end = (_midnight(first_day(month + ahead)) for ahead in (0, 1))
        window = window_of(hours, start, end, complement=complement)
        works = [span for tale in told for span in windows.get(tale.service, [])]
        promised = length(without(window, united(works)))
        lost = round(promised * (10_000 - percentages[month]) / 10_000)
        weights = sum(tale.weight for tale in told)
        left = lost
        for tale in told[1:]:
            part = lost * tale.weight // weights
            left -= part
            yield tale, part
        yield told[0], left


# --- maintenance ----------------------------------------------------------------------------


def _announce(rows: _Rows, now: dt.datetime) -> dict[str, list[tuple[int, int]]]:
    """One Sunday evening of each month for Wise, and what is to come; its time by service."""
    today = timezone.localtime(now).date()
    planned = [
        (_second_sunday(first_day(month)), later.MONTHLY)
        for month in range(OPENED, month_of(today) + 2)
    ]
    planned += [(today + dt.timedelta(days=days), work) for days, work in later.TO_COME.items()]
    windows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for day, work in planned:
        start, end = (
            timezone.make_aware(dt.datetime.combine(day, clock)) for clock in (work.start, work.end)
        )
        window = MaintenanceWindow.objects.create(
            title=work.title, title_en=work.title_en, text=work.text, text_en=work.text_en,
            starts_at=start, ends_at=end,
            announced_by=rows.agent, created_at=min(start - dt.timedelta(days=10), now),
        )  # fmt: skip
        window.services.set([rows.services[work.service]])
        windows[work.service].append((second(start), second(end)))
        AvailabilityEvent.objects.create(
            maintenance=window, kind="announced", at=window.created_at, actor=rows.agent,
            data={
                "starts_at": start.isoformat(), "ends_at": end.isoformat(),
                "services": [rows.services[work.service].pk],
            },
        )  # fmt: skip
    return windows


def _second_sunday(first: dt.date) -> dt.date:
    return first + dt.timedelta(days=(6 - first.weekday()) % 7 + 7)


# --- rows -----------------------------------------------------------------------------------


def _add(
    rows: _Rows,
    told: Tale | later.Event,
    start: dt.datetime,
    seconds: int,
    severity: str,
    now: dt.datetime,
) -> None:
    end = start + dt.timedelta(seconds=seconds)
    if seconds <= 0 or end > now:
        return
    confirmed = rows.manager if now - end > dt.timedelta(days=5) else None
    rows.outages.append(
        Outage(
            service=rows.services[told.service],
            title=told.title,
            severity=severity,
            stage=Outage.Stage.ENDED,
            source=Outage.Source.HAND,
            cause=told.cause,
            started_at=start,
            ended_at=end,
            reported_by=rows.agent,
            created_at=start,
            confirmed_by=confirmed,
            confirmed_at=end + dt.timedelta(days=1) if confirmed else None,
        )
    )
    rows.ends.append(told.end)


def _write(rows: _Rows) -> None:
    outages = Outage.objects.bulk_create(rows.outages)
    OutagePhase.objects.bulk_create(
        OutagePhase(outage=one, severity=one.severity, started_at=one.started_at) for one in outages
    )
    updates: list[OutageUpdate] = []
    events: list[AvailabilityEvent] = []
    for outage, end in zip(outages, rows.ends, strict=True):
        ended_at = outage.ended_at or outage.started_at
        told = [
            (outage.started_at, Outage.Stage.REPORTED, "Bibliotheken melden het. We zoeken uit."),
            (ended_at, Outage.Stage.ENDED, end),
        ]
        updates += [
            OutageUpdate(
                outage=outage, stage=stage, text=text, author=rows.agent, at=at, told_at=at
            )
            for at, stage, text in told
        ]
        events += _events(outage, rows)
    OutageUpdate.objects.bulk_create(updates)
    AvailabilityEvent.objects.bulk_create(events)


def _events(outage: Outage, rows: _Rows) -> Iterator[AvailabilityEvent]:
    opened = {
        "service": outage.service_id, "severity": outage.severity, "source": outage.source,
        "started_at": outage.started_at.isoformat(), "planned": False,
    }  # fmt: skip
    yield AvailabilityEvent(
        outage=outage, kind="opened", at=outage.started_at, actor=rows.agent, data=opened
    )
    if outage.ended_at:
        ended = {"ended_at": outage.ended_at.isoformat()}
        yield AvailabilityEvent(
            outage=outage, kind="ended", at=outage.ended_at, actor=rows.agent, data=ended
        )
    if outage.confirmed_at:
        yield AvailabilityEvent(
            outage=outage, kind="confirmed", at=outage.confirmed_at, actor=rows.manager
        )


def _go_on(rows: _Rows, now: dt.datetime) -> None:
    """The hindrance of this morning that still goes on."""
    start = now - dt.timedelta(minutes=54)
    service = rows.services["websites"]
    if Outage.objects.filter(service=service).touching(start, now).exists():
        return
    outage = Outage.objects.create(
        service=service, title="Bibliotheekwebsites laden traag",
        title_en="Library websites load slowly", severity="degraded",
        stage=Outage.Stage.REPAIRING, source=Outage.Source.HAND, started_at=start,
        reported_by=rows.agent, created_at=start,
    )  # fmt: skip
    OutagePhase.objects.create(outage=outage, severity="degraded", started_at=start)
    told = [
        (54, "reported", "Bibliotheken melden trage websites: pagina’s openen in 10 tot 20 "
         "seconden. Zoeken en verlengen lukt, maar traag. We onderzoeken het.",
         "Libraries report slow websites: pages take 10 to 20 seconds. Searching and renewing "
         "work, but slowly. We are looking into it."),
        (35, "identified", "Een databankserver is overbelast sinds de nachtelijke update.",
         "A database server is overloaded since last night’s update."),
        (6, "repairing", "Eén server is hersteld. De leverancier zet de tweede server over.",
         "One server is repaired. The supplier is moving the second one."),
    ]  # fmt: skip
    for minutes, stage, text, text_en in told:
        at = now - dt.timedelta(minutes=minutes)
        OutageUpdate.objects.create(
            outage=outage, stage=stage, text=text, text_en=text_en, author=rows.agent, at=at,
            told_at=at,
        )  # fmt: skip
    AvailabilityEvent.objects.bulk_create(_events(outage, rows))


def _watch(services: dict[str, Service]) -> None:
    """Monitors of the invented services rest, for their addresses do not exist."""
    for name, slug, kind, target, text in later.MONITORS:
        Monitor.objects.create(
            name=name, service=services[slug], kind=kind, target=target, expected_text=text,
            tls_days=14 if target.startswith("https") else 0, is_active=False,
        )  # fmt: skip
    MonitoringMailRule.objects.create(
        sender="monitor.example", words="web", service=services["websites"], is_active=False
    )


def _local(text: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.fromisoformat(text))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
