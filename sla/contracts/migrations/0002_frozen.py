"""What was claimed, and what became of it, refuses changes."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION contracts_claim_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'proposed' THEN
            RETURN OLD;
        END IF;
    ELSIF to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a compensation is never changed but for its state: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON contracts_compensation
    FOR EACH ROW EXECUTE FUNCTION contracts_claim_is_frozen();

CREATE FUNCTION contracts_moves_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what became of a compensation is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON contracts_compensationmove
    FOR EACH ROW EXECUTE FUNCTION contracts_moves_are_append_only();
"""
THAWED = """
DROP TRIGGER append_only ON contracts_compensationmove;
DROP FUNCTION contracts_moves_are_append_only();
DROP TRIGGER frozen ON contracts_compensation;
DROP FUNCTION contracts_claim_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]
    operations = [migrations.RunSQL(FROZEN, THAWED)]
