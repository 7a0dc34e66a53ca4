"""What watches services: monitors, the gaps in what they know, rules for monitoring mail."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Service
from sla.availability.models.outages import Outage
from sla.availability.querysets import MonitorQuerySet


def new_token() -> str:
    """Unguessable: 192 bit."""
    return secrets.token_urlsafe(24)


class Monitor(models.Model):
    """Asks a service again and again, or waits for its sign of life."""

    class Kind(models.TextChoices):
        HTTP = "http", _("web address")
        TCP = "tcp", _("TCP port")
        HEARTBEAT = "heartbeat", _("heartbeat: the service calls us")

    name = models.CharField(_("name"), max_length=80, unique=True)
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="monitors"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.HTTP)
    target = models.CharField(
        _("what is asked"),
        max_length=500,
        blank=True,
        help_text=_("https://… for a web address, host:port for a TCP port."),
    )
    expected_status = models.PositiveSmallIntegerField(
        _("expected status"),
        null=True,
        blank=True,
        validators=[MinValueValidator(100), MaxValueValidator(599)],
        help_text=_("Empty: any answer below 400, redirects followed."),
    )
    expected_text = models.CharField(_("text on the page"), max_length=200, blank=True)
    tls_days = models.PositiveSmallIntegerField(
        _("days a certificate must still be good"),
        default=0,
        validators=[MaxValueValidator(365)],
        help_text=_("With fewer days left administrators are warned once. 0: never."),
    )
    interval = models.PositiveIntegerField(
        _("asked every … seconds"),
        default=60,
        validators=[MinValueValidator(30), MaxValueValidator(86_400)],
    )
    timeout = models.PositiveSmallIntegerField(
        _("waits … seconds"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("For a heartbeat: how much too late it may be."),
    )
    retries = models.PositiveSmallIntegerField(
        _("asks again at once"), default=1, validators=[MaxValueValidator(3)]
    )
    failures_to_confirm = models.PositiveSmallIntegerField(
        _("failures in a row before it is an outage"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    successes_to_confirm = models.PositiveSmallIntegerField(
        _("successes in a row before it is over"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Outage.Severity, default=Outage.Severity.DOWN
    )
    is_active = models.BooleanField(_("active"), default=True)
    token = models.CharField(max_length=64, unique=True, default=new_token)

    #: What is known: see `monitors.judging.Watch`.
    is_down = models.BooleanField(default=False)
    row = models.PositiveSmallIntegerField(default=0)
    row_since = models.DateTimeField(null=True)
    last_checked_at = models.DateTimeField(null=True)
    last_ok = models.BooleanField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    last_milliseconds = models.PositiveIntegerField(null=True)
    tls_until = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(default=timezone.now)
    #: The outage it opened or joined, until it is up again.
    outage = models.ForeignKey(
        Outage, on_delete=models.SET_NULL, null=True, related_name="monitors"
    )

    objects = MonitorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("monitor")
        verbose_name_plural = _("monitors")
        indexes = [
            models.Index(fields=["next_check_at"], name="monitor_due", condition=Q(is_active=True))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def silent_after(self) -> dt.timedelta:
        """Without an answer for so long, nothing is known."""
        return dt.timedelta(seconds=3 * self.interval + 60)

    def is_silent(self, now: dt.datetime) -> bool:
        return self.last_checked_at is None or now - self.last_checked_at > self.silent_after

    @property
    def certificate_ends_soon(self) -> bool:
        """It is good still; somebody has to renew it within the days that were asked for."""
        if self.tls_until is None or not self.tls_days:
            return False
        return self.tls_until - timezone.now() < dt.timedelta(days=self.tls_days)


class Silence(models.Model):
    """A stretch without answers: nothing is known of it, it is never taken for up."""

    monitor = models.ForeignKey(Monitor, on_delete=models.CASCADE, related_name="silences")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("silence of a monitor")
        verbose_name_plural = _("silences of monitors")
        constraints = [
            models.CheckConstraint(
                name="silence_runs_forwards", condition=Q(ended_at__gt=F("started_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.monitor_id}"


class BlindSpell(models.Model):
    """A stretch in which our own network reached nothing outside: failures proved nothing."""

    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("stretch without a network")
        verbose_name_plural = _("stretches without a network")
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"], name="blind_spell_open_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class MonitoringMailRule(models.Model):
    """Which mail of a monitoring system is about which service. The first that fits counts."""

    sender = models.CharField(
        _("sender"),
        max_length=254,
        help_text=_("An address, or only the part after the @."),
    )
    words = models.CharField(
        _("words in the subject"),
        max_length=120,
        blank=True,
        help_text=_("Such as the name of the server. Empty: every alert of this sender."),
    )
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="+"
    )
    severity = models.CharField(
        _("severity"),
        max_length=10,
        choices=Outage.Severity,
        blank=True,
        help_text=_("Empty: as the mail says."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("rule for monitoring mail")
        verbose_name_plural = _("rules for monitoring mail")

    def __str__(self) -> str:
        return f"{self.sender} {self.words}".strip()
