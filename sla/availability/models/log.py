"""What people and monitors did to outages and maintenance; rows are never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.availability.models.maintenance import MaintenanceWindow
from sla.availability.models.outages import Outage


class AvailabilityEvent(models.Model):
    """Who did what, when and why. A trigger of the database refuses every change.

    `data` holds ids and values, never names or texts of people.
    """

    outage = models.ForeignKey(
        Outage, on_delete=models.PROTECT, null=True, related_name="events", db_index=False
    )
    maintenance = models.ForeignKey(
        MaintenanceWindow, on_delete=models.PROTECT, null=True, related_name="events"
    )
    kind = models.CharField(max_length=30)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    data = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("event of an outage")
        verbose_name_plural = _("events of outages")
        constraints = [
            models.CheckConstraint(
                name="availability_event_of_one",
                condition=Q(outage__isnull=False, maintenance__isnull=True)
                | Q(outage__isnull=True, maintenance__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["outage", "id"], name="availability_event")]

    def __str__(self) -> str:
        return f"{self.kind} {self.outage_id or self.maintenance_id}"
