"""The addresses of channels: which are allowed, and keeping them."""

from __future__ import annotations

from collections.abc import Iterable

import apprise
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.lib.sealing import seal
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import Channel
from sla.availability.monitors.addresses import Refused, endpoints

MOST = 10


def scheme_of(address: str) -> str:
    return address.partition("://")[0].strip().lower()


def is_allowed(address: str) -> bool:
    """Only the kinds that the settings name: an address makes the desk call other machines."""
    return scheme_of(address) in settings.DESK_ALARM_SCHEMES


def leads_inside(service: apprise.NotifyBase) -> bool:
    """The host that stands in the address lies in our own network: the desk calls nobody there for
    somebody who cannot get there. A name is asked for only where a host is meant, not a key.
    """
    templates: Iterable[str] = service.templates
    if not any("{host}" in template for template in templates):
        return False
    hosts = {getattr(service, name, None) for name in ("host", "smtp_host")}
    return any(_is_inside(host) for host in hosts if host)


def _is_inside(host: str) -> bool:
    try:
        endpoints(host.strip("[]"), 443)
    except Refused as refused:
        return str(refused) == "private"
    return False


def add_channel(*, name: str, address: str, by: User) -> Channel:
    """A channel of one's own. Raises AlarmError for an address that cannot be used."""
    given = address.strip()
    if not is_allowed(given):
        kinds = ", ".join(f"{scheme}://" for scheme in settings.DESK_ALARM_SCHEMES)
        raise AlarmError(_("Such an address is not allowed here. Allowed are: %s") % kinds)
    service = apprise.Apprise.instantiate(given, suppress_exceptions=True)
    if service is None:
        raise AlarmError(_("The address is not complete: look at the example of its service."))
    if leads_inside(service):
        raise AlarmError(_("This address lies in a private network, which the desk does not call."))
    if by.alarm_channels.count() >= MOST:
        raise AlarmError(_("Ten channels are enough: take one away first."))
    with transaction.atomic():
        channel = Channel.objects.create(
            person=by, name=name.strip(), address=seal(given), scheme=scheme_of(given)[:20]
        )
        record("channel_added", by=by, about=by, scheme=channel.scheme)
    return channel


@transaction.atomic
def delete_channel(channel: Channel) -> None:
    """Its person no longer wants to be reached by it."""
    record("channel_deleted", by=channel.person, about=channel.person, scheme=channel.scheme)
    channel.delete()


def keep_result(channel: Channel, *, works: bool) -> None:
    """What the last test of this channel gave."""
    channel.tested_at, channel.works = timezone.now(), works
    channel.save(update_fields=["tested_at", "works"])
