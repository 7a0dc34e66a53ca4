"""Taking the steps of waiting rules: each once, in office hours, whatever dies meanwhile.

A due step is a column of the promise, so that looking for them costs an index scan. Whether it is
still due is decided again from the log, under the lock of the ticket.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from servicedesk.outbox.holding import is_held
from sla.clocks import refresh
from sla.logs import Logs
from sla.models import TicketPromise
from sla.waiting import SOLVE, next_step
from tickets.actions.waiting import remind, solve_unanswered
from tickets.models import Ticket

MOST = 500


def take_steps(*, now: dt.datetime | None = None) -> int:
    """Takes the steps that are due, the oldest first; gives their count. May run twice at once.

    A held desk takes none.
    """
    if is_held():
        return 0
    moment = now or timezone.now()
    due = TicketPromise.objects.filter(next_step_at__lte=moment).order_by("next_step_at", "pk")
    return sum(_take(ticket, moment) for ticket in due.values_list("ticket", flat=True)[:MOST])


@transaction.atomic
def _take(ticket_id: int, now: dt.datetime) -> bool:
    free = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id)
    ticket = free.first()
    if ticket is None:
        return False  # somebody works on it: the next round looks again
    promise = TicketPromise.objects.select_related("policy_version", "calendar_version").get(
        ticket=ticket_id
    )
    if promise.policy_version is None or promise.calendar_version is None:
        return False
    hours, log = promise.calendar_version.business_hours, Logs.read([ticket_id]).of[ticket_id]
    step = next_step(log, rules=promise.policy_version.waiting, hours=hours)
    if step is None or step.at > now:
        refresh(ticket_id, now=now)  # the column was behind the log
        return False
    if not hours.is_open(now):
        return False  # noticed late: nobody is written to at night
    if step.step == SOLVE:
        solve_unanswered(ticket, since=step.since)
    else:
        remind(ticket, step=step.step, since=step.since)
    return True
