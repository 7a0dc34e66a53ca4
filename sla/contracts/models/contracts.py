"""A contract with a supplier: its frame, and the versions of what it promises."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Service, Supplier
from servicedesk.lib.bounds import within_bounds
from servicedesk.lib.filenames import random_path
from sla.availability.models import AvailabilityTarget
from sla.contracts.levels import Level
from sla.contracts.querysets import ContractQuerySet, TermsQuerySet
from sla.contracts.scale import Step

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Measure(models.TextChoices):
    """What a contract is measured by."""

    AVAILABILITY = "availability", _("Availability")
    RESPONSE = "response", _("Response")
    RESOLUTION = "resolution", _("Resolution")


class Contract(models.Model):
    """Who promised, from when until when. What was promised is in its versions (`Terms`)."""

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="contracts"
    )
    name = models.CharField(_("name"), max_length=120)
    reference = models.CharField(_("number or reference"), max_length=80, blank=True)
    starts_on = models.DateField(_("start"), validators=[within_bounds])
    #: The last day that counts; empty: until further notice.
    ends_on = models.DateField(_("last day"), null=True, blank=True, validators=[within_bounds])
    notice_days = models.PositiveSmallIntegerField(
        _("notice period in days"), null=True, blank=True
    )
    #: For which notice date the managers were reminded already.
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["supplier", "-starts_on", "pk"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                name="contract_runs_forwards",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="contract_notice_before_an_end",
                condition=Q(notice_days__isnull=True) | Q(ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contracts:supplier-detail", kwargs={"pk": self.supplier_id})

    @property
    def notice_on(self) -> dt.date | None:
        """The last day to give notice; None for a contract without an end or a notice period."""
        if self.ends_on is None or self.notice_days is None:
            return None
        return self.ends_on - dt.timedelta(days=self.notice_days)

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is in force on a local day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()


class Terms(models.Model):
    """What a contract promises from the first day of a month on, until its next version.

    The first version holds from the start of the contract. A month that was reviewed keeps the
    version it was reviewed by: that one never changes again.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    valid_from = models.DateField(_("valid from"))
    services: models.ManyToManyField = models.ManyToManyField(
        Service, verbose_name=_("services"), related_name="+"
    )
    calendar = models.ForeignKey(
        "sla.BusinessCalendar",
        verbose_name=_("response and resolution count in"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    #: As `Level.as_json`.
    stored_levels = models.JSONField(default=list, db_column="levels")
    response_percent = models.DecimalField(
        _("answered in time"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PERCENT,
    )
    resolution_percent = models.DecimalField(
        _("solved in time"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=PERCENT,
    )  # fmt: skip
    availability_percent = models.DecimalField(
        _("available"), max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT
    )
    availability_calendar = models.ForeignKey(
        "sla.BusinessCalendar",
        verbose_name=_("availability is measured in"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    availability_rule = models.CharField(
        _("when there are several services"),
        max_length=10,
        choices=AvailabilityTarget.Rule,
        default=AvailabilityTarget.Rule.ANY,
    )
    monthly_fee = models.DecimalField(
        _("monthly fee in euro"),
        max_digits=10,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    #: Steps by measure, as `Step.as_json`.
    stored_scale = models.JSONField(default=dict, db_column="scale")
    #: Empty for what was there from the beginning.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "-valid_from"]
        verbose_name = _("version of a contract")
        verbose_name_plural = _("versions of contracts")
        constraints = [
            models.UniqueConstraint(fields=["contract", "valid_from"], name="terms_once"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.valid_from:%Y-%m}"

    @property
    def levels(self) -> list[Level]:
        """The least urgent first."""
        return [Level.from_json(level) for level in self.stored_levels]

    def steps(self, measure: str) -> list[Step]:
        """What is given back when one measure is missed."""
        return [Step.from_json(step) for step in self.stored_scale.get(measure, [])]

    def target(self, measure: str) -> Decimal | None:
        """In per cent; None: nothing is promised of it."""
        found: Decimal | None = getattr(self, f"{Measure(measure).value}_percent")
        return found

    @property
    def measures(self) -> list[str]:
        """What is promised at all, in order."""
        return [measure for measure in Measure.values if self.target(measure) is not None]


def document_name(document: ContractDocument, filename: str) -> str:
    """Where the bytes go: a name nobody can guess and nothing of the sender's choosing."""
    return random_path("contracts")


class ContractDocument(models.Model):
    """A file of a contract, served to managers only."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="documents")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=document_name, max_length=120)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("document of a contract")
        verbose_name_plural = _("documents of contracts")
        indexes = [models.Index(fields=["file"], name="contract_document_file")]

    def __str__(self) -> str:
        return self.filename
