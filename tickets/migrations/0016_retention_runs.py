"""How far the rounds of retention came; what they look through, by index. Locks no table."""

import django.utils.timezone
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0015_forwarding_checked")]

    operations = [
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("due", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("heard_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"ordering": ["-day"]},
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["solved_at"],
                name="ticket_retained",
                condition=models.Q(("anonymised_at__isnull", True), ("status", "closed")),
            ),
        ),
    ]
