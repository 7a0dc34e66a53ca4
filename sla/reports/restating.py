"""What managers set right about outages and maintenance is set right in published months too.

A correction has its reason already: the months it touches are restated with that reason and name.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from sla.availability.models import AvailabilityEvent
from sla.availability.models.targets import KEY
from sla.availability.signals import availability_changed
from sla.exceptions import PromiseError
from sla.models import FrozenMonth
from sla.reports.freezing import restate
from sla.reports.months import Month

#: The edges of what an event is about, in its changes and on its row.
EDGES = ("started_at", "ended_at", "starts_at", "ends_at")


@receiver(availability_changed, dispatch_uid="reports.restate")
def restate_months(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    """In the transaction of the correction; months that say the same are left alone."""
    if event.actor is None or not event.reason:
        return
    first, last = _touched(event)
    for month in FrozenMonth.objects.filter(first_day__gte=first, first_day__lte=last):
        with suppress(PromiseError):  # nothing is different
            restate(month, by=event.actor, reason=event.reason, only=KEY)


def _touched(event: AvailabilityEvent) -> tuple[dt.date, dt.date]:
    """From the first to the last month in which it lay, before or after."""
    about = event.outage or event.maintenance
    moments = [
        getattr(about, edge, None) or timezone.now() for edge in EDGES if hasattr(about, edge)
    ]
    changes = event.data.get("changes", {})
    moments += [
        dt.datetime.fromisoformat(moment) if moment else timezone.now()
        for edge in EDGES
        for moment in changes.get(edge, [])
    ]
    return Month.of(min(moments)).first_day, Month.of(max(moments)).first_day
