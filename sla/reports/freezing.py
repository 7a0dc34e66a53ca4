"""Publishing: a month is frozen on the second business day after it. From then on its figures only
change by a restatement that somebody signs.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.business_hours import BusinessHours, CalendarError
from sla.calendars import desk_hours
from sla.exceptions import PromiseError
from sla.models import Clock, FrozenMonth, Statement, TicketPromise
from sla.reports.months import Month
from sla.reports.readings import PROMISES, SHARES, Reading, Readings, read_months
from tickets.models import Ticket

#: On which business day after a month its figures are published.
BUSINESS_DAY = 2
#: A desk that is closed for longer does not wait for its next business day.
PATIENCE = dt.timedelta(days=60)


def frozen_from(month: Month, hours: BusinessHours) -> dt.datetime:
    """The start of the local day on which the month is published.

    A day with an open minute on the desk's calendar is a business day.
    """
    days = [
        day
        for offset in range(PATIENCE.days)
        if hours.blocks_on(day := month.before(-1).first_day + dt.timedelta(days=offset))
    ]
    last = [month.end.date() + PATIENCE]
    return timezone.make_aware(dt.datetime.combine((days[:BUSINESS_DAY] or last)[-1], dt.time.min))


def freeze_months(*, now: dt.datetime | None = None) -> list[FrozenMonth]:
    """Publishes every month whose day has come; gives those it published. May run twice at once.

    Begins with the month of the desk's first ticket.
    """
    moment = now or timezone.now()
    due = due_months(now=moment)
    if not due:
        return []
    readings = read_months(due)
    return [
        frozen
        for month in due
        if (frozen := publish(month, readings[month], at=moment)) is not None
    ]


def due_months(*, now: dt.datetime) -> list[Month]:
    """The months whose day has come and that are not frozen, the oldest first."""
    return [month for month in _unfrozen(now) if _frozen_from(month) <= now]


def publish(month: Month, readings: Readings, *, at: dt.datetime) -> FrozenMonth | None:
    """Freezes a month with these figures; None when another process was first."""
    with transaction.atomic():
        frozen, made = FrozenMonth.objects.get_or_create(
            first_day=month.first_day, defaults={"frozen_at": at, "rests_on": rests_on(month)}
        )
        if not made:
            return None
        Statement.objects.bulk_create(
            Statement(
                month=frozen,
                figure=figure,
                counted=reading.counted,
                kept=reading.kept,
                value=reading.value,
                median=reading.median,
                tickets=reading.tickets,
                late=reading.late,
                at=at,
            )
            for figure, reading in readings.items()
        )
    return frozen


def restate(
    month: FrozenMonth,
    *,
    by: User,
    reason: str,
    only: str = "",
    now: dt.datetime | None = None,
) -> int:
    """Makes the published figures what they are now; gives how many changed.

    `only`: those whose name begins so. Raises PromiseError without a reason, and when nothing is
    different.
    """
    reason = reason.strip()
    if not reason:
        raise PromiseError(_("Say why the figures change: readers see it beside them."))
    with transaction.atomic():
        FrozenMonth.objects.select_for_update().get(pk=month.pk)
        statements = [
            Statement(
                month=month,
                figure=difference.figure,
                number=(difference.published.number if difference.published else 1) + 1,
                counted=difference.now.counted,
                kept=difference.now.kept,
                value=difference.now.value,
                median=difference.now.median,
                tickets=difference.now.tickets,
                late=difference.now.late,
                at=now or timezone.now(),
                by=by,
                reason=reason,
            )
            for difference in differences(month)
            if difference.figure.startswith(only)
        ]
        if not statements:
            raise PromiseError(_("The figures are still as they were published."))
        Statement.objects.bulk_create(statements)
        record("month_restated", by=by, about=month, figures=len(statements))
    return len(statements)


@dataclass(frozen=True)
class Difference:
    """A figure that no longer is what was published; `published` is None where it was nothing."""

    figure: str
    published: Statement | None
    now: Reading

    @property
    def came(self) -> list[int]:
        """Tickets that count now and did not when it was published."""
        return sorted(self._all_now - self._all_then)

    @property
    def went(self) -> list[int]:
        """Tickets that counted when it was published and no longer do."""
        return sorted(self._all_then - self._all_now)

    @property
    def turned(self) -> list[int]:
        """Tickets that count as before, but on the other side of their promise."""
        late = set(self.published.late) if self.published else set()
        return sorted((late ^ set(self.now.late)) & self._all_now & self._all_then)

    @property
    def _all_now(self) -> set[int]:
        return {*self.now.tickets, *self.now.late}

    @property
    def _all_then(self) -> set[int]:
        return {*self.published.tickets, *self.published.late} if self.published else set()


def differences(month: FrozenMonth) -> list[Difference]:
    """What the figures of a frozen month would say otherwise now. A constant number of queries."""
    readings = read_months([Month.of_day(month.first_day)])
    published = {one.figure: one for one in month.statements.current()}
    (now,) = readings.values()
    return list(different(published, now))


def different(published: Mapping[str, Statement], now: Readings) -> Iterator[Difference]:
    """The figures that are not made of the tickets they were published with, by name."""
    for figure in sorted({*published, *now}):
        statement = published.get(figure)
        reading = now.get(figure) or Reading(is_promise=figure in SHARES)
        if _contents(statement or Reading()) != _contents(reading):
            yield Difference(figure, statement, reading)


def _contents(said: Statement | Reading) -> tuple[object, ...]:
    """What makes a figure another one: its tickets, its seconds, or how long it took."""
    return said.tickets, said.late, said.counted, said.value, said.median


def _unfrozen(now: dt.datetime) -> list[Month]:
    """The months that are over and not frozen, from the first ticket on, the oldest first."""
    first = Ticket.objects.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None:
        return []
    frozen = set(FrozenMonth.objects.values_list("first_day", flat=True))
    month, months = Month.of(now).before(1), []
    while month.end > first:
        if month.first_day not in frozen:
            months.append(month)
        month = month.before(1)
    return months[::-1]


def _frozen_from(month: Month) -> dt.datetime:
    try:
        return frozen_from(month, desk_hours())
    except CalendarError:
        return month.end + PATIENCE


def rests_on(month: Month) -> dict[str, Any]:
    """What made the figures: the desk's target, and all versions that its promises came from."""
    counted = Clock.objects.filter(
        metric__in=PROMISES.values(), counted_at__gte=month.start, counted_at__lt=month.end
    )
    promises = TicketPromise.objects.filter(
        ticket__in=counted.values("ticket"), policy_version__isnull=False
    )
    versions = promises.order_by().values_list("policy_version", "calendar_version").distinct()
    pairs = sorted(versions)
    return {
        "target": str(settings.DESK_SLA_TARGET),
        "satisfaction_target": str(settings.DESK_SATISFACTION_TARGET),
        "policy_versions": sorted({policy for policy, _calendar in pairs}),
        "calendar_versions": sorted({calendar for _policy, calendar in pairs}),
    }
