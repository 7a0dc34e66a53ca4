"""Work of sla for the workers."""

import datetime as dt
import time

from celery import shared_task
from django.utils import timezone

from servicedesk.outbox.forgetting import forget_notices
from sla.models import Recompute
from sla.recomputing import walk
from sla.reports import freezing
from sla.rounds import check_and_sweep
from sla.steps import take_steps

#: How long a recompute works on before others get their turn; it goes on at the next wake-up.
TURN_SECONDS = 15
#: Letters of a moment, and how long their texts are kept: shorter than any rule of retention, as
#: they name tickets.
NOTICES, NOTICES_KEPT = ("alerts:", "alarm:"), dt.timedelta(days=28)


@shared_task
def check_sla() -> int:
    """One round of the SLA check; gives the number of alerts it raised. May run twice at once."""
    return sum(1 for _alert in check_and_sweep())


@shared_task
def take_waiting_steps() -> int:
    """Reminds requesters and solves what stays unanswered, by the rules of the policies."""
    return take_steps()


@shared_task
def walk_recomputes() -> bool:
    """Goes on with recomputes that are previewed or carried out; True when something is left."""
    began, working = time.monotonic(), Recompute.objects.working()
    for pk in list(working.values_list("pk", flat=True)):
        while walk(pk):
            if time.monotonic() - began > TURN_SECONDS:
                walk_recomputes.apply_async(retry=False, ignore_result=True)
                return True
    return False


@shared_task
def freeze_months() -> list[str]:
    """Publishes the months whose day has come; gives their names. May run twice at once."""
    return [str(month) for month in freezing.freeze_months()]


@shared_task
def forget_old_notices() -> int:
    """Empties letters about alerts and alarms of weeks ago; gives their count. May run twice."""
    return forget_notices(NOTICES, before=timezone.now() - NOTICES_KEPT)
