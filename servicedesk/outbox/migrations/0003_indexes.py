import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # sending goes on while the indexes are made

    dependencies = [("outbox", "0002_delivery")]

    operations = [
        AddIndexConcurrently(
            model_name="outgoingemail",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["failed_at"], name="outbox_failed"
            ),
        ),
        AddIndexConcurrently(
            model_name="outgoingemail",
            index=models.Index(fields=["state", "-id"], name="outbox_by_state"),
        ),
        AddIndexConcurrently(
            model_name="outgoingemail",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["to", "cc"], name="outbox_readers"
            ),
        ),
    ]
