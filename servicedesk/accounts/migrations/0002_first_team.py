"""A desk starts with one team, so that nothing that arrives is without an owner."""

from django.db import migrations


def make_first_team(apps, schema_editor):
    apps.get_model("accounts", "Team").objects.get_or_create(
        slug="eerste-lijn", defaults={"name": "Eerste lijn", "line": 1}
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(make_first_team, migrations.RunPython.noop)]
