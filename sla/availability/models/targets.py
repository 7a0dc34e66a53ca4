"""What was promised: how many per cent of which time which services are there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Service
from servicedesk.lib.bounds import FIRST_DAY, LAST_DAY, within_bounds
from servicedesk.lib.translated import Named, in_readers_language
from sla.availability.querysets import TargetQuerySet

#: How the names of published figures about availability begin.
KEY = "availability/"


class AvailabilityTarget(Named):
    """A promise for one service, or for several together by a rule; a line of the SLA table."""

    class Rule(models.TextChoices):
        ANY = "any", _("down as soon as one of them is down")
        MEAN = "mean", _("the mean of all of them")

    services: models.ManyToManyField = models.ManyToManyField(
        Service, verbose_name=_("services"), related_name="availability_targets"
    )
    rule = models.CharField(
        _("when there are several services"), max_length=10, choices=Rule, default=Rule.ANY
    )
    calendar = models.ForeignKey(
        "sla.BusinessCalendar",
        verbose_name=_("business calendar"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: round the clock."),
    )
    is_complement = models.BooleanField(
        _("outside those hours"), default=False, help_text=_("The rest of the time instead.")
    )
    percent = models.DecimalField(
        _("target in per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    measured_from = models.DateField(
        _("measured from"),
        validators=[within_bounds],
        help_text=_("Outages are registered from this day on; before: no data."),
    )
    #: For people: "Mon–Fri 8–22, Sat–Sun 9–19".
    window_name = models.CharField(_("window in words"), max_length=80, blank=True)
    window_name_en = models.CharField(_("window in words, in English"), max_length=80, blank=True)
    in_report = models.BooleanField(_("line of the SLA table"), default=True)
    on_status_page = models.BooleanField(
        _("on the status page"),
        default=False,
        help_text=_("Shown beside its service; only for targets with one service."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("availability target")
        verbose_name_plural = _("availability targets")
        constraints = [
            models.CheckConstraint(
                name="target_is_a_percentage", condition=Q(percent__gte=0, percent__lte=100)
            ),
            models.CheckConstraint(
                name="target_within_bounds",
                condition=Q(measured_from__gte=FIRST_DAY, measured_from__lte=LAST_DAY),
            ),
            models.CheckConstraint(
                name="target_complement_of_a_calendar",
                condition=Q(is_complement=False) | Q(calendar__isnull=False),
            ),
        ]

    def percent_on(self, day: dt.date) -> Decimal:
        """What was promised then; with `former` fetched before it costs nothing."""
        later = [one for one in self.former.all() if day < one.before]
        return min(later, key=lambda one: one.before).percent if later else self.percent

    @property
    def key(self) -> str:
        """How it is called among the published figures of a month."""
        return f"{KEY}{self.pk}"

    @property
    def window_label(self) -> str:
        """The window in words, in the reader's language; what it is made of where nobody wrote."""
        given = in_readers_language(self.window_name, self.window_name_en)
        if given:
            return given
        if self.calendar is None:
            return "24/7"
        words = _("outside %s") if self.is_complement else "%s"
        return str(words) % self.calendar.name


class FormerPercent(models.Model):
    """What a target promised in the months before it was changed."""

    target = models.ForeignKey(
        AvailabilityTarget, on_delete=models.CASCADE, related_name="former", db_index=False
    )
    #: The first day on which it no longer holds; always that of a month.
    before = models.DateField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["target", "before"]
        verbose_name = _("former target")
        verbose_name_plural = _("former targets")
        constraints = [
            models.UniqueConstraint(fields=["target", "before"], name="former_percent_once")
        ]

    def __str__(self) -> str:
        return f"{self.percent} < {self.before}"
