"""An outage of a service, how bad it was when, what was said of it and who wants to know."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Service
from servicedesk.lib.bounds import EARLIEST, LATEST, within_bounds
from servicedesk.lib.translated import in_readers_language
from sla.availability.querysets import OutageQuerySet
from tickets.models import Ticket


class TsTzRange(Func):
    """The time an outage lasts, for the constraint: half-open, without an end while it goes on."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Outage(models.Model):
    """A stretch of time in which a service was not there, or not as it should be.

    Times are true moments, whole seconds. Only phases of severity *down* count as unavailable,
    and only of an outage that was not planned and not withdrawn.
    """

    class Severity(models.TextChoices):
        DOWN = "down", _("unavailable")
        DEGRADED = "degraded", _("degraded")

    class Stage(models.TextChoices):
        REPORTED = "reported", _("Reported")
        INVESTIGATING = "investigating", _("Being looked into")
        IDENTIFIED = "identified", _("Cause found")
        REPAIRING = "repairing", _("Being repaired")
        WATCHING = "watching", _("Repaired, being watched")
        ENDED = "ended", _("Over")

    class Source(models.TextChoices):
        MONITOR = "monitor", _("monitor")
        TICKET = "ticket", _("ticket")
        HAND = "hand", _("reported by hand")

    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="outages"
    )
    components: models.ManyToManyField = models.ManyToManyField(
        Service,
        verbose_name=_("parts that are hit too"),
        blank=True,
        related_name="outages_as_component",
    )
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True, db_default="")
    #: That of the last phase.
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    stage = models.CharField(_("stage"), max_length=15, choices=Stage, default=Stage.REPORTED)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    is_planned = models.BooleanField(_("planned"), default=False)
    cause = models.TextField(_("cause"), blank=True)
    started_at = models.DateTimeField(_("start"), validators=[within_bounds])
    ended_at = models.DateTimeField(_("end"), null=True, blank=True, validators=[within_bounds])
    #: Empty: a monitor.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    #: It turned out to be no outage; counts nowhere.
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OutageQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.CheckConstraint(
                name="outage_runs_forwards",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
            ),
            models.CheckConstraint(
                name="outage_within_bounds",
                condition=Q(started_at__gte=EARLIEST)
                & (Q(ended_at__isnull=True) | Q(ended_at__lte=LATEST)),
            ),
            models.UniqueConstraint(
                fields=["service"],
                name="outage_open_once",
                condition=Q(ended_at__isnull=True, withdrawn_at__isnull=True),
            ),
            ExclusionConstraint(
                name="outage_no_overlap",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    (TsTzRange("started_at", "ended_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="outage_latest"),
            models.Index(
                fields=["ended_at"], name="outage_open", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("availability:outage-detail", kwargs={"pk": self.pk})

    @property
    def label(self) -> str:
        """The title in the language of the reader."""
        return in_readers_language(self.title, self.title_en)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.withdrawn_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def lasted(self, now: dt.datetime | None = None) -> dt.timedelta:
        """How long, up to now while it goes on."""
        return (self.ended_at or now or timezone.now()) - self.started_at


class OutagePhase(models.Model):
    """How bad an outage was from one moment until the next phase or its end."""

    outage = models.ForeignKey(
        Outage, on_delete=models.CASCADE, related_name="phases", db_index=False
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Outage.Severity)
    started_at = models.DateTimeField(_("from"))

    class Meta:
        ordering = ["started_at"]
        verbose_name = _("phase of an outage")
        verbose_name_plural = _("phases of outages")
        constraints = [
            models.UniqueConstraint(fields=["outage", "started_at"], name="outage_phase_once")
        ]

    def __str__(self) -> str:
        return f"{self.outage_id} {self.severity}"


class OutageUpdate(models.Model):
    """What the desk told everybody about an outage. Written once; told to each reader once."""

    outage = models.ForeignKey(
        Outage, on_delete=models.CASCADE, related_name="updates", db_index=False
    )
    stage = models.CharField(_("stage"), max_length=15, choices=Outage.Stage)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True, db_default="")
    #: Empty: a monitor.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    #: Its text also solves the linked tickets.
    solves_tickets = models.BooleanField(default=False)
    #: When the last reader's mail was written; empty: still to be done.
    told_at = models.DateTimeField(null=True)
    submission_token = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("update of an outage")
        verbose_name_plural = _("updates of outages")
        indexes = [
            models.Index(fields=["outage", "id"], name="outage_update"),
            models.Index(fields=["id"], name="outage_untold", condition=Q(told_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.outage_id} {self.stage}"

    @property
    def words(self) -> str:
        """The text in the language of the reader."""
        return in_readers_language(self.text, self.text_en)


class OutageFollower(models.Model):
    """Somebody who is told of every update, without a ticket."""

    outage = models.ForeignKey(
        Outage, on_delete=models.CASCADE, related_name="followers", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_outages"
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("follower of an outage")
        verbose_name_plural = _("followers of outages")
        constraints = [
            models.UniqueConstraint(fields=["outage", "user"], name="outage_follower_once")
        ]

    def __str__(self) -> str:
        return f"{self.outage_id} {self.user_id}"


class OutageTicket(models.Model):
    """A ticket that reports an outage."""

    outage = models.ForeignKey(
        Outage, on_delete=models.CASCADE, related_name="ticket_links", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="outage_links")
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("ticket of an outage")
        verbose_name_plural = _("tickets of outages")
        constraints = [
            models.UniqueConstraint(fields=["outage", "ticket"], name="outage_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.outage_id} #{self.ticket_id}"
