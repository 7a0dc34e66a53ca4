from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside the running desk: tickets are many."""

    atomic = False
    dependencies = [("tickets", "0011_privacy")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("anonymised_at", None), ("status", "closed")),
                fields=["solved_at"],
                name="ticket_kept",
            ),
        ),
    ]
