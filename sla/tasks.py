"""Work of sla for the workers."""

from celery import shared_task

from sla.rounds import check_and_sweep


@shared_task
def check_sla() -> int:
    """One round of the SLA check; gives the number of alerts it raised. May run twice at once."""
    return sum(1 for _alert in check_and_sweep())
