"""Settings of gunicorn, behind run.py and elsewhere (`-c python:servicedesk.local.web`)."""

import os
import shutil
import signal
import tempfile

# Before anything counts: each process has files of its own in this folder.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="desk-metrics-")

# Nobody waits longer for a page; a statement that does would keep a thread from everybody.
os.environ.setdefault("DESK_STATEMENT_SECONDS", "30")

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import multiprocess

from servicedesk.local.patience import raise_limit_of_files
from servicedesk.local.processes import die_with

workers = 2
threads = 4
worker_class = "servicedesk.local.patience.PatientWorker"
#: Most of them wait for their next request, or for the rest of a slow one.
worker_connections = raise_limit_of_files() // 2
preload_app = True
graceful_timeout = 10
timeout = 60
#: Longer than a proxy or a browser keeps a silent connection (Caddy: 120 seconds): who closes first
#: is never us, as a form that is sent at that very moment would be lost.
keepalive = 130
control_socket_disable = True


def post_fork(server: Arbiter, worker: Worker) -> None:
    """A killed master leaves no worker behind."""
    die_with(server.pid, signal.SIGKILL)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """What a worker that is gone has counted still counts."""
    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Arbiter) -> None:
    """The next one counts from zero, as Prometheus expects."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
