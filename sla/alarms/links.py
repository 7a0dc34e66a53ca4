"""Links that work without signing in: taking an alarm, reading one's shifts as a calendar.

They hold the epoch of their person's sign-ins, so that they end with everything else of who leaves.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse

from servicedesk.accounts.models import User
from sla.alarms.models import Alarm, RosterFeed

TAKE, FEED = "sla.alarms.take", "sla.alarms.feed"
#: Seconds a link to take an alarm is good for.
GOOD_FOR = 24 * 3600


def take_link(alarm: Alarm, person: User) -> str:
    """Shows the alarm to that person, who can take it there, from a phone at night."""
    token = signing.dumps([alarm.pk, person.pk, person.sign_in_epoch], salt=TAKE)
    return settings.DESK_BASE_URL + reverse("alarms:alarm-link", args=[token])


def read_take_link(token: str) -> tuple[Alarm, User] | None:
    """Whose link to which alarm; None for one that is forged or old, or of who left the desk."""
    try:
        alarm, person, epoch = signing.loads(token, salt=TAKE, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):
        return None
    found = Alarm.objects.for_rows().filter(pk=alarm).first()
    who = User.objects.agents().filter(pk=person, sign_in_epoch=epoch).first()
    return (found, who) if found and who else None


def feed_link(person: User) -> str:
    """The secret address of one's own shifts; the same until it is renewed."""
    said = [person.pk, _version(person.pk), person.sign_in_epoch]
    token = signing.dumps(said, salt=FEED, compress=False)
    return settings.DESK_BASE_URL + reverse("alarms:roster-feed", args=[token])


def renew_feed_link(person: User) -> None:
    """The links of before show nothing any more."""
    RosterFeed.objects.get_or_create(person=person)
    RosterFeed.objects.filter(person=person).update(version=F("version") + 1)


def _version(person: int) -> int:
    renewed = RosterFeed.objects.filter(person=person).values_list("version", flat=True)
    return renewed.first() or 0


def read_feed_link(token: str) -> User | None:
    """Whose shifts these are; None for a link that was renewed meanwhile, and for strangers."""
    try:
        person, version, epoch = signing.loads(token, salt=FEED)
    except (signing.BadSignature, ValueError):
        return None
    if version != _version(person):
        return None
    return User.objects.agents().filter(pk=person, sign_in_epoch=epoch).first()
