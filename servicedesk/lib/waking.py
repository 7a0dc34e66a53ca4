"""Waking a worker after the commit. A wake-up may get lost; a sweep finds the work anyway."""

import logging
from functools import partial

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


def wake(task: Task) -> None:
    """Asks a worker to run `task` (no arguments) once this transaction is committed.

    Never raises and never waits longer than the broker's short time limits: with the broker
    away the beat finds the rows that were written.
    """
    transaction.on_commit(partial(_send, task))


def _send(task: Task) -> None:
    try:
        task.apply_async(retry=False, ignore_result=True)
    except task.OperationalError as error:
        logger.warning("no worker woken for %s: %s", task.name, error)
