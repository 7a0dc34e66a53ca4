"""Versions know for which tickets they are and who made them; figures are published."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


#: For which tickets a policy is becomes a part of its versions.
CONDITIONS = """
UPDATE sla_policyversion AS version
SET service_id = policy.service_id,
    category_id = policy.category_id,
    organisation_id = policy.organisation_id,
    priority = policy.priority,
    channel = policy.channel
FROM sla_policy AS policy
WHERE policy.id = version.policy_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

#: What was published stays as it was; a restatement is another row.
SIGNED = """
CREATE FUNCTION sla_statement_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published figure is never changed or removed: restate it.';
END $$;
CREATE TRIGGER sla_statement_is_published BEFORE UPDATE OR DELETE ON sla_statement
    FOR EACH ROW EXECUTE FUNCTION sla_statement_is_published();
"""
UNSIGNED = """
DROP TRIGGER sla_statement_is_published ON sla_statement;
DROP FUNCTION sla_statement_is_published();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_first_team"),
        ("catalogue", "0003_access_name"),
        ("sla", "0002_office_hours"),
        ("tickets", "0004_queue_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FrozenMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField(unique=True, verbose_name="month")),
                ("frozen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("rests_on", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "frozen month",
                "verbose_name_plural": "frozen months",
                "ordering": ["-first_day"],
            },
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.category",
                verbose_name="category",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("portal", "Portal"),
                    ("mail", "Mail"),
                    ("phone", "Phone"),
                    ("desk", "Desk"),
                    ("chat", "Chat"),
                    ("post", "Post"),
                    ("monitor", "Monitor"),
                    ("api", "API"),
                ],
                max_length=10,
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="priority",
            field=models.CharField(
                blank=True,
                choices=[
                    ("low", "Low"),
                    ("normal", "Normal"),
                    ("high", "High"),
                    ("urgent", "Urgent"),
                ],
                max_length=10,
                verbose_name="priority",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="service",
            field=models.ForeignKey(
                blank=True,
                help_text="With all services that are part of it. Empty: any.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.service",
                verbose_name="service",
            ),
        ),
        migrations.RunSQL(CONDITIONS, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="policy",
            name="category",
        ),
        migrations.RemoveField(
            model_name="policy",
            name="channel",
        ),
        migrations.RemoveField(
            model_name="policy",
            name="organisation",
        ),
        migrations.RemoveField(
            model_name="policy",
            name="priority",
        ),
        migrations.RemoveField(
            model_name="policy",
            name="service",
        ),
        migrations.CreateModel(
            name="Recompute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rules",
                    models.CharField(
                        choices=[
                            ("now", "What is promised today"),
                            ("asked", "What was promised on the day each ticket was asked"),
                        ],
                        default="now",
                        max_length=10,
                        verbose_name="rules",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewing", "being looked at"),
                            ("previewed", "to be decided"),
                            ("applying", "being carried out"),
                            ("done", "done"),
                            ("discarded", "not done"),
                        ],
                        default="previewing",
                        max_length=12,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("looked_at", models.PositiveIntegerField(default=0)),
                ("last_ticket", models.BigIntegerField(default=0)),
                ("moved", models.PositiveIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "recompute",
                "verbose_name_plural": "recomputes",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="RecomputedTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("changes", models.JSONField(default=list)),
                (
                    "recompute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="sla.recompute",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recomputes",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "recomputed ticket",
                "verbose_name_plural": "recomputed tickets",
                "ordering": ["recompute", "ticket"],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("figure", models.CharField(max_length=80)),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("counted", models.PositiveIntegerField()),
                ("kept", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "tickets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "late",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="sla.frozenmonth",
                    ),
                ),
            ],
            options={
                "verbose_name": "published figure",
                "verbose_name_plural": "published figures",
                "ordering": ["month", "figure", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="recompute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["applying", "done"]), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False), models.Q(("reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="recompute_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="recomputedticket",
            constraint=models.UniqueConstraint(
                fields=("recompute", "ticket"), name="recomputed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("month", "figure", "number"), name="statement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number", 1),
                    models.Q(("by__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="restatement_is_signed",
            ),
        ),
        migrations.RunSQL(SIGNED, UNSIGNED),
    ]
