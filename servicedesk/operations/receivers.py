"""What a worker does, noted while it does it; and open pages hear of every event."""

from __future__ import annotations

import contextlib
from typing import Any

from celery import Task
from celery.platforms import EX_FAILURE
from celery.signals import task_failure, task_success, worker_init, worker_shutdown
from celery.worker import WorkController
from django.db import Error
from django.dispatch import receiver

from servicedesk.lib import live
from servicedesk.operations import task_runs
from servicedesk.operations.heartbeats import Kind, Pulse
from tickets.signals import events_recorded


@worker_init.connect
def worker_lives(sender: WorkController, **_kwargs: Any) -> None:
    """Before its pool is made, so that no process of the pool has our connection.

    A worker that meets an error it knows no way out of, such as a Redis without room on its disk,
    waits for its pool, and the pool may wait for its worker, for ever.
    """
    pulse = Pulse(Kind.WORKER, has_failed=lambda: sender.exitcode == EX_FAILURE)
    pulse.start()
    worker_shutdown.connect(lambda **_kwargs: pulse.stop(), weak=False)


@task_success.connect
def task_done(sender: Task, **_kwargs: Any) -> None:
    _note(task_runs.note_done, sender.name)


@task_failure.connect
def task_failed(sender: Task, exception: BaseException, **_kwargs: Any) -> None:
    _note(task_runs.note_failed, sender.name, exception)


def _note(how: Any, name: str, *details: Any) -> None:
    """Tasks of the timetable only; without a database nothing can be noted, nor done."""
    if name in task_runs.timetable():
        with contextlib.suppress(Error):
            how(name, *details)


@receiver(events_recorded, dispatch_uid="operations.live")
def tell_open_pages(sender: type, **_kwargs: Any) -> None:
    """After the commit of the verb."""
    live.changed()
