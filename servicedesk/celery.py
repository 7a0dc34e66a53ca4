"""The Celery app, and the whole timetable of the desk.

Messages only say "look now": whatever was to be done is a row first, and the timetable finds
rows whose message was lost. So nothing here is retried, and results are not kept.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

app = Celery("servicedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "send-outgoing-mail": {
        "task": "servicedesk.outbox.tasks.send_outgoing_mail",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "check-sla": {
        "task": "sla.tasks.check_sla",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "tell-of-failed-mail": {
        "task": "tickets.tasks.tell_of_failed_mail",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "close-solved-tickets": {
        "task": "tickets.tasks.close_solved_tickets",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
}
