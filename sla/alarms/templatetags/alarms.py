"""What pages say of alarms and of who can be reached: `{% load alarms %}`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from servicedesk.lib.moments import time_of_day
from sla.alarms.reach import hours_of, plan

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


@register.inclusion_tag("alarms/_standby.html")
def standby() -> dict[str, Any]:
    """Outside office hours: the phone number in exactly the on-call hours, else the next moment
    at which somebody can be reached. Three queries."""
    given = plan()
    return {"reach": hours_of(given).reach(timezone.now()), "phone": given.phone}
