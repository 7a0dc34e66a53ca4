"""How clocks speak: the chip of a clock or a ticket, and the lines of a ledger."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from servicedesk.lib.moments import date_of, time_of_day, work_duration
from sla.business_hours import BusinessHours
from sla.drawing import Stretch
from sla.models import ClockState, MeasuredLeg
from tickets.models import Ticket

WAITING: dict[str, Promise] = {
    Ticket.Status.PENDING.value: gettext_lazy("waiting for requester"),
    Ticket.Status.ON_HOLD.value: gettext_lazy("waiting for supplier"),
    "desk": gettext_lazy("waiting for us"),
}
WAITED: dict[str, Promise] = {
    Ticket.Status.PENDING.value: gettext_lazy("waited for requester"),
    Ticket.Status.ON_HOLD.value: gettext_lazy("waited for supplier"),
    "desk": gettext_lazy("waited for us"),
}
ICONS = {"ran": "play-fill", "paused": "pause-fill", "closed": "moon-stars", "ended": "check-lg"}
TONES = {"ran": "t-ok", "paused": "t-hold"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A state of `servicedesk.lib.pills.PROMISES`, with its words."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a ledger in words: when, and what the clock did."""

    icon: str
    tone: str
    when: str
    text: str


def ticket_chip(ticket: Ticket, *, hours: BusinessHours, now: dt.datetime) -> Chip:
    """What a queue shows of a ticket, from its own columns: time left until `next_due_at`."""
    if ticket.is_solved:
        return Chip("none", ticket.get_status_display())
    if ticket.next_due_at is None:
        waiting = WAITING.get(ticket.status)
        return Chip("hold", str(waiting)) if waiting else Chip("none", _("no target"))
    over = hours.elapsed(ticket.next_due_at, now)
    if over:
        return _late(over)
    if not hours.elapsed(ticket.created_at, now) and not hours.is_open(now):
        return _idle(hours, now)
    left = hours.elapsed(now, ticket.next_due_at)
    return _left(left, soon=ticket.at_risk_at is not None and ticket.at_risk_at <= now)


def clock_chip(clock: MeasuredLeg, used: int, *, hours: BusinessHours, now: dt.datetime) -> Chip:
    """What a clock says, with `used` business seconds by now."""
    over = used - clock.target_seconds
    if clock.state == ClockState.STOPPED:
        return Chip("missed", _late(over).text) if over > 0 else Chip("met", _within(used))
    if over > 0:
        return (
            _late(over) if clock.state == ClockState.RUNNING else Chip("missed", _late(over).text)
        )
    if clock.state == ClockState.PAUSED:
        return Chip("hold", str(WAITING[clock.ledger[-1]["waiting"]]))
    if not used and not hours.is_open(now):
        return _idle(hours, now)
    return _left(-over, soon=clock.at_risk_at is not None and clock.at_risk_at <= now)


def line(stretch: Stretch, *, now: dt.datetime) -> Line:
    """A stretch of a ledger in words."""
    return Line(
        ICONS[stretch.kind], TONES.get(stretch.kind, ""), _period(stretch, now), _did(stretch)
    )


def _left(seconds: int, *, soon: bool) -> Chip:
    words = _("%(time)s left") % {"time": work_duration(seconds)}
    return Chip("warn" if soon else "ok", words)


def _late(seconds: int) -> Chip:
    return Chip("late", _("%(time)s late") % {"time": work_duration(seconds)})


def _within(seconds: int) -> str:
    return pgettext("promise kept", "in %(time)s") % {"time": work_duration(seconds)}


def _idle(hours: BusinessHours, now: dt.datetime) -> Chip:
    opening = hours.next_opening(now)
    if opening is None:
        return Chip("none", _("closed"))
    if date_of(opening) == date_of(now):
        return Chip("idle", _("starts at %(time)s") % {"time": time_of_day(opening)})
    words = {"day": _day(opening, now), "time": time_of_day(opening)}
    return Chip("idle", _("starts %(day)s %(time)s") % words)


def _did(stretch: Stretch) -> str:
    if stretch.kind == "closed":
        return _("outside office hours")
    if stretch.kind == "ended":
        return _("was solved")
    if stretch.kind == "paused":
        return str((WAITED if stretch.end else WAITING)[stretch.waiting])
    time = {"time": work_duration(stretch.seconds)}
    return _("ran %(time)s") % time if stretch.end else _("running, %(time)s") % time


def _period(stretch: Stretch, now: dt.datetime) -> str:
    """Such as “ma 9.18–10.00 u.”, “ma 17–di 9 u.”, “di 9.31–nu”."""
    over_days = stretch.end is not None and date_of(stretch.start) != date_of(stretch.end)
    start = f"{_day(stretch.start, now)} {_clock(stretch.start, short=over_days)}"
    if stretch.end is None:
        return _("%(start)s–now") % {"start": start}
    end = _clock(stretch.end, short=over_days)
    end = f"{_day(stretch.end, now)} {end}" if over_days else end
    return pgettext("period of time", "%(start)s–%(end)s") % {"start": start, "end": end}


def _clock(at: dt.datetime, *, short: bool) -> str:
    """The time of day; of a full hour only the hour when `short` and the language says it so."""
    there = timezone.localtime(at)
    if short and not there.minute:
        words = pgettext("full hour within a period of days", "%(hour)d:00")
    else:
        words = pgettext("time of day within a period", "%(hour)d:%(minute)02d")
    return words % {"hour": there.hour, "minute": there.minute}


def _day(at: dt.datetime, now: dt.datetime) -> str:
    """The weekday of a day in the week around now, else the date."""
    near = abs((date_of(at) - date_of(now)).days) < 6
    pattern = "D" if near else pgettext("date format: day, month", "j M")
    return formatted(date_of(at), pattern)
