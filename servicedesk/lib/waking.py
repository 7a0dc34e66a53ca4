"""Waking a worker after the commit. A wake-up may get lost; a sweep finds the work anyway."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

#: Seconds between two wake-ups of one task where many are gathered.
ONCE_IN = 1.0


@dataclass
class _Gathered:
    """When each task was woken last, and which are to be woken once more."""

    sent: dict[str, float] = field(default_factory=dict)
    owed: dict[str, Task] = field(default_factory=dict)


class _Here(threading.local):
    """What this thread gathers; usually nothing."""

    gathered: _Gathered | None = None


_here = _Here()


@contextlib.contextmanager
def gathered() -> Iterator[None]:
    """Within it a task is woken at once, then once a second at most, and once more at the end.

    For whoever does the same many times, such as taking in mail: asking the broker costs more
    than a query.
    """
    mine = _here.gathered = _Gathered()
    try:
        yield
    finally:
        _here.gathered = None
        for task in mine.owed.values():
            _send(task)


def wake(task: Task) -> None:
    """Asks a worker to run `task` (no arguments) once this transaction is committed.

    Never raises and never waits longer than the broker's short time limits: with the broker
    away the beat finds the rows that were written.
    """
    transaction.on_commit(partial(_send, task))


def _send(task: Task) -> None:
    if _here.gathered and not _is_due(task, _here.gathered):
        return
    try:
        task.apply_async(retry=False, ignore_result=True)
    except task.OperationalError as error:
        logger.warning("no worker woken for %s: %s", task.name, error)


def _is_due(task: Task, gathered: _Gathered) -> bool:
    now = time.monotonic()
    last = gathered.sent.get(task.name)
    if last is not None and now - last < ONCE_IN:
        gathered.owed[task.name] = task
        return False
    gathered.owed.pop(task.name, None)
    gathered.sent[task.name] = now
    return True
