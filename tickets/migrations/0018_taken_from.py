from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import SET_NULL


class Migration(migrations.Migration):
    """An empty column, and an index beside the running desk."""

    atomic = False
    dependencies = [("tickets", "0017_reopen_days")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="taken_from",
            field=models.ForeignKey(
                "tickets.message",
                blank=True,
                db_index=False,
                null=True,
                on_delete=SET_NULL,
                related_name="taken_as",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("taken_from__isnull", False)),
                fields=["taken_from"],
                name="message_taken_from",
            ),
        ),
    ]
