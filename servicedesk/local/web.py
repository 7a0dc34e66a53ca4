"""Settings of gunicorn behind run.py (`-c python:servicedesk.local.web`)."""

import signal

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from servicedesk.local.processes import die_with

workers = 2
threads = 4
preload_app = True
graceful_timeout = 10
timeout = 60
control_socket_disable = True


def post_fork(server: Arbiter, worker: Worker) -> None:
    """A killed master leaves no worker behind."""
    die_with(server.pid, signal.SIGKILL)
