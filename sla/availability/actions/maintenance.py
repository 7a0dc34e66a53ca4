"""Announced work: its time leaves the window that is measured, so every change is in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from sla.availability.actions.locking import guard, lock_maintenance, whole_second
from sla.availability.events import record
from sla.availability.models import MaintenanceWindow
from sla.availability.permissions import (
    may_change_maintenance,
    may_correct_outage,
    may_report_outage,
)
from tickets.events import verb


@dataclass(frozen=True)
class Work:
    """What is done to which services, from when until when."""

    title: str
    services: Iterable[Service]
    starts_at: dt.datetime
    ends_at: dt.datetime
    text: str = ""
    title_en: str = ""
    text_en: str = ""


@verb
def announce_maintenance(work: Work, *, by: User, reason: str = "") -> MaintenanceWindow:
    """Announces work. What has begun already changes figures: a manager, with a reason.

    Raises OutageError for times that run backwards and for no service.
    """
    guard(may_report_outage(by))
    services = _check(work)
    if work.starts_at < timezone.now():
        _late(by, reason)
    window = MaintenanceWindow.objects.create(
        **_words(work),
        starts_at=whole_second(work.starts_at),
        ends_at=whole_second(work.ends_at),
        announced_by=by,
    )
    window.services.set(services)
    record(
        window,
        "announced",
        by=by,
        reason=reason.strip(),
        starts_at=window.starts_at.isoformat(),
        ends_at=window.ends_at.isoformat(),
        services=sorted(service.pk for service in services),
    )
    return window


@verb
def change_maintenance(
    window: MaintenanceWindow, work: Work, *, by: User, reason: str = ""
) -> MaintenanceWindow:
    """Other times, services or words. Once it has begun: a manager, with a reason."""
    window = lock_maintenance(window)
    guard(may_change_maintenance(by, window))
    guard(window.cancelled_at is None, _("This maintenance was cancelled."))
    services = _check(work)
    if window.has_begun or work.starts_at < timezone.now():
        _late(by, reason)
    before = _facts(window)
    for name, words in _words(work).items():
        setattr(window, name, words)
    window.starts_at, window.ends_at = whole_second(work.starts_at), whole_second(work.ends_at)
    window.services.set(services)
    after = _facts(window)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        window.save()
        record(window, "changed", by=by, reason=reason.strip(), changes=changes)
    return window


@verb
def cancel_maintenance(
    window: MaintenanceWindow, *, by: User, reason: str = ""
) -> MaintenanceWindow:
    """It does not happen. Cancelling twice changes nothing."""
    window = lock_maintenance(window)
    guard(may_change_maintenance(by, window))
    if window.has_begun:
        _late(by, reason)
    if window.cancelled_at is None:
        window.cancelled_at = timezone.now()
        window.save(update_fields=["cancelled_at"])
        record(window, "cancelled", by=by, reason=reason.strip())
    return window


def _check(work: Work) -> list[Service]:
    services = list(work.services)
    guard(bool(work.title.strip()), _("Give the maintenance a title."))
    guard(bool(services), _("Choose at least one service."))
    guard(
        whole_second(work.starts_at) < whole_second(work.ends_at),
        _("The maintenance ends before it begins: look at both times."),
    )
    return services


def _late(by: User, reason: str) -> None:
    guard(
        may_correct_outage(by),
        _("This maintenance has begun: it changes figures, so only a manager can."),
    )
    guard(bool(reason.strip()), _("Say why: this changes figures that count."))


def _words(work: Work) -> dict[str, str]:
    return {
        "title": " ".join(work.title.split())[:120],
        "title_en": " ".join(work.title_en.split())[:120],
        "text": work.text.strip(),
        "text_en": work.text_en.strip(),
    }


def _facts(window: MaintenanceWindow) -> dict[str, object]:
    return {
        "title": window.title,
        "title_en": window.title_en,
        "text": window.text,
        "text_en": window.text_en,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "services": sorted(window.services.values_list("pk", flat=True)),
    }
