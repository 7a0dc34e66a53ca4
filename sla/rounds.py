"""One round of the desk's SLA watch, as the timetable and the command run it."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from servicedesk.outbox.holding import is_held
from sla.alert_mail import mail_alerts
from sla.alerts import check
from sla.clocks import refresh_many
from sla.logs import TOLD_BY
from sla.models import Alert, TicketPromise
from tickets.models import Ticket, TicketEvent

#: How far back in the log a round looks for events that no clock knows, and how many it mends.
RECENT_EVENTS = 10_000
MOST = 1_000


def check_and_sweep(*, now: dt.datetime | None = None) -> Iterator[Alert]:
    """Mends clocks that missed something, then raises what is due and gives it; at the end writes
    the mail about it.

    A held desk raises nothing: what rang in the desk it was saved from is not told twice.
    """
    refresh_many(stale_tickets(), now=now)
    if not is_held():
        yield from check(now=now)
        mail_alerts(now=now)


def stale_tickets() -> set[int]:
    """Tickets whose log is newer than their clocks. Two queries, whatever the size of the desk.

    Verbs fold in their own transaction, so there are none, unless rows came in past the verbs.
    """
    return set(_unpromised()) | set(_behind())


def _unpromised() -> Iterator[int]:
    """Unsolved tickets that never were folded."""
    found = Ticket.objects.unsolved().filter(promise=None, events__kind="opened")
    yield from found.order_by("pk").values_list("pk", flat=True)[:MOST]


def _behind() -> Iterator[int]:
    """Tickets with a recent event that their clocks do not know."""
    newest = TicketEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    folded = TicketPromise.objects.filter(ticket=OuterRef("ticket")).values("folded")
    recent = TicketEvent.objects.filter(pk__gt=newest - RECENT_EVENTS, kind__in=TOLD_BY)
    behind = recent.annotate(folded=Coalesce(Subquery(folded), 0)).filter(pk__gt=F("folded"))
    yield from behind.order_by().values_list("ticket", flat=True).distinct()[:MOST]
