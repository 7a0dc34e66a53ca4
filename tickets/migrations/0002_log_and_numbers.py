"""The log refuses changes; numbers start at 10001; a priority for each impact."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION tickets_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log of tickets is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION tickets_log_is_append_only();
"""
CHANGEABLE = """
DROP TRIGGER append_only ON tickets_ticketevent;
DROP FUNCTION tickets_log_is_append_only();
"""
NUMBERS = "ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH 10001"
PRIORITIES = {"alone": "low", "several": "normal", "blocked": "high", "public": "high"}


def make_priority_rules(apps, schema_editor):
    rule = apps.get_model("tickets", "PriorityRule").objects
    for impact, priority in PRIORITIES.items():
        rule.get_or_create(impact=impact, defaults={"priority": priority})


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunPython(make_priority_rules, migrations.RunPython.noop),
    ]
