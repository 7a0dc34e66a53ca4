"""Single days may have on-call hours of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alarms", "0002_on_call_plan")]

    operations = [
        migrations.AddField(
            model_name="oncallplan",
            name="days",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
