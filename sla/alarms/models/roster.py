"""When somebody is on call, and who. Shifts are never changed: a later one stands above."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.bounds import within_bounds
from sla.alarms.querysets import ShiftQuerySet
from sla.models import BusinessCalendar


class OnCallPlan(models.Model):
    """The one row that says when and how the desk is reached. Made by the migration."""

    office = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("office hours"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Then an alarm rings at every agent."),
    )
    on_call = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("on-call hours"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Then an alarm about a critical service reaches who is on call."),
    )
    opening = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("opening hours of the members"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What should be covered; the gaps are shown beside the roster."),
    )
    phone = models.CharField(
        _("phone number"),
        max_length=40,
        blank=True,
        help_text=_("Members see it in on-call hours only."),
    )
    wait_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next person"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    #: On-call hours of single days, as `sla.alarms.days` keeps them: {"2026-12-25": [[…, …]]}.
    days = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("on-call plan")
        verbose_name_plural = _("on-call plans")

    def __str__(self) -> str:
        return str(_("On-call plan"))


class Shift(models.Model):
    """Who is on call from one day up to and including another, in which place."""

    class Place(models.IntegerChoices):
        FIRST = 1, _("first")
        SECOND = 2, _("second")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="shifts",
    )
    place = models.PositiveSmallIntegerField(_("place"), choices=Place, default=Place.FIRST)
    first_day = models.DateField(_("from"), validators=[within_bounds])
    last_day = models.DateField(_("up to and including"), validators=[within_bounds])
    reason = models.CharField(_("why"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "place", "pk"]
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                name="shift_runs_forwards", condition=Q(last_day__gte=F("first_day"))
            )
        ]
        indexes = [models.Index(fields=["last_day", "first_day"], name="shift_days")]

    def __str__(self) -> str:
        return f"{self.person} {self.first_day} – {self.last_day}"


class RosterFeed(models.Model):
    """How often somebody renewed the secret link to the own shifts; without a row never."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roster_feed"
    )
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.person_id}.{self.version}"
