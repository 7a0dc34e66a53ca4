"""One alarm for one outage, however many report it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.alarms.querysets import AlarmQuerySet
from sla.availability.models import Outage


class Alarm(models.Model):
    """Rings at the desk and at who is on call, until somebody takes it or the outage ends."""

    outage = models.OneToOneField(
        Outage, verbose_name=_("outage"), on_delete=models.PROTECT, related_name="alarm"
    )
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    #: When bells may ring: at once, or at the next moment somebody can be reached.
    rings_at = models.DateTimeField(_("rings from"))
    #: Raised by the sweep, as nothing raised it at the report, or told long after its time.
    is_late = models.BooleanField(_("late"), default=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    #: How many times people were told by their channels.
    step = models.PositiveSmallIntegerField(default=0)
    #: When the next ones are told; empty when nobody more needs to be.
    next_step_at = models.DateTimeField(null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.CheckConstraint(
                name="alarm_taken_by_somebody",
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alarm_steps_until_taken",
                condition=Q(next_step_at__isnull=True)
                | Q(taken_at__isnull=True, ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"],
                name="alarm_next_step",
                condition=Q(next_step_at__isnull=False),
            ),
            models.Index(fields=["id"], name="alarm_standing", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.outage)

    @property
    def said(self) -> str:
        """What was reported, in a few words, for the desk (of `for_rows`)."""
        is_reported = self.outage.source == Outage.Source.TICKET
        reported: str = (getattr(self, "first_words", None) or "") if is_reported else ""
        return (reported or self.outage.label)[:120]

    @property
    def words(self) -> str:
        """Which service, and what was reported."""
        return f"{self.outage.service.label}: {self.said}"

    @property
    def is_waiting(self) -> bool:
        """Somebody still has to take it."""
        return self.taken_at is None and self.ended_at is None

    @property
    def is_ringing(self) -> bool:
        """It waits, and its moment has come."""
        return self.rings_by(timezone.now())

    def rings_by(self, now: dt.datetime) -> bool:
        return self.is_waiting and self.rings_at <= now
