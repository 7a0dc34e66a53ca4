"""What follows from a row in the log of outages, in the transaction of its verb."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from servicedesk.accounts.models import User
from servicedesk.lib.waking import wake
from sla.availability.models import AvailabilityEvent, OutageFollower, StatusSubscriber
from sla.availability.monitors.intake import follow_alert
from sla.availability.signals import availability_changed
from sla.availability.status.serving import outdate
from sla.availability.tasks import tell_outage_updates
from tickets.models import TicketEvent
from tickets.signals import events_recorded, person_data_asked, person_forgotten

#: Kinds that may have written an update.
SPEAKING = frozenset({"opened", "update_posted"})


@receiver(availability_changed, dispatch_uid="availability.tell")
def wake_teller(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    """A worker tells people right after the commit; the timetable finds what it missed."""
    if event.kind in SPEAKING:
        wake(tell_outage_updates)


@receiver(availability_changed, dispatch_uid="availability.status")
def renew_status(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    """The next reader of the status page sees it."""
    transaction.on_commit(outdate)


@receiver(events_recorded, dispatch_uid="availability.alerts")
def read_monitoring_mail(
    sender: type, ticket_id: int, events: list[TicketEvent], **_kwargs: Any
) -> None:
    """A ticket made of a mail may be the alert of a monitoring system."""
    if any(event.kind == "opened" and event.data["channel"] == "mail" for event in events):
        follow_alert(ticket_id)


@receiver(person_forgotten, dispatch_uid="availability.forget")
def forget_person(sender: type, person: User, **_kwargs: Any) -> None:
    """No outage is mailed to somebody who asked to be forgotten."""
    StatusSubscriber.objects.filter(email__iexact=person.email).delete()
    OutageFollower.objects.filter(user=person).delete()


@receiver(person_data_asked, dispatch_uid="availability.held")
def held_of_person(sender: type, person: User, **_kwargs: Any) -> dict[str, Any]:
    """The services and outages that somebody hears of."""
    subscribed = StatusSubscriber.objects.filter(email__iexact=person.email)
    followed = OutageFollower.objects.filter(user=person)
    return {
        "status_page": list(subscribed.values("language", "asked_at", "confirmed_at")),
        "outages_followed": list(followed.values("outage", "since")),
    }
