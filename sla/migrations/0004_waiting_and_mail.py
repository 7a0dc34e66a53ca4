"""Waiting rules of policies, when their next step is, and mail about alerts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0003_versions_and_publishing"),
        ("tickets", "0006_outside_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "mail about an alert",
                "verbose_name_plural": "mails about alerts",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="policyversion",
            name="remind_after",
            field=models.PositiveSmallIntegerField(
                blank=True,
                db_default=3,
                default=3,
                help_text="Business days of waiting for the requester. Empty: never.",
                null=True,
                verbose_name="first reminder",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="remind_again_after",
            field=models.PositiveSmallIntegerField(
                blank=True,
                db_default=6,
                default=6,
                help_text="Business days of waiting for the requester. Empty: never.",
                null=True,
                verbose_name="second reminder",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="solve_after",
            field=models.PositiveSmallIntegerField(
                blank=True,
                db_default=9,
                default=9,
                help_text="Business days of waiting for the requester. Empty: never.",
                null=True,
                verbose_name="solved unanswered",
            ),
        ),
        migrations.AddField(
            model_name="ticketpromise",
            name="next_step_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="alertmail",
            name="alert",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mails",
                to="sla.alert",
            ),
        ),
        migrations.AddField(
            model_name="alertmail",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="alertmail",
            index=models.Index(
                condition=models.Q(("mailed_at__isnull", True)),
                fields=["user", "due_at"],
                name="alert_mail_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertmail",
            constraint=models.UniqueConstraint(fields=("alert", "user"), name="alert_mail_once"),
        ),
    ]
