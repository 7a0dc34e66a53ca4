from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made beside the running desk: files may be many."""

    atomic = False
    dependencies = [("tickets", "0007_pictures")]

    operations = [
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(
                    ("content_type__in", ["image/gif", "image/jpeg", "image/png", "image/webp"]),
                    ("shown", None),
                ),
                fields=["id"],
                name="attachment_to_draw",
            ),
        ),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(fields=["file"], name="attachment_file"),
        ),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("shown__gt", "")), fields=["shown"], name="attachment_shown"
            ),
        ),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(fields=["uploaded_by"], include=("size",), name="attachment_quota"),
        ),
    ]
