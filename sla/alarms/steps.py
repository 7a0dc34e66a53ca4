"""Whose turn it is while nobody takes the alarm.

On call: the first on the roster, after some minutes the second, then everyone. In office hours the
bells come first; when nobody hears them, everyone. With nobody to reach the alarm waits for the
next moment. A step is rows of deliveries, written with the time of the next step: so it may be
asked for by any number of workers at once, and is taken once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from sla.alarms.models import Alarm, Channel, Delivery, OnCallPlan
from sla.alarms.reach import Kind, Reach, hours_of, plan
from sla.alarms.roster import everyone, on_call

#: Once everybody was told, they are told again after so many times the usual wait.
CALM = 3


def take_steps(*, now: dt.datetime | None = None) -> int:
    """Tells the next people of every alarm that is due; gives how many steps that were."""
    at = now or timezone.now()
    given = plan()
    steps = 0
    while _take_one(given, at):
        steps += 1
    return steps


@transaction.atomic
def _take_one(given: OnCallPlan, at: dt.datetime) -> bool:
    due = Alarm.objects.to_step(at).select_related("outage__service")
    alarm = due.select_for_update(skip_locked=True, of=("self",)).first()
    if alarm is None:
        return False
    reach = hours_of(given).reach(at, critical=alarm.outage.service.is_critical)
    if reach.kind == Kind.NOBODY:
        _wait_for(alarm, reach, at)
    else:
        _tell(alarm, reach, given, at)
    alarm.save(update_fields=["step", "rings_at", "next_step_at"])
    return True


def _wait_for(alarm: Alarm, reach: Reach, at: dt.datetime) -> None:
    alarm.next_step_at = reach.until or at + dt.timedelta(days=1)


def _tell(alarm: Alarm, reach: Reach, given: OnCallPlan, at: dt.datetime) -> None:
    wait = dt.timedelta(minutes=given.wait_minutes)
    if reach.kind == Kind.OFFICE and alarm.rings_at > at - wait and alarm.step == 0:
        alarm.next_step_at = max(alarm.rings_at, at) + wait  # it began to ring just now
        return
    people, is_everyone = _whose_turn(alarm, reach, timezone.localdate(at))
    alarm.step += 1
    alarm.next_step_at = at + wait * (CALM if is_everyone else 1)
    _write_deliveries(alarm, people, at)


def _whose_turn(alarm: Alarm, reach: Reach, day: dt.date) -> tuple[Iterable[User], bool]:
    in_order = on_call(day) if reach.kind == Kind.ON_CALL else []
    if alarm.step < len(in_order):
        return [in_order[alarm.step]], False
    return everyone(day), True


def _write_deliveries(alarm: Alarm, people: Iterable[User], at: dt.datetime) -> None:
    """A row for each channel of each person; who has none gets a mail."""
    channels = Channel.objects.active().filter(person__in=list(people)).order_by("pk")
    theirs: dict[int, list[Channel]] = {}
    for channel in channels:
        theirs.setdefault(channel.person_id, []).append(channel)
    Delivery.objects.bulk_create(
        [
            Delivery(
                alarm=alarm,
                step=alarm.step,
                person=person,
                channel=channel,
                via=channel.name if channel else _("mail"),
                created_at=at,
                next_attempt_at=at,
            )
            for person in people
            for channel in theirs.get(person.pk, [None])
        ]
    )
