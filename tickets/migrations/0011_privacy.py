import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_access_name"),
        ("tickets", "0010_handover"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organisation_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("library", "Library"),
                            ("arts_centre", "Arts centre"),
                            ("partner", "Partner"),
                            ("internal", "Own organisation"),
                        ],
                        help_text="Empty: every kind, and people without an organisation.",
                        max_length=20,
                        verbose_name="kind of organisation",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        help_text="Counted from the solution. Figures stay.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="months",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: every category, and tickets without one.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "retention rule",
                "verbose_name_plural": "retention rules",
                "ordering": ["organisation_kind", "category__name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_kind", "category"),
                        name="retention_rule_once",
                        nulls_distinct=False,
                        violation_error_message="There is a rule for these tickets already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="anonymised_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
