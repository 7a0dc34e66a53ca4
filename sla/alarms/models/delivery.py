"""How people can be reached outside the product, and each time somebody was."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sla.alarms.models.alarm import Alarm
from sla.alarms.querysets import ChannelQuerySet, DeliveryQuerySet


class Channel(models.Model):
    """One way to reach one person. The address holds secrets, so it is kept encrypted."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alarm_channels"
    )
    name = models.CharField(_("name"), max_length=60)
    address = models.BinaryField()
    #: The kind of service, such as ntfys; may be shown.
    scheme = models.CharField(max_length=20)
    is_active = models.BooleanField(_("active"), default=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    works = models.BooleanField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One person told of one alarm by one channel in one step. Without a channel: by mail."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    alarm = models.ForeignKey(
        Alarm, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    step = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(
        Channel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    #: The name of the channel then.
    via = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Each attempt: [when, what went wrong]. Empty text: it went out; None: no result yet, or ever.
    log = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["alarm", "step", "person", "channel"],
                name="delivery_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="delivery_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id}.{self.step} → {self.via}"

    @property
    def tries(self) -> list[tuple[dt.datetime, str]]:
        """Each attempt with its result in words."""
        return [(dt.datetime.fromisoformat(at), _result(error)) for at, error in self.log]


def _result(error: str | None) -> str:
    if error is None:
        return gettext("no result")
    return error or gettext("went out")
