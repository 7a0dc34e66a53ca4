"""What pages say of alarms and of who can be reached: `{% load alarms %}`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from servicedesk.lib.moments import time_of_day
from sla.alarms.models import Alarm
from sla.alarms.reach import Kind, Reach, hours_of, plan
from sla.alarms.roster import Watch, watch
from sla.availability.models import Outage
from sla.calendar_pictures import week_in_words

register = template.Library()

DAY = 86400


@register.filter
def clock(second: int) -> str:
    """A second since midnight as it stands in a span, 17.00–20.00; the end of the day is 0.00."""
    time = (dt.datetime.min + dt.timedelta(seconds=second % DAY)).time()
    return time_of_day(time).removesuffix(" u.")


@register.filter
def weekday(number: int) -> str:
    """The name of a weekday; Monday is 0."""
    return str(WEEKDAYS[number])


@register.simple_tag
def on_watch() -> Watch:
    """`{% on_watch as watch %}`: who hears an alarm now, and who is on call next. Five queries."""
    return watch(hours_of(plan()), timezone.now())


@register.simple_tag
def alarm_of(outage: Outage) -> Alarm | None:
    """`{% alarm_of outage as alarm %}`: what rang for it, if it did. One query."""
    return Alarm.objects.select_related("taken_by").filter(outage=outage).first()


@dataclass(frozen=True)
class Reachable:
    """Whom one reaches now, and by which number; `hours` are those of the emergency number in
    words, empty where the desk has none."""

    reach: Reach
    phone: str
    hours: str

    @property
    def is_on_call(self) -> bool:
        return self.reach.kind is Kind.ON_CALL and bool(self.phone)


@register.simple_tag
def reachable() -> Reachable:
    """`{% reachable as desk_now %}`. Three queries."""
    given = plan()
    hours = hours_of(given)
    in_words = week_in_words(hours.on_call) if given.phone else ""
    return Reachable(hours.reach(timezone.now()), given.phone, in_words)
