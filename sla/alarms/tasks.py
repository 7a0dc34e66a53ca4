"""Work of alarms for the workers."""

from celery import shared_task

from sla.alarms.raising import raise_missing
from sla.alarms.sending import send_waiting
from sla.alarms.steps import take_steps


@shared_task
def watch_alarms() -> int:
    """Raises alarms that were missed, tells the next people of those that nobody took, and sends;
    gives how many messages went out. May run twice at once."""
    raise_missing()
    take_steps()
    return send_waiting()
