"""Reading contracts, clocks of suppliers and compensations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from servicedesk.accounts.models import User


class ContractQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ContractQuerySet:
        """What was agreed is for the desk; fees and documents of it for managers."""
        return self if user.is_active and user.is_agent else self.none()

    def in_force(self, first: dt.date, last: dt.date) -> ContractQuerySet:
        """With at least one of these days."""
        return self.filter(starts_on__lte=last).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=first)
        )

    def with_versions(self) -> ContractQuerySet:
        """With all that measuring needs: a constant number of queries."""
        return self.select_related("supplier").prefetch_related(
            "versions__services",
            "versions__calendar__versions",
            "versions__availability_calendar__versions",
        )


class TermsQuerySet(models.QuerySet):
    def of_services(self, services: list[int]) -> TermsQuerySet:
        """Those that promise something about at least one of these."""
        through = self.model.services.through.objects  # type: ignore[attr-defined]
        hit = through.filter(service_id__in=services)
        return self.filter(pk__in=hit.values("terms_id"))


class SupplierClockQuerySet(models.QuerySet):
    def unfinished(self) -> SupplierClockQuerySet:
        return self.exclude(state="stopped")

    def to_alert(self, now: dt.datetime) -> SupplierClockQuerySet:
        """Those with something to ring for, the longest overdue first."""
        return self.filter(next_alert_at__lte=now).order_by("next_alert_at", "pk")

    def counted_between(self, start: dt.datetime, end: dt.datetime) -> SupplierClockQuerySet:
        """The figures of [start, end): breached in it, or stopped in it in time."""
        return self.filter(counted_at__gte=start, counted_at__lt=end)

    def late(self) -> SupplierClockQuerySet:
        return self.filter(breached_at__isnull=False)

    def for_rows(self) -> SupplierClockQuerySet:
        """With what a page shows of them: one query."""
        return self.select_related("contract__supplier", "calendar_version", "ticket")


class CompensationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> CompensationQuerySet:
        """For managers."""
        return self if user.is_active and user.is_manager else self.none()

    def in_state(self, state: str) -> CompensationQuerySet:
        """Of one state; of all when it is empty."""
        return self.filter(state=state) if state else self

    def open(self) -> CompensationQuerySet:
        """Somebody has to do something yet."""
        return self.filter(state__in=["proposed", "sent"])

    def for_rows(self) -> CompensationQuerySet:
        return self.select_related("contract__supplier")
