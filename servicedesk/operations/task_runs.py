"""Keeping what became of each task of the timetable, and finding the ones nobody hears of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from celery import current_app
from celery.schedules import BaseSchedule, maybe_schedule
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Min, Q
from django.utils import timezone

from servicedesk.lib.logs import scrub
from servicedesk.operations.models import TaskRun

#: What is not heard of for this long is asked for again: Redis was emptied, a worker was killed.
AGAIN_AFTER = dt.timedelta(minutes=3)
#: A task may be late by this much, tries included: the machine was busy. A person should look then.
LATE = dt.timedelta(minutes=10)


def note_sent(name: str, at: dt.datetime) -> None:
    """The beat asked for it."""
    _note(name, sent_at=at)


def note_done(name: str) -> None:
    """A worker finished it."""
    _note(name, heard_at=timezone.now(), runs=F("runs") + 1)


def note_failed(name: str, error: BaseException) -> None:
    """It raised: a person can read what, without the addresses that stand in it."""
    now, text = timezone.now(), scrub(f"{type(error).__name__}: {error}")[:2000]
    _note(name, heard_at=now, failed_at=now, error=text, failures=F("failures") + 1)


def sent_at() -> dict[str, dt.datetime]:
    """When the beat last asked for each task."""
    rows = TaskRun.objects.values_list("name", "sent_at")
    return {name: at for name, at in rows if at is not None}


def asked_in_vain() -> set[str]:
    """Tasks that the beat asked for, some time ago, and that no worker finished since."""
    late = TaskRun.objects.filter(sent_at__lt=timezone.now() - AGAIN_AFTER)
    vain = late.filter(Q(heard_at=None) | Q(heard_at__lt=F("sent_at")))
    return set(vain.values_list("name", flat=True))


def timetable() -> dict[str, BaseSchedule]:
    """The schedule of each task, by the task's name."""
    entries = current_app.conf.beat_schedule.values()
    return {entry["task"]: maybe_schedule(entry["schedule"]) for entry in entries}


def unheard() -> Iterator[str]:
    """The tasks of the timetable that should have run by now and did not."""
    heard = dict(TaskRun.objects.values_list("name", "heard_at"))
    began = _desk_began()
    for name, schedule in sorted(timetable().items()):
        since = heard.get(name) or began
        overdue = -schedule.remaining_estimate(since)
        if overdue > LATE:
            yield name


def _note(name: str, **fields: Any) -> None:
    rows = TaskRun.objects.filter(name=name)
    if not rows.update(**fields):
        TaskRun.objects.get_or_create(name=name)
        rows.update(**fields)


def _desk_began() -> dt.datetime:
    """A desk that was just made has heard of nothing yet."""
    applied = MigrationRecorder(connection).migration_qs.aggregate(first=Min("applied"))
    return applied["first"] or timezone.now()
