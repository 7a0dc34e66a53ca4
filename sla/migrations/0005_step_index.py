"""Finding the promises whose waiting rule has something to do. Locks no table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sla", "0004_waiting_and_mail")]

    operations = [
        AddIndexConcurrently(
            "ticketpromise",
            models.Index(
                condition=models.Q(("next_step_at__isnull", False)),
                fields=["next_step_at"],
                name="promise_step",
            ),
        ),
    ]
