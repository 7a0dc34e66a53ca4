"""Availability is published too: per cent that are not made of tickets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0005_step_index")]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="value",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
        ),
    ]
