"""How long it took is published with a month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0007_close_after")]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="median",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
