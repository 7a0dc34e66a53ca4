"""Changing what is promised: from this month on; months before keep what they were held to."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from sla.availability.models import AvailabilityTarget, FormerPercent
from sla.reports.months import Month


def keep_former(target: AvailabilityTarget, percent: Decimal) -> None:
    """Notes what the target promised up to this month. The first change of a month counts."""
    FormerPercent.objects.get_or_create(
        target=target,
        before=Month.of(timezone.now()).first_day,
        defaults={"percent": percent},
    )
