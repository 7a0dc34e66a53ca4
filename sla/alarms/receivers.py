"""An alarm follows the log of its outage, in the transaction of the verb that wrote it."""

from typing import Any

from django.dispatch import receiver

from servicedesk.lib import live
from servicedesk.lib.waking import wake
from sla.alarms.raising import deserves_alarm, end_for, raise_for
from sla.alarms.tasks import watch_alarms
from sla.availability.models import AvailabilityEvent
from sla.availability.signals import availability_changed

#: Kinds after which an outage may deserve an alarm, or no longer does.
TURNS = frozenset({"opened", "severity_changed", "ended", "corrected", "withdrawn"})


@receiver(availability_changed, dispatch_uid="alarms.follow")
def follow_outage(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    outage = event.outage
    if outage is None:
        return
    if event.kind == "ticket_linked":
        live.changed()
    if event.kind not in TURNS:
        return
    if deserves_alarm(outage):
        raise_for(outage)
        wake(watch_alarms)
    else:
        end_for(outage)
