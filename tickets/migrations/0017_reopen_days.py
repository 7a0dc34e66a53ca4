from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a constant default rewrites no row; the index is made beside the running desk."""

    atomic = False
    dependencies = [("tickets", "0016_retention_runs")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="reopen_days",
            field=models.PositiveSmallIntegerField(db_default=14, default=14),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "solved")),
                fields=["solved_at"],
                name="ticket_to_close",
            ),
        ),
    ]
