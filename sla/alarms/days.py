"""Days with on-call hours of their own: on a holiday other blocks hold, or nobody is on call.

They stand on the plan, so that whoever reads it has them without another query, and come before
what the on-call calendar says. Who is on call that day is a shift like any other.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import OnCallPlan
from sla.alarms.permissions import may_plan
from sla.business_hours import BusinessHours, united
from sla.calendar_format import parse_blocks

AHEAD = dt.timedelta(days=366)

#: Blocks of one day as they are kept: [["09:00", "13:00"]].
Kept = Sequence[Sequence[str]]


def with_days(hours: BusinessHours, days: Mapping[str, Any]) -> BusinessHours:
    """On-call hours in which these days have their own blocks."""
    return _joined(hours, json.dumps(days, sort_keys=True)) if days else hours


@lru_cache(maxsize=16)
def _joined(hours: BusinessHours, days: str) -> BusinessHours:
    own = {
        dt.date.fromisoformat(day): united(parse_blocks(blocks, day))
        for day, blocks in json.loads(days).items()
    }
    return replace(hours, exceptions=tuple(sorted((dict(hours.exceptions) | own).items())))


def may_be_planned(day: dt.date) -> bool:
    """From today to a year ahead."""
    today = timezone.localdate()
    return today <= day <= today + AHEAD


@transaction.atomic
def set_hours(day: dt.date, blocks: Kept, *, by: User) -> None:
    """On that day these on-call hours hold and no others; without any nobody is on call.

    `blocks` are checked ones, in order. Raises AlarmError for a day that is over or too far.
    """
    plan = _locked(day, by)
    plan.days[day.isoformat()] = [list(block) for block in blocks]
    _keep(plan, day, by)


@transaction.atomic
def usual_hours(day: dt.date, *, by: User) -> None:
    """That day has the hours of the on-call calendar again. Twice is once."""
    plan = _locked(day, by)
    if plan.days.pop(day.isoformat(), None) is not None:
        _keep(plan, day, by)


def _locked(day: dt.date, by: User) -> OnCallPlan:
    if not may_plan(by):
        raise AlarmError(_("You may not do this."))
    if not may_be_planned(day):
        raise AlarmError(_("Choose a day from today to a year ahead."))
    return OnCallPlan.objects.select_for_update().get()


def _keep(plan: OnCallPlan, day: dt.date, by: User) -> None:
    """Days of more than a year ago go."""
    over = (timezone.localdate() - AHEAD).isoformat()
    plan.days = {key: blocks for key, blocks in plan.days.items() if key >= over}
    plan.save(update_fields=["days"])
    blocks = plan.days.get(day.isoformat())
    told = None if blocks is None else ["-".join(block) for block in blocks]
    record("on_call_day_set", by=by, about=plan, day=day.isoformat(), hours=told)
