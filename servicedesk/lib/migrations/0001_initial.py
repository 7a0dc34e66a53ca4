"""What every other room's tables stand on: extensions, Dutch search, the table of the cache."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

SEARCH = """
CREATE TEXT SEARCH CONFIGURATION desk (COPY = pg_catalog.dutch);
ALTER TEXT SEARCH CONFIGURATION desk
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, dutch_stem;
"""
CACHE = """
CREATE TABLE cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(SEARCH, "DROP TEXT SEARCH CONFIGURATION desk"),
        migrations.RunSQL(CACHE, "DROP TABLE cache"),
    ]
