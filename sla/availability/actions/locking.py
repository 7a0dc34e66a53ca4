"""One change of a service's outages at a time, and moments that can be meant."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Service
from servicedesk.lib.moments import moment
from sla.availability.exceptions import OutageError
from sla.availability.models import MaintenanceWindow, Outage

#: Clocks of two machines differ that much at the most.
LEEWAY = dt.timedelta(minutes=1)


def guard(allowed: bool, sentence: str = "") -> None:
    """Raises OutageError with `sentence` unless `allowed`."""
    if not allowed:
        raise OutageError(sentence or _("You may not do this."))


def lock(outage: Outage) -> Outage:
    """The outage as it is now, its service's outages locked until the transaction ends."""
    lock_service(outage.service_id)
    return Outage.objects.select_related("service").get(pk=outage.pk)


def lock_service(service: int) -> None:
    """Nobody else opens, ends or moves an outage of this service meanwhile."""
    Service.objects.select_for_update(no_key=True).get(pk=service)


def lock_maintenance(window: MaintenanceWindow) -> MaintenanceWindow:
    return MaintenanceWindow.objects.select_for_update().get(pk=window.pk)


def whole_second(at: dt.datetime) -> dt.datetime:
    """Outages are told in whole seconds."""
    return at.replace(microsecond=0)


def check_times(start: dt.datetime, end: dt.datetime | None) -> None:
    """Raises OutageError for times that lie in the future or run backwards."""
    latest = timezone.now() + LEEWAY
    guard(start <= latest, _("The outage cannot begin in the future."))
    if end is not None:
        guard(end <= latest, _("The outage cannot end in the future."))
        guard(start < end, _("The outage ends before it begins: look at both times."))


def check_free(
    service: int, start: dt.datetime, end: dt.datetime | None, *, but: Outage | None = None
) -> None:
    """Raises OutageError when another outage of the service lies in that time. Needs the lock."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    others = Outage.objects.standing().filter(service_id=service).touching(start, end or far)
    other = others.exclude(pk=but.pk if but else None).order_by("started_at").first()
    if other is None:
        return
    words = {
        "title": other.title,
        "start": moment(other.started_at),
        "end": moment(other.ended_at) if other.ended_at else "",
    }
    if other.ended_at is None:
        raise OutageError(
            _("This service has an open outage already: “%(title)s”, since %(start)s.") % words
        )
    raise OutageError(
        _("In that time there is another outage of this service: “%(title)s”, %(start)s – %(end)s.")
        % words
    )
