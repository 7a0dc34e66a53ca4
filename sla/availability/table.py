"""Lines of the SLA table about availability: a target, month by month, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Service
from servicedesk.lib.numbers import number
from sla.availability.history import History
from sla.availability.measuring import Measurement, measured
from sla.availability.models import AvailabilityTarget
from sla.availability.models.targets import KEY
from sla.models import Statement
from sla.reports.months import Month


@dataclass(frozen=True)
class MonthCell:
    """What became of a target in one month, and the page with what is behind it."""

    month: Month
    measurement: Measurement
    #: What the month says since it was frozen; None before.
    published: Statement | None = None

    @property
    def percent(self) -> Decimal | None:
        return self.published.percent if self.published else self.measurement.percent

    @property
    def is_missed(self) -> bool:
        return self.percent is not None and self.percent < self.measurement.promised

    @property
    def is_restated(self) -> bool:
        """It changed after it was published."""
        return self.published is not None and self.published.is_restatement

    @property
    def url(self) -> str:
        return month_page(self.measurement.target, self.month)

    @property
    def differs(self) -> bool:
        """It no longer is what was published."""
        if self.published is None:
            return False
        there, said = self.measurement.availability, self.published
        kept = there.window_seconds - there.down_seconds
        now = there.window_seconds, kept, self.measurement.percent
        return now != (said.counted, said.kept, said.value)


def month_page(target: AvailabilityTarget, month: Month) -> str:
    """The address of what is behind a target in a month."""
    page = reverse("availability:target-detail", kwargs={"pk": target.pk})
    return f"{page}?{urlencode({'month': str(month)})}"


@dataclass(frozen=True)
class Line:
    """One target with a cell for each month."""

    target: AvailabilityTarget
    cells: list[MonthCell]

    @property
    def latest(self) -> MonthCell:
        return self.cells[0]

    @property
    def budget(self) -> str:
        """What is left for the first month of the line, in words; '' without data."""
        latest = self.latest.measurement
        if latest.percent is None:
            return ""
        minutes = latest.remaining_minutes
        if minutes < 0:
            return _("%(minutes)s min over budget") % {"minutes": number(-minutes, 1)}
        return _("%(minutes)s min of budget left") % {"minutes": number(minutes, 1)}


def lines(months: list[Month], service: Service | None = None) -> list[Line]:
    """The lines of the table for these months (the latest first), those of one service or all.

    A constant number of queries.
    """
    targets = AvailabilityTarget.objects.in_report()
    if service is not None:
        targets = targets.filter(services=service)
    found = list(targets)
    if not found:
        return []
    history = History.read(months[-1].start, months[0].end, now=timezone.now())
    return [
        Line(
            target,
            [
                MonthCell(month, measured(target, history, month.start, month.end))
                for month in months
            ],
        )
        for target in found
    ]


def published_lines(months: list[Month], service: Service | None = None) -> list[Line]:
    """The same lines as the report shows them: of a frozen month what was published."""
    said = Statement.objects.of_months(months[-1].first_day, months[0].first_day)
    published = {
        (Month.of_day(one.month.first_day), one.figure): one
        for one in said.filter(figure__startswith=KEY).current().select_related("month")
    }
    return [
        replace(
            line,
            cells=[
                replace(cell, published=published.get((cell.month, line.target.key)))
                for cell in line.cells
            ],
        )
        for line in lines(months, service)
    ]


def csv_rows(months: list[Month], service: Service | None = None) -> Iterator[list[object]]:
    """The same lines for a file: percentages, then the minutes they are made of."""
    for line in published_lines(months, service):
        name, target = line.target.label, line.target.percent
        yield [f"{name} (%)", target, *(cell.percent for cell in line.cells)]
        yield [
            f"{name} ({_('minutes down')})",
            "",
            *(_minutes(cell.measurement.availability.down_seconds) for cell in line.cells),
        ]
        yield [
            f"{name} ({_('minutes promised')})",
            "",
            *(_minutes(cell.measurement.availability.window_seconds) for cell in line.cells),
        ]


def _minutes(seconds: int) -> Decimal:
    return (Decimal(seconds) / 60).quantize(Decimal("0.01"))
