"""Who is on call: the shifts as they stand, and the verbs that change them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import OnCallPlan, Shift
from sla.alarms.permissions import may_plan
from sla.alarms.reach import Hours, Kind, Reach

#: Who has a shift within this stretch around a day is told when nobody else answers.
AROUND = dt.timedelta(days=28)
LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True)
class Duty:
    """Who is on call on one day, by place. A later shift stands above an earlier one."""

    day: dt.date
    shifts: dict[int, Shift]

    @property
    def people(self) -> list[User]:
        """In the order in which they are told."""
        in_order = [shift.person for _place, shift in sorted(self.shifts.items())]
        return list(dict.fromkeys(in_order))


def duties(first: dt.date, last: dt.date) -> list[Duty]:
    """For each day from `first` up to and including `last`. One query."""
    shifts = list(Shift.objects.standing().touching(first, last))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return [Duty(day, _standing(day, shifts)) for day in days]


def special_days(plan: OnCallPlan, hours: Hours, today: dt.date) -> list[Duty]:
    """Holidays of the desk and days with on-call hours of their own, in the year to come."""
    last = today + LONGEST
    days = {*hours.office.holidays, *map(dt.date.fromisoformat, plan.days)}
    return [duty for duty in duties(today, last) if duty.day in days]


def on_call(day: dt.date) -> list[User]:
    """Who is told on that day, in order."""
    return duties(day, day)[0].people


def everyone(day: dt.date) -> list[User]:
    """Who is told when nobody answers: all with a shift around that day, and the managers; in a
    desk without either all agents."""
    around = Shift.objects.standing().touching(day - AROUND, day + AROUND)
    people = {shift.person for shift in around}
    people |= {user for user in User.objects.agents() if user.is_manager}
    return sorted(people or User.objects.agents(), key=lambda user: user.pk)


def _standing(day: dt.date, shifts: Iterable[Shift]) -> dict[int, Shift]:
    """`shifts` in the order in which they were made."""
    return {shift.place: shift for shift in shifts if shift.first_day <= day <= shift.last_day}


@dataclass(frozen=True)
class Watch:
    """Who hears an alarm now, until when; and who is on call next, from when. `people` are those
    on call: none in office hours, when every agent hears it."""

    reach: Reach
    people: list[User]
    next_at: dt.datetime | None
    next_people: list[User]


def watch(hours: Hours, now: dt.datetime) -> Watch:
    """Who hears it now and next. Two queries at the most."""
    reach = hours.reach(now)
    is_on_call = reach.kind is Kind.ON_CALL
    next_at = hours.next_on_call(reach.until if reach.until and is_on_call else now)
    return Watch(
        reach,
        on_call(timezone.localdate(now)) if is_on_call else [],
        next_at,
        on_call(timezone.localdate(next_at)) if next_at else [],
    )


@dataclass(frozen=True)
class Turn:
    """A stretch of days that somebody takes."""

    person: User
    place: int
    first_day: dt.date
    last_day: dt.date
    reason: str = ""


@transaction.atomic
def plan_shift(turn: Turn, *, by: User) -> Shift:
    """Puts somebody on the roster; above whoever stood there, so this is a swap as well.

    Raises AlarmError for days that run backwards or cannot be meant, a person who does not work
    at the desk, and a person who may not plan.
    """
    _guard(may_plan(by), _("You may not do this."))
    _guard(turn.first_day <= turn.last_day, _("The last day lies before the first one."))
    _guard(turn.last_day - turn.first_day <= LONGEST, _("A shift lasts a year at the most."))
    _guard(turn.last_day >= timezone.localdate(), _("These days are over."))
    _guard(
        turn.person.is_active and turn.person.is_agent,
        _("%s does not work at the desk.") % turn.person,
    )
    shift = Shift.objects.create(
        person=turn.person,
        place=turn.place,
        first_day=turn.first_day,
        last_day=turn.last_day,
        reason=turn.reason.strip(),
        made_by=by,
    )
    _record("shift_planned", shift, by=by)
    return shift


@transaction.atomic
def withdraw_shift(shift: Shift, *, by: User) -> None:
    """Whoever stood there before stands there again. Twice is once."""
    _guard(may_plan(by), _("You may not do this."))
    standing = Shift.objects.filter(pk=shift.pk, withdrawn_at=None)
    if standing.update(withdrawn_at=timezone.now()):
        _record("shift_withdrawn", shift, by=by)


def _record(action: str, shift: Shift, *, by: User) -> None:
    record(
        action,
        by=by,
        about=shift.person,
        first_day=shift.first_day.isoformat(),
        last_day=shift.last_day.isoformat(),
        place=shift.place,
    )


def _guard(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise AlarmError(sentence)
