"""What the clocks of suppliers said when the log was last folded, and what rang."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.contracts.models.contracts import Contract, Terms
from sla.contracts.querysets import SupplierClockQuerySet
from sla.models import Alert, CalendarVersion, MailLine, MeasuredLeg
from tickets.models import Forwarding, Ticket


class SupplierMetric(models.TextChoices):
    """What a supplier promises of a forwarded ticket."""

    FIRST_RESPONSE = "first_response", _("Answer of the supplier")
    RESOLUTION = "resolution", _("Solution of the supplier")


class SupplierClock(MeasuredLeg):
    """One promise about one forwarding. Only `sla.contracts.clocks` writes it, whole."""

    forwarding = models.ForeignKey(
        Forwarding, on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    #: The ticket it is on now: a merge takes it along.
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="supplier_clocks")
    metric = models.CharField(max_length=20, choices=SupplierMetric)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="clocks")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+")
    #: The name of the level that holds.
    level = models.CharField(max_length=60)
    #: Empty: round the clock.
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = SupplierClockQuerySet.as_manager()

    class Meta:
        ordering = ["forwarding", "metric"]
        verbose_name = _("clock of a supplier")
        verbose_name_plural = _("clocks of suppliers")
        constraints = [
            models.UniqueConstraint(fields=["forwarding", "metric"], name="supplier_clock_once"),
            models.CheckConstraint(
                name="supplier_clock_stopped_is_decided",
                condition=Q(state="stopped", stopped_at__isnull=False, met__isnull=False)
                | Q(~Q(state="stopped"), stopped_at__isnull=True, met__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_alert_at"],
                name="supplier_clock_alert",
                condition=Q(next_alert_at__isnull=False),
            ),
            models.Index(
                fields=["contract", "metric", "counted_at"],
                name="supplier_clock_counted",
                condition=Q(counted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.metric}"


class SupplierAlert(models.Model):
    """A point of a supplier's clock that was reached. Unique, so that each rings once, ever."""

    forwarding = models.ForeignKey(
        Forwarding, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    metric = models.CharField(max_length=20, choices=SupplierMetric)
    point = models.CharField(max_length=10, choices=Alert.Point)
    #: The true moment of the point, however late it was noticed.
    at = models.DateTimeField()
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alert about a supplier")
        verbose_name_plural = _("alerts about suppliers")
        constraints = [
            models.UniqueConstraint(
                fields=["forwarding", "metric", "point"], name="supplier_alert_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.forwarding_id} {self.metric} {self.point}"


class SupplierAlertMail(MailLine):
    """A mail about a clock of a supplier."""

    alert = models.ForeignKey(
        SupplierAlert, on_delete=models.CASCADE, related_name="mails", db_index=False
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("mail about an alert about a supplier")
        verbose_name_plural = _("mails about alerts about suppliers")
        constraints = [
            models.UniqueConstraint(fields=["alert", "user"], name="supplier_alert_mail_once")
        ]
        indexes = [
            models.Index(
                fields=["user", "due_at"],
                name="supplier_alert_mail_due",
                condition=Q(mailed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} → {self.user_id}"
