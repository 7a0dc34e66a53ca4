"""Work of availability for the workers. Each may run twice at once."""

from celery import shared_task

from sla.availability.monitors.rounds import run_due
from sla.availability.telling import tell_waiting


@shared_task
def tell_outage_updates() -> int:
    """Tells reporters and followers of updates that were not told yet; gives their count."""
    return tell_waiting()


@shared_task
def run_monitors() -> int:
    """Asks every monitor that is due; gives their count."""
    return run_due()
