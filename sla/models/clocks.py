"""What the clocks of tickets said when their log was last folded, and the alerts that rang."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.models.policies import TicketPromise
from sla.querysets import ClockQuerySet
from tickets.models import Ticket


class MetricChoices(models.TextChoices):
    """What is promised, in words."""

    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    RESOLUTION = "resolution", _("Resolution")
    ASSIGNMENT = "assignment", _("Assignment")


class ClockState(models.TextChoices):
    """What a clock does now, in words."""

    RUNNING = "running", pgettext_lazy("clock", "running")
    PAUSED = "paused", pgettext_lazy("clock", "paused")
    STOPPED = "stopped", pgettext_lazy("clock", "stopped")


class MeasuredLeg(models.Model):
    """What is stored of a leg: the moments are those of `sla.readings.Reading`."""

    State = ClockState

    state = models.CharField(max_length=10, choices=ClockState)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    #: Business seconds in the finished running rows: all that is used once it has stopped.
    used_seconds = models.PositiveIntegerField()
    target_seconds = models.PositiveIntegerField()
    at_risk_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    #: The end of the first second over the target; after nights and weekends, unlike `due_at`.
    overdue_at = models.DateTimeField(null=True, blank=True)
    #: When the next alert is to be raised; empty when none is to come.
    next_alert_at = models.DateTimeField(null=True, blank=True)
    #: The due moment, once more than the target was used.
    breached_at = models.DateTimeField(null=True, blank=True)
    met = models.BooleanField(null=True, blank=True)
    #: Which month it counts in: that of its breach, else of its stop.
    counted_at = models.DateTimeField(null=True, blank=True)
    #: The rows of `sla.readings.Row.as_json`.
    ledger = models.JSONField(default=list)

    class Meta:
        abstract = True


class Clock(MeasuredLeg):
    """One leg of one promise. Only `sla.clocks` writes it, whole, from the ticket's log; the log
    and the promise give it again.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    metric = models.CharField(max_length=20, choices=MetricChoices)
    leg = models.PositiveSmallIntegerField(default=1)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "metric", "leg"]
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "metric", "leg"], name="clock_once"),
            models.CheckConstraint(
                name="clock_stopped_is_decided",
                condition=Q(state="stopped", stopped_at__isnull=False, met__isnull=False)
                | Q(~Q(state="stopped"), stopped_at__isnull=True, met__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_alert_at"],
                name="clock_alert",
                condition=Q(next_alert_at__isnull=False),
            ),
            models.Index(
                fields=["metric", "counted_at"],
                include=["breached_at", "ticket"],
                name="clock_counted",
                condition=Q(counted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.metric} {self.leg}"


class Alert(models.Model):
    """A point of a leg that was reached. Unique, so that each is raised once, ever.

    It hangs on the promise and not on the clock, for clocks are made anew when promises change.
    """

    class Point(models.TextChoices):
        THREE_QUARTERS = "75%", _("three quarters of the time used")
        SOON = "15min", _("15 minutes before")
        DUE = "due", _("too late")

    class Level(models.TextChoices):
        WARNING = "warning", _("warning")
        BREACH = "breach", _("breach")

    promise = models.ForeignKey(
        TicketPromise, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    metric = models.CharField(max_length=20, choices=MetricChoices)
    leg = models.PositiveSmallIntegerField()
    point = models.CharField(max_length=10, choices=Point)
    level = models.CharField(max_length=10, choices=Level)
    #: The true moment of the point, however late it was noticed.
    at = models.DateTimeField()
    #: When the promise was due.
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["promise", "metric", "leg", "point"], name="alert_once")
        ]

    def __str__(self) -> str:
        return f"#{self.promise_id} {self.metric} {self.leg} {self.point}"


class MailLine(models.Model):
    """That one person is to be mailed about an alert, from `due_at` on, together with others."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    due_at = models.DateTimeField()
    #: Empty until it stands in a letter.
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class AlertMail(MailLine):
    """A mail about a clock of our own."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="mails", db_index=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("mail about an alert")
        verbose_name_plural = _("mails about alerts")
        constraints = [models.UniqueConstraint(fields=["alert", "user"], name="alert_mail_once")]
        indexes = [
            models.Index(
                fields=["user", "due_at"],
                name="alert_mail_due",
                condition=Q(mailed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} → {self.user_id}"
