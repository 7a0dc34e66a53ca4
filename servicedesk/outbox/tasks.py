"""Work of the outbox for the workers."""

from celery import shared_task

from servicedesk.outbox.senders import a_round
from servicedesk.outbox.sending import send_waiting


@shared_task
def send_outgoing_mail() -> int:
    """Sends what waits. Woken after each commit that wrote mail, and by the beat.

    Where enough others send already it leaves the mail to them.
    """
    with a_round() as is_ours:
        return send_waiting() if is_ours else 0
