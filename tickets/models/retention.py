"""How long the desk keeps what people told it, and how far it came with forgetting."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Organisation
from servicedesk.catalogue.models import Category

LONGEST_MONTHS = 240


class RetentionRule(models.Model):
    """After how many months closed tickets lose what they say of people.

    The closest rule counts: for the kind of organisation and the category, then for the kind,
    then for the category, then for all. Without a rule nothing is taken away.
    """

    organisation_kind = models.CharField(
        _("kind of organisation"),
        max_length=20,
        choices=Organisation.Kind,
        blank=True,
        help_text=_("Empty: every kind, and people without an organisation."),
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every category, and tickets without one."),
    )
    months = models.PositiveSmallIntegerField(
        _("months"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text=_("Counted from the solution. Figures stay."),
    )

    class Meta:
        ordering = ["organisation_kind", "category__name"]
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_kind", "category"],
                name="retention_rule_once",
                nulls_distinct=False,
                violation_error_message=_("There is a rule for these tickets already."),
            )
        ]

    def __str__(self) -> str:
        kind = self.get_organisation_kind_display() or "*"
        return f"{kind} · {self.category or '*'}"


class RetentionRun(models.Model):
    """What the rounds of one day took away, of what was due when the first of them began."""

    day = models.DateField(unique=True)
    due = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.done} / {self.due}"
