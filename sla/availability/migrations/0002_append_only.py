"""The log of outages and maintenance refuses changes."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION availability_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of outages is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON availability_availabilityevent
    FOR EACH ROW EXECUTE FUNCTION availability_log_is_append_only();
"""
CHANGEABLE = """
DROP TRIGGER append_only ON availability_availabilityevent;
DROP FUNCTION availability_log_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("availability", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]
