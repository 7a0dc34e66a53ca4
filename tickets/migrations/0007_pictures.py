from django.db import migrations, models

import tickets.models.message


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_outside_indexes")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="shown",
            field=models.FileField(
                blank=True, max_length=120, null=True, upload_to=tickets.models.message.random_name
            ),
        ),
    ]
