"""For the worker behind run.py (`--include servicedesk.local.pool`)."""

import os
import signal

from celery.signals import worker_process_init

from servicedesk.local.processes import die_with


@worker_process_init.connect
def die_with_the_worker(**kwargs: object) -> None:
    """A killed worker leaves no process of its pool behind, not even one at work."""
    die_with(os.getppid(), signal.SIGKILL)
