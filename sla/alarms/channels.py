"""The addresses of channels: which are allowed, and keeping them."""

from __future__ import annotations

import apprise
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.lib.sealing import seal
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import Channel

MOST = 10


def scheme_of(address: str) -> str:
    return address.partition("://")[0].strip().lower()


def is_allowed(address: str) -> bool:
    """Only the kinds that the settings name: an address makes the desk call other machines."""
    return scheme_of(address) in settings.DESK_ALARM_SCHEMES


def add_channel(*, name: str, address: str, by: User) -> Channel:
    """A channel of one's own. Raises AlarmError for an address that cannot be used."""
    given = address.strip()
    if not is_allowed(given):
        kinds = ", ".join(f"{scheme}://" for scheme in settings.DESK_ALARM_SCHEMES)
        raise AlarmError(_("Such an address is not allowed here. Allowed are: %s") % kinds)
    if apprise.Apprise.instantiate(given, suppress_exceptions=True) is None:
        raise AlarmError(_("The address is not complete: look at the example of its service."))
    if by.alarm_channels.count() >= MOST:
        raise AlarmError(_("Ten channels are enough: take one away first."))
    return Channel.objects.create(
        person=by, name=name.strip(), address=seal(given), scheme=scheme_of(given)[:20]
    )


def keep_result(channel: Channel, *, works: bool) -> None:
    """What the last test of this channel gave."""
    channel.tested_at, channel.works = timezone.now(), works
    channel.save(update_fields=["tested_at", "works"])
