from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_sendinghold")]

    operations = [
        migrations.AddField(
            model_name="outgoingemail",
            name="forget_when_sent",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
