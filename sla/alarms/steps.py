"""Whose turn it is while nobody takes the alarm.

On call: the first on the roster, after some minutes the second, then everyone. In office hours the
bells come first; when nobody hears them, everyone. With nobody to reach the alarm waits for the
next moment. A step is rows of deliveries, written with the time of the next step: so it may be
asked for by any number of workers at once, and is taken once.

An alarm never waits while somebody can be reached: when hours are changed, or a clock is set back,
what waits for a later moment is due at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.lib import live
from sla.alarms.models import Alarm, Channel, Delivery, OnCallPlan
from sla.alarms.raising import LATE
from sla.alarms.reach import Kind, Reach, hours_of, plan
from sla.alarms.roster import everyone, on_call

#: Once everybody was told, they are told again after so many times the usual wait.
CALM = 3


def take_steps(*, now: dt.datetime | None = None) -> int:
    """Tells the next people of every alarm that is due; gives how many steps that were."""
    at = now or timezone.now()
    given = plan()
    _wake_sleepers(given, at)
    steps = 0
    while _take_one(given, at):
        steps += 1
    return steps


def _wake_sleepers(given: OnCallPlan, at: dt.datetime) -> None:
    """What waits for longer than any step does although somebody can be reached."""
    asleep = Alarm.objects.asleep(at, at + CALM * _wait(given)).select_related("outage__service")
    for alarm in asleep:
        if hours_of(given).reach(at, critical=alarm.outage.service.is_critical).kind == Kind.NOBODY:
            continue
        same = Alarm.objects.filter(pk=alarm.pk, next_step_at=alarm.next_step_at)
        if same.update(next_step_at=at, rings_at=min(alarm.rings_at, at)):
            live.changed()


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
    alarm.save(update_fields=["step", "is_late", "next_step_at"])
    return True


def _wait_for(alarm: Alarm, reach: Reach, at: dt.datetime) -> None:
    alarm.next_step_at = reach.until or at + dt.timedelta(days=1)


def _tell(alarm: Alarm, reach: Reach, given: OnCallPlan, at: dt.datetime) -> None:
    wait = _wait(given)
    if reach.kind == Kind.OFFICE and alarm.rings_at > at - wait and alarm.step == 0:
        alarm.next_step_at = max(alarm.rings_at, at) + wait  # it began to ring just now
        return
    alarm.is_late = alarm.is_late or _is_late(alarm, at)
    people, is_everyone = _whose_turn(alarm, reach, timezone.localdate(at))
    alarm.step += 1
    alarm.next_step_at = at + wait * (CALM if is_everyone else 1)
    _write_deliveries(alarm, people, at)


def _wait(given: OnCallPlan) -> dt.timedelta:
    return dt.timedelta(minutes=given.wait_minutes)


def _is_late(alarm: Alarm, at: dt.datetime) -> bool:
    return alarm.next_step_at is not None and at - alarm.next_step_at > LATE


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
