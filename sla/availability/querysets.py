"""Reading outages, maintenance and targets: who sees which, and which touch a stretch of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value

from servicedesk.lib.translated import in_readers_column

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from servicedesk.accounts.models import User


def _services_seen_by(user: User | AnonymousUser) -> models.QuerySet:
    services = apps.get_model("catalogue", "Service").objects
    if user.is_authenticated and user.is_active:
        return services.visible_to(user).values("pk")
    return services.active().filter(visibility="everyone").values("pk")


class OutageQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> OutageQuerySet:
        """Everything for agents; for others what stands, of services they may see.

        Whoever is not signed in sees that of the services that are for everyone.
        """
        if user.is_authenticated and user.is_active and user.is_agent:
            return self
        return self.standing().filter(service__in=_services_seen_by(user))

    def public(self) -> OutageQuerySet:
        """What everybody may read, signed in or not."""
        return self.standing().filter(service__visibility="everyone", service__is_active=True)

    def standing(self) -> OutageQuerySet:
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> OutageQuerySet:
        """Going on now."""
        return self.standing().filter(ended_at__isnull=True)

    def over(self) -> OutageQuerySet:
        return self.standing().filter(ended_at__isnull=False)

    def hitting(self, services: Iterable[int]) -> OutageQuerySet:
        """Of one of these services, as such or as a part."""
        hit = list(services)
        component = self.model.components.through.objects.filter(  # type: ignore[attr-defined]
            service_id__in=hit
        )
        return self.filter(Q(service_id__in=hit) | Q(pk__in=component.values("outage_id")))

    def touching(self, start: dt.datetime, end: dt.datetime) -> OutageQuerySet:
        """With at least a second in [start, end)."""
        return self.filter(started_at__lt=end).filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=start)
        )

    def counting(self) -> OutageQuerySet:
        """Those that may count as unavailable: not planned, not withdrawn."""
        return self.standing().filter(is_planned=False)

    def of_service(self, slug: str) -> OutageQuerySet:
        """Of the service with this short name or one of its parts; of all when it is empty."""
        if not slug:
            return self
        hit = apps.get_model("catalogue", "Service").objects.filter(
            Q(slug=slug) | Q(parent__slug=slug)
        )
        return self.hitting(hit.values_list("pk", flat=True))

    def for_reader(self, user: User) -> OutageQuerySet:
        """With `is_followed` by this person and `latest`, the last words told; the worst first."""
        followers = apps.get_model("availability", "OutageFollower").objects
        updates = apps.get_model("availability", "OutageUpdate").objects
        return (
            self.select_related("service")
            .annotate(
                is_followed=Exists(followers.filter(outage=OuterRef("pk"), user=user.pk)),
                latest=Subquery(
                    updates.filter(outage=OuterRef("pk"))
                    .order_by("-pk")
                    .values(words=in_readers_column("text"))[:1]
                ),
            )
            .order_by("-severity", "-started_at")
        )

    def for_rows(self) -> OutageQuerySet:
        """With what a row of a list shows: a constant number of queries."""
        return self.select_related("service", "reported_by", "confirmed_by").annotate(
            reports=Count("ticket_links", distinct=True)
        )


class MaintenanceQuerySet(models.QuerySet):
    def standing(self) -> MaintenanceQuerySet:
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def public(self) -> MaintenanceQuerySet:
        """Of at least one service that is for everyone."""
        seen = apps.get_model("catalogue", "Service").objects.active().filter(visibility="everyone")
        through = self.model.services.through.objects.filter(  # type: ignore[attr-defined]
            service__in=seen.values("pk")
        )
        return self.standing().filter(pk__in=through.values("maintenancewindow_id"))

    def touching(self, start: dt.datetime, end: dt.datetime) -> MaintenanceQuerySet:
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def going_on(self, now: dt.datetime) -> MaintenanceQuerySet:
        return self.standing().filter(starts_at__lte=now, ends_at__gt=now)

    def to_come(self, now: dt.datetime) -> MaintenanceQuerySet:
        """Going on or still to begin, the next one first."""
        return self.standing().filter(ends_at__gt=now).order_by("starts_at", "pk")

    def of(self, services: Iterable[int]) -> MaintenanceQuerySet:
        through = self.model.services.through.objects.filter(  # type: ignore[attr-defined]
            service_id__in=list(services)
        )
        return self.filter(pk__in=through.values("maintenancewindow_id"))

    def for_rows(self) -> MaintenanceQuerySet:
        return self.prefetch_related("services").select_related("announced_by")


class MonitorQuerySet(models.QuerySet):
    def active(self) -> MonitorQuerySet:
        return self.filter(is_active=True)

    def due(self, now: dt.datetime) -> MonitorQuerySet:
        """Whose turn it is, the longest waiting first; also whose turn lies further ahead than
        their interval, as a clock was set back."""
        interval = F("interval") * Value(dt.timedelta(seconds=1))
        due = Q(next_check_at__lte=now) | Q(next_check_at__gt=now + interval)
        return self.active().filter(due).order_by("next_check_at", "pk")


class TargetQuerySet(models.QuerySet):
    def active(self) -> TargetQuerySet:
        return self.filter(is_active=True)

    def in_report(self) -> TargetQuerySet:
        """The lines of the SLA table, in order, with all that measuring needs."""
        return self.active().filter(in_report=True).for_measuring()

    def on_status_page(self) -> TargetQuerySet:
        return self.active().filter(on_status_page=True).for_measuring()

    def for_measuring(self) -> TargetQuerySet:
        return self.select_related("calendar").prefetch_related(
            "services", "calendar__versions", "former"
        )
