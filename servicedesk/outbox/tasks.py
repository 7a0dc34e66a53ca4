"""Work of the outbox for the workers."""

from celery import shared_task

from servicedesk.outbox.sending import send_waiting


@shared_task
def send_outgoing_mail() -> int:
    """Sends what waits. Woken after each commit that wrote mail, and by the beat."""
    return send_waiting()
