from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_access_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="intakequestion",
            name="is_personal",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Goes to a supplier only when an agent chooses so.",
                verbose_name="personal data",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="also_writes_from",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Addresses or domains that they answer from too, one on each line, such as support.example.com. The domain of the address above counts already.",
                verbose_name="other addresses",
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="language",
            field=models.CharField(
                choices=[("nl", "Dutch"), ("en", "English")],
                db_default="nl",
                default="nl",
                max_length=5,
                verbose_name="language of mails",
            ),
        ),
    ]
