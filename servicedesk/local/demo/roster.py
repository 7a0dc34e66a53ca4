"""Who is on call at the demo desk: the first and the second line in turn, week by week."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.local.demo.outages.making import OPENING_HOURS
from sla.alarms.models import OnCallPlan, Shift
from sla.models import BusinessCalendar

PHONE = "02 000 00 00"
WEEKS_BACK, WEEKS = 4, 14
IN_TURN = ("agent@demo.example", "tweedelijn@demo.example")


def make_roster(*, now: dt.datetime) -> None:
    """Shifts from a month ago to ten weeks ahead, and the plan behind them. Twice is once."""
    if Shift.objects.exists():
        return
    OnCallPlan.objects.update(phone=PHONE, opening=BusinessCalendar.objects.get(name=OPENING_HOURS))
    people = [User.objects.get(email=email) for email in IN_TURN]
    today = timezone.localdate(now)
    monday = today - dt.timedelta(days=today.weekday(), weeks=WEEKS_BACK)
    Shift.objects.bulk_create(
        [
            Shift(
                person=people[(week + place) % 2],
                place=place,
                first_day=monday + dt.timedelta(weeks=week),
                last_day=monday + dt.timedelta(weeks=week, days=6),
                made_at=now,
            )
            for week in range(WEEKS)
            for place in Shift.Place.values
        ]
    )
