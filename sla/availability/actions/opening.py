"""A new outage, through whichever door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from servicedesk.lib.translated import in_both_languages
from sla.availability.actions.locking import (
    check_free,
    check_times,
    guard,
    lock_service,
    whole_second,
)
from sla.availability.actions.updating import change_severity
from sla.availability.events import record
from sla.availability.models import Outage, OutagePhase, OutageUpdate
from sla.availability.permissions import may_report_outage
from tickets.events import verb

Severity, Source = Outage.Severity, Outage.Source


@dataclass(frozen=True)
class NewOutage:
    """What is known when an outage is reported. `text` is the first thing told to everybody."""

    service: Service
    severity: str = Severity.DOWN
    title: str = ""
    title_en: str = ""
    text: str = ""
    text_en: str = ""
    cause: str = ""
    source: str = Source.HAND
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    is_planned: bool = False
    components: Iterable[Service] = ()
    token: uuid.UUID | None = None


@verb
def open_outage(new: NewOutage, *, by: User | None) -> Outage:
    """An agent (or a monitor: `by` None) reports an outage; one that is over may be told too.

    Raises OutageError for times that run backwards, lie in the future or overlap with another
    outage of the service, an open one above all: see `report_outage` for joining that.
    """
    guard(by is None or may_report_outage(by))
    lock_service(new.service.pk)
    return _open(new, by=by)


@verb
def report_outage(new: NewOutage, *, by: User | None) -> tuple[Outage, bool]:
    """The open outage of the service, and whether this report opened it.

    One outage however many report it, at one instant too: whoever comes later gets the same one,
    which is from then on as bad as the worst report says. Guards nothing, so that the site-down
    page may call it for a requester. Raises OutageError for a start in the future.
    """
    lock_service(new.service.pk)
    there = Outage.objects.open().filter(service=new.service).select_related("service").first()
    if there is not None:
        return _as_bad_as(new, there), False
    start = new.started_at or timezone.now()
    last = Outage.objects.over().filter(service=new.service).order_by("-ended_at").first()
    if last is not None and last.ended_at is not None:
        start = max(start, last.ended_at)
    return _open(replace(new, started_at=start, ended_at=None), by=by), True


def _as_bad_as(new: NewOutage, there: Outage) -> Outage:
    if new.severity != Severity.DOWN or there.severity == Severity.DOWN:
        return there
    latest = max(phase.started_at for phase in there.phases.all())
    return change_severity(
        there, Severity.DOWN, by=None, at=max(new.started_at or timezone.now(), latest)
    )


def _open(new: NewOutage, *, by: User | None) -> Outage:
    """Needs the lock of the service."""
    start = whole_second(new.started_at or timezone.now())
    end = whole_second(new.ended_at) if new.ended_at else None
    check_times(start, end)
    check_free(new.service.pk, start, end)
    title, title_en = _titles(new)
    outage = Outage.objects.create(
        service=new.service,
        title=title[:120],
        title_en=title_en[:120],
        severity=new.severity,
        stage=Outage.Stage.ENDED if end else Outage.Stage.REPORTED,
        source=new.source,
        is_planned=new.is_planned,
        cause=new.cause,
        started_at=start,
        ended_at=end,
        reported_by=by,
    )
    outage.components.set(new.components)
    OutagePhase.objects.create(outage=outage, severity=new.severity, started_at=start)
    if new.text.strip():
        OutageUpdate.objects.create(
            outage=outage,
            stage=outage.stage,
            text=new.text.strip(),
            text_en=new.text_en.strip(),
            author=by,
            at=max(start, outage.created_at),
            submission_token=new.token,
        )
    record(
        outage,
        "opened",
        by=by,
        service=new.service.pk,
        severity=str(new.severity),
        source=str(new.source),
        started_at=start.isoformat(),
        planned=new.is_planned,
    )
    return outage


def _titles(new: NewOutage) -> tuple[str, str]:
    """In the first language of the desk and in English; our own where nobody wrote one."""
    if title := " ".join(new.title.split()):
        return title, " ".join(new.title_en.split())
    return in_both_languages(lambda: _default_title(new))


def _default_title(new: NewOutage) -> str:
    words = {"service": new.service.label}
    if new.severity == Severity.DOWN:
        return _("%(service)s is unavailable") % words
    return _("%(service)s does not work as it should") % words
