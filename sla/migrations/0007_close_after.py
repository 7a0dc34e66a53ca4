"""For how long a solved ticket can be reopened is a matter of its policy."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0006_published_per_cent")]

    operations = [
        migrations.AddField(
            model_name="policyversion",
            name="close_after",
            field=models.PositiveSmallIntegerField(
                db_default=14,
                default=14,
                help_text="Days in which a solved ticket can be reopened; then it closes.",
                verbose_name="days to reopen",
            ),
        ),
    ]
