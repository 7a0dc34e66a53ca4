"""The categories a desk starts with, and the KWIS kind each of them gives a ticket."""

from django.db import migrations
from django.utils.text import slugify

CATEGORIES = [
    ("Andere", "Other", ""),
    ("Bug", "Bug", "disruption"),
    ("Configuratie", "Configuration", "disruption"),
    ("Foute handeling", "Wrong action", "disruption"),
    ("Kennisvraag", "Knowledge question", "information"),
    ("Migratie", "Migration", "wish"),
    ("Monitoring", "Monitoring", "disruption"),
    ("Paswoord / Profiel", "Password / Profile", "information"),
    ("Site down", "Site down", "disruption"),
    ("Taak", "Task", "wish"),
    ("Verbetervoorstel", "Suggestion for improvement", "wish"),
]


def make_categories(apps, schema_editor):
    category = apps.get_model("catalogue", "Category").objects
    for position, (name, name_en, kwis) in enumerate(CATEGORIES, start=1):
        category.get_or_create(
            slug=slugify(name),
            defaults={"name": name, "name_en": name_en, "kwis": kwis, "position": position},
        )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(make_categories, migrations.RunPython.noop)]
