from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside the running desk: messages are many."""

    atomic = False
    dependencies = [("tickets", "0014_forwarding")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("forwarding__isnull", False)),
                fields=["forwarding", "id"],
                name="message_forwarding",
            ),
        ),
        ValidateConstraint(model_name="message", name="supplier_has_a_thread"),
    ]
