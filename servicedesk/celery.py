"""The Celery app, and the whole timetable of the desk.

Messages only say "look now": whatever was to be done is a row first, and the timetable finds
rows whose message was lost. So nothing here is retried, and results are not kept.
"""

import os
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import before_task_publish, setup_logging, task_prerun
from django.conf import settings
from django.utils.log import configure_logging

from servicedesk.lib import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

app = Celery("servicedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_desk_does(**_signal: Any) -> None:
    """Workers and beat write the same lines as the web server."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


@before_task_publish.connect
def send_along_who_asked(headers: dict[str, Any], **_signal: Any) -> None:
    """The id of the request that woke a worker goes with the message."""
    headers["desk_request"] = logs.current_request()


@task_prerun.connect
def begin_lines_of_task(task_id: str, task: Task, **_signal: Any) -> None:
    """Lines of a task name the task, and the request behind it."""
    logs.begin(task_id=task_id, request=task.request.get("desk_request") or "")


app.conf.beat_schedule = {
    "send-outgoing-mail": {
        "task": "servicedesk.outbox.tasks.send_outgoing_mail",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "run-monitors": {
        "task": "sla.availability.tasks.run_monitors",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "tell-outage-updates": {
        "task": "sla.availability.tasks.tell_outage_updates",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "check-sla": {
        "task": "sla.tasks.check_sla",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "take-waiting-steps": {
        "task": "sla.tasks.take_waiting_steps",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tell-of-failed-mail": {
        "task": "tickets.tasks.tell_of_failed_mail",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "look-into-mailboxes": {
        "task": "tickets.tasks.look_into_mailboxes",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "process-received-mail": {
        "task": "tickets.tasks.process_received_mail",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "walk-recomputes": {
        "task": "sla.tasks.walk_recomputes",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "forget-old-notices": {
        "task": "sla.tasks.forget_old_notices",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
    "freeze-months": {
        "task": "sla.tasks.freeze_months",
        "schedule": crontab(minute="7"),
        "options": {"expires": 3600},
    },
    "check-suppliers": {
        "task": "sla.contracts.tasks.check_suppliers",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "review-contracts": {
        "task": "sla.contracts.tasks.review_contracts",
        "schedule": crontab(minute="27"),
        "options": {"expires": 3600},
    },
    "watch-alarms": {
        "task": "sla.alarms.tasks.watch_alarms",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "close-solved-tickets": {
        "task": "tickets.tasks.close_solved_tickets",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "draw-pictures": {
        "task": "tickets.tasks.draw_pictures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "anonymise-tickets": {
        "task": "tickets.tasks.anonymise_tickets",
        "schedule": crontab(hour="0-4", minute="*/10"),
        "options": {"expires": 600},
    },
    "sweep-files": {
        "task": "tickets.tasks.sweep_files",
        "schedule": crontab(hour="2", minute="20"),
        "options": {"expires": 3600},
    },
    "sweep-sign-ins": {
        "task": "servicedesk.accounts.tasks.sweep_sign_ins",
        "schedule": crontab(minute=17),
        "options": {"expires": 3600},
    },
}
