"""Figures as they were published: what a month said when it was frozen, and each restatement."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.percentages import share
from sla.querysets import StatementQuerySet


class FrozenMonth(models.Model):
    """A month whose figures are published: from here on they only change by a restatement."""

    first_day = models.DateField(_("month"), unique=True)
    frozen_at = models.DateTimeField(default=timezone.now)
    #: What the figures rest on: the versions of policies and calendars, and the desk's target.
    rests_on = models.JSONField(default=dict)

    class Meta:
        ordering = ["-first_day"]
        verbose_name = _("frozen month")
        verbose_name_plural = _("frozen months")

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"

    @property
    def target(self) -> Decimal | None:
        """Per cent of promises that the desk wanted to keep then."""
        said = self.rests_on.get("target")
        return Decimal(said) if said else None


class Statement(models.Model):
    """What a figure of a frozen month says, with the tickets it is made of. Never changed.

    The first one is the figure as published; each later one is a restatement, with a reason and
    the person who signed it. The last one counts.
    """

    month = models.ForeignKey(
        FrozenMonth, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    #: A `sla.reports.figures.Figure.key`.
    figure = models.CharField(max_length=80)
    number = models.PositiveSmallIntegerField(default=1)
    counted = models.PositiveIntegerField()
    #: Of the counted ones: the promise was kept. Empty where nothing is promised.
    kept = models.PositiveIntegerField(null=True, blank=True)
    #: Per cent, of a figure that is not made of tickets: what was counted are seconds.
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    #: The tickets that were counted, but for those in `late`.
    tickets = ArrayField(models.BigIntegerField(), default=list)
    #: Of how long it took: the middle of it, in business seconds.
    median = models.PositiveIntegerField(null=True, blank=True)
    late = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["month", "figure", "number"]
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        constraints = [
            models.UniqueConstraint(fields=["month", "figure", "number"], name="statement_once"),
            models.CheckConstraint(
                name="restatement_is_signed",
                condition=Q(number=1) | (Q(by__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.figure} {self.number}"

    @property
    def percent(self) -> Decimal | None:
        """Kept of counted; None where nothing is promised or nothing was counted."""
        if self.value is not None:
            return self.value
        return None if self.kept is None else share(self.kept, self.counted)

    @property
    def is_restatement(self) -> bool:
        return self.number > 1
