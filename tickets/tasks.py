"""Work of tickets for the workers."""

import logging

from celery import shared_task

from tickets.actions.transitions import close_solved
from tickets.drawing import draw_waiting
from tickets.mail.fetching import alert_failing, lease_due, look_into
from tickets.mail.intake import process_received
from tickets.mail.undelivered import tell_of_failures
from tickets.privacy.retention import anonymise_due
from tickets.sweeping import sweep_orphans

#: Tickets in one round; the rounds of a night take many times as many.
ONE_ROUND = 1000
logger = logging.getLogger(__name__)


@shared_task
def close_solved_tickets() -> int:
    """Closes tickets that can no longer be reopened. May run twice."""
    return close_solved()


@shared_task
def tell_of_failed_mail() -> int:
    """Tells who handles a ticket that mail about it did not arrive. May run twice."""
    return tell_of_failures()


@shared_task
def draw_pictures() -> int:
    """Draws the pictures that came by mail, a hundred at a time. May run twice."""
    return draw_waiting()


@shared_task
def sweep_files() -> int:
    """Deletes files that nothing has pointed to for a day. May run twice."""
    return sweep_orphans()


@shared_task
def process_received_mail() -> int:
    """Goes on with mail that was taken in and left behind. Woken by a retry, and by the beat."""
    return process_received()


@shared_task
def anonymise_tickets() -> int:
    """Anonymises tickets that were kept long enough, a part at a time. May run twice."""
    return anonymise_due(limit=ONE_ROUND)


@shared_task
def look_into_mailboxes() -> int:
    """Sends a worker to each mailbox whose turn it is. A lost message costs the time of a lease."""
    alert_failing()
    ids = lease_due()
    for mailbox in ids:
        try:
            fetch_mailbox.apply_async([mailbox], retry=False, ignore_result=True)
        except fetch_mailbox.OperationalError as error:
            logger.warning("no worker sent to mailbox %s: %s", mailbox, error)
    return len(ids)


@shared_task
def fetch_mailbox(mailbox: int) -> int:
    """Takes in what is new in one mailbox. May run twice: the same mail is a duplicate then."""
    return look_into(mailbox)
