"""Merged tickets, spam, tests and imported ones; and where a message was first written."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_queue_indexes")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="outside",
            field=models.CharField(
                blank=True,
                choices=[
                    ("merged", "Merged"),
                    ("spam", "Spam"),
                    ("test", "Test"),
                    ("imported", "Imported"),
                ],
                db_default="",
                default="",
                max_length=10,
                verbose_name="outside of counts",
            ),
        ),
    ]
