"""Telling people by their own channels. Each attempt leaves its result on its row.

A channel is claimed by moving its next attempt on before it is used, outside any transaction, as a
gateway may take seconds. A worker that dies meanwhile leaves a row that is tried again.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import asdict, dataclass

import apprise
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from servicedesk.lib.sealing import CannotUnseal, unseal
from servicedesk.outbox.writing import Letter, post
from sla.alarms.channels import is_allowed, leads_inside
from sla.alarms.links import take_link
from sla.alarms.models import Alarm, Channel, Delivery

ATTEMPTS = 3
AGAIN = dt.timedelta(seconds=30)
State = Delivery.State

# Apprise writes addresses with their secrets into the log.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


def send_waiting(*, now: dt.datetime | None = None) -> int:
    """Sends all that waits; gives how many went out. May run in many workers at once."""
    at = now or timezone.now()
    sent = 0
    while (delivery := _claim(at)) is not None:
        sent += _send(delivery)
    return sent


@transaction.atomic
def _claim(at: dt.datetime) -> Delivery | None:
    waiting = Delivery.objects.waiting(at).select_for_update(skip_locked=True, of=("self",))
    delivery = waiting.select_related("alarm__outage__service", "person", "channel").first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.log.append([at.isoformat(), None])
    delivery.next_attempt_at = at + AGAIN
    delivery.save(update_fields=["attempts", "log", "next_attempt_at"])
    return delivery


def _send(delivery: Delivery) -> bool:
    if not delivery.alarm.is_waiting:
        return _settle(delivery, State.FAILED, _("The alarm was taken meanwhile."))
    with override(delivery.person.language):
        error = _by_channel(delivery) if delivery.channel else _by_mail(delivery)
        if not error:
            return _settle(delivery, State.SENT)
        if delivery.attempts < ATTEMPTS:
            return _settle(delivery, State.WAITING, error)
        return _give_up(delivery, error)


def _settle(delivery: Delivery, state: str, error: str = "") -> bool:
    """Notes what this attempt gave; True when it went out."""
    sent = state == State.SENT
    delivery.log[-1][1] = error[:200]
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state,
        error=error[:200],
        log=delivery.log,
        sent_at=timezone.now() if sent else None,
    )
    return sent


@transaction.atomic
def _give_up(delivery: Delivery, error: str) -> bool:
    """Who cannot be reached by any of their channels gets a mail; and when nobody of this step can
    be, the next people are not kept waiting."""
    _settle(delivery, State.FAILED, error)
    step = Delivery.objects.filter(alarm=delivery.alarm_id, step=delivery.step)
    hopeful = step.exclude(state=State.FAILED)
    if hopeful.filter(person=delivery.person).exists():
        return False
    if not hopeful.exists():
        waiting = Alarm.objects.filter(pk=delivery.alarm_id, step=delivery.step)
        waiting.filter(next_step_at__gt=timezone.now()).update(next_step_at=timezone.now())
    Delivery.objects.get_or_create(
        alarm=delivery.alarm,
        step=delivery.step,
        person=delivery.person,
        channel=None,
        defaults={"via": _("mail")},
    )
    return False


def _by_channel(delivery: Delivery) -> str:
    """An empty string, or a sentence that says what went wrong, without any secret."""
    told = _told(delivery)
    return push(delivery.channel, title=told.title, body=told.text) if delivery.channel else ""


def push(channel: Channel, *, title: str, body: str) -> str:
    """Sends by a channel; an empty string, or why it did not go."""
    try:
        address = unseal(channel.address)
    except CannotUnseal:
        return _("The address of this channel cannot be read: enter it again.")
    if not is_allowed(address):
        return _("This kind of channel is not allowed here.")
    sender = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
    if not sender.add(address):
        return _("The address of this channel is not understood.")
    for service in sender:
        service.redirects = False  # whatever the address asks for: they could lead inside
    if any(map(leads_inside, sender)):  # what a name leads to may be another place by now
        return _("This address lies in a private network, which the desk does not call.")
    if not sender.notify(title=title, body=body):
        return _("The channel did not accept the message.")
    return ""


def _by_mail(delivery: Delivery) -> str:
    told = _told(delivery)
    post(
        Letter(
            key=f"alarm.{delivery.alarm_id}.{delivery.step}.{delivery.person_id}",
            thread=f"alarm:{delivery.alarm_id}",
            subject=told.title,
            to=[delivery.person.email],
            body_text=told.text,
            body_html=render_to_string("emails/alarm.html", asdict(told)),
            headers={"Auto-Submitted": "auto-generated"},
            secret=told.url,
        )
    )
    return ""


@dataclass(frozen=True)
class Told:
    """What somebody is told, and the link with which they take it, in their language."""

    title: str
    said: str
    url: str
    label: str

    @property
    def text(self) -> str:
        return f"{self.said}\n{self.label}: {self.url}"


def _told(delivery: Delivery) -> Told:
    alarm = Alarm.objects.for_rows().get(pk=delivery.alarm_id)
    late = _("This alarm comes late.") if delivery.alarm.is_late else ""
    return Told(
        title=_("SITE DOWN: %(service)s") % {"service": alarm.outage.service.label},
        said=f"{late} {alarm.said}".strip(),
        url=take_link(delivery.alarm, delivery.person),
        label=_("I take this"),
    )
