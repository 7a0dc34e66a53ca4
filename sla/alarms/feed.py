"""Somebody's shifts as a calendar (RFC 5545), for the phone of who is on call."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from servicedesk.accounts.models import User
from sla.alarms.reach import hours_of, plan
from sla.alarms.roster import duties
from sla.business_hours import BusinessHours

BACK, AHEAD = dt.timedelta(days=31), dt.timedelta(days=365)


def shifts_as_calendar(person: User, *, now: dt.datetime) -> bytes:
    """Each block of on-call hours on a day of that person, from a month ago to a year ahead."""
    calendar = Calendar()
    calendar.add("prodid", "-//Servicedesk//On-call duty//")
    calendar.add("version", "2.0")
    calendar.add("name", _("On-call duty"))
    calendar.add("x-wr-calname", _("On-call duty"))
    hours = hours_of(plan()).on_call
    today = timezone.localdate(now)
    for duty in duties(today - BACK, today + AHEAD):
        for place, shift in duty.shifts.items():
            if shift.person_id == person.pk:
                for start, end in _blocks(hours, duty.day):
                    calendar.add_component(_event(start, end, place, now))
    return calendar.to_ical()


def _blocks(hours: BusinessHours, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    midnight = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
    return list(hours.open_spans(midnight, midnight + dt.timedelta(days=1)))


def _event(start: dt.datetime, end: dt.datetime, place: int, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{start:%Y%m%dT%H%M}-{place}@{settings.DESK_ADDRESSES[0].partition('@')[2]}")
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _("On call") if place == 1 else _("On call, second"))
    return event
