"""The programs of a desk, each as `python -m …`: the same behind run.py, systemd and compose."""

WEB = ("gunicorn", "servicedesk.wsgi", "-c", "python:servicedesk.local.web")
WORKER = (
    "celery", "-A", "servicedesk", "worker", "-l", "info", "--concurrency", "2",
    "--without-mingle", "--without-gossip", "--include", "servicedesk.local.pool",
)  # fmt: skip
BEAT = ("celery", "-A", "servicedesk", "beat", "-l", "info", "--pidfile=")
