"""Who can be reached at a moment: the desk, who is on call, or nobody before some later moment."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from sla.alarms.days import with_days
from sla.alarms.models import OnCallPlan
from sla.business_hours import BusinessHours
from sla.calendars import hours_named

#: A block never lasts longer than to midnight of its day, and is joined to that of the next one.
FAR = dt.timedelta(days=8)


class Kind(enum.Enum):
    OFFICE = "office"
    ON_CALL = "on_call"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Reach:
    """`until`: when this changes. With nobody: when the desk or who is on call can be reached
    again, None when no calendar says so; `then` is who that will be."""

    kind: Kind
    until: dt.datetime | None
    then: Kind = Kind.OFFICE


@dataclass(frozen=True)
class Hours:
    """The two calendars that decide it."""

    office: BusinessHours
    on_call: BusinessHours

    def reach(self, at: dt.datetime, *, critical: bool = True) -> Reach:
        """Office hours come first. Only what is critical reaches who is on call."""
        if self.office.is_open(at):
            return Reach(Kind.OFFICE, _end(self.office, at))
        if critical and self.on_call.is_open(at):
            return Reach(Kind.ON_CALL, _end(self.on_call, at))
        office = self.office.next_opening(at)
        on_call = self.on_call.next_opening(at) if critical else None
        if on_call and (office is None or on_call < office):
            return Reach(Kind.NOBODY, on_call, Kind.ON_CALL)
        return Reach(Kind.NOBODY, office)

    def next_on_call(self, at: dt.datetime) -> dt.datetime | None:
        """When somebody is on call at or after `at`, outside office hours; None: not in a week."""
        moment: dt.datetime | None = at
        while moment is not None and moment < at + FAR:
            reach = self.reach(moment)
            if reach.kind is Kind.ON_CALL:
                return moment
            moment = reach.until
        return None


def _end(hours: BusinessHours, at: dt.datetime) -> dt.datetime:
    """Of the stretch that is open at that moment."""
    return next(end for _start, end in hours.open_spans(at, at + FAR))


def plan() -> OnCallPlan:
    """How this desk is reached."""
    return OnCallPlan.objects.select_related("office", "on_call", "opening").get()


def hours_of(given: OnCallPlan) -> Hours:
    """The calendars of the plan, as they are now. Raises CalendarError for one without a week."""
    on_call = hours_named(given.on_call.name)
    return Hours(hours_named(given.office.name), with_days(on_call, given.days))
