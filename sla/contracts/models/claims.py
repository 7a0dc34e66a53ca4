"""A month of a contract that was reviewed, and what is claimed for what was missed in it."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.contracts.models.contracts import Contract, Measure, Terms
from sla.contracts.querysets import CompensationQuerySet


class MonthReview(models.Model):
    """The figures of a contract in a month that is over, as they stood when it was reviewed."""

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
    first_day = models.DateField()
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+", db_index=False)
    #: By measure: `counted`, `kept`, `percent` (text or null) and `target`.
    figures = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    #: Of a review that was made again: who did, and why.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["contract", "-first_day"]
        verbose_name = _("reviewed month")
        verbose_name_plural = _("reviewed months")
        constraints = [
            models.UniqueConstraint(fields=["contract", "first_day"], name="month_review_once")
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.first_day:%Y-%m}"


class Compensation(models.Model):
    """What a supplier owes by the scale for one measure in one month, with its evidence.

    The database refuses to change anything of it but its state, and to remove one that was sent.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("compensation", "Proposed")
        SENT = "sent", pgettext_lazy("compensation", "Sent")
        ACCEPTED = "accepted", pgettext_lazy("compensation", "Accepted")
        REFUSED = "refused", pgettext_lazy("compensation", "Refused")

    #: Where each state leads.
    FOLLOWING = {
        State.PROPOSED: [State.SENT],
        State.SENT: [State.ACCEPTED, State.REFUSED],
        State.ACCEPTED: [],
        State.REFUSED: [],
    }

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="compensations", db_index=False
    )
    review = models.ForeignKey(MonthReview, on_delete=models.PROTECT, related_name="compensations")
    first_day = models.DateField()
    measure = models.CharField(max_length=15, choices=Measure)
    attained = models.DecimalField(max_digits=5, decimal_places=2)
    target = models.DecimalField(max_digits=5, decimal_places=2)
    #: The step of the scale: below this, that share of the fee.
    below = models.DecimalField(max_digits=5, decimal_places=2)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    fee = models.DecimalField(max_digits=10, decimal_places=2)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    #: As `sla.contracts.evidence` makes it: the outages with their seconds, or the late tickets.
    evidence = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField(default=timezone.now)

    objects = CompensationQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "contract", "measure"]
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "first_day", "measure"], name="compensation_once"
            ),
            models.CheckConstraint(
                name="compensation_of_a_miss",
                condition=Q(attained__lt=models.F("below"), amount__gte=Decimal(0)),
            ),
        ]
        indexes = [models.Index(fields=["-first_day", "-id"], name="compensation_latest")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.first_day:%Y-%m} {self.measure}"

    def get_absolute_url(self) -> str:
        return reverse("contracts:compensation-detail", kwargs={"pk": self.pk})

    @property
    def following(self) -> list[str]:
        """The states it may go to now."""
        return [state.value for state in self.FOLLOWING[self.State(self.state)]]

    @property
    def is_open(self) -> bool:
        """Somebody has to do something yet."""
        return bool(self.following)


class CompensationMove(models.Model):
    """One change of state: when it was, why, and who noted it. Append-only."""

    compensation = models.ForeignKey(Compensation, on_delete=models.PROTECT, related_name="moves")
    to_state = models.CharField(max_length=10, choices=Compensation.State)
    #: The day it happened, which may lie before the day it was noted.
    on = models.DateField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("move of a compensation")
        verbose_name_plural = _("moves of compensations")

    def __str__(self) -> str:
        return f"{self.compensation_id} → {self.to_state}"
