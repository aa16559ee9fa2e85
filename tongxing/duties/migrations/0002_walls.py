from django.db import migrations

from tongxing.ground.rls import policy

# The id of a promise; rules.window_id is its twin. A UUIDv8: two bytes of days, the rest SHA-256 (the database has no SHA-1 for version 5).
DUTY_ID = """
CREATE FUNCTION duty_id(obligation text, subject uuid, window_key text, anchor date) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN overlay(overlay(lpad(to_hex((anchor - date '1970-01-01') & 65535), 4, '0')
    || substr(encode(sha256(convert_to(obligation || '|' || subject || '|' || window_key, 'UTF8')), 'hex'), 1, 28) PLACING '8' FROM 13 FOR 1) PLACING 'a' FROM 17 FOR 1)::uuid;
"""
# Whatever changes promises marks the tallies that no longer hold; the tick counts those anew.
MARKS = """
CREATE FUNCTION duties_mark_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO duties_mark (village, rule_id, window_from, due) SELECT DISTINCT scope_place, rule_id, window_from, due FROM fresh;
  RETURN NULL;
END $$;
CREATE FUNCTION duties_mark_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO duties_mark (village, rule_id, window_from, due) SELECT DISTINCT scope_place, rule_id, window_from, due FROM stale;
  RETURN NULL;
END $$;
CREATE FUNCTION duties_mark_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO duties_mark (village, rule_id, window_from, due)
    SELECT scope_place, rule_id, window_from, due FROM fresh UNION SELECT scope_place, rule_id, window_from, due FROM stale;
  RETURN NULL;
END $$;
CREATE TRIGGER mark_new AFTER INSERT ON duties_duty REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION duties_mark_new();
CREATE TRIGGER mark_old AFTER DELETE ON duties_duty REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION duties_mark_old();
CREATE TRIGGER mark_both AFTER UPDATE ON duties_duty REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION duties_mark_both();
"""
UNMARK = "DROP TRIGGER mark_new ON duties_duty; DROP TRIGGER mark_old ON duties_duty; DROP TRIGGER mark_both ON duties_duty; DROP FUNCTION duties_mark_new, duties_mark_old, duties_mark_both;"


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_duties"), ("ground", "0002_scope")]

    operations = [
        migrations.RunSQL(DUTY_ID, "DROP FUNCTION duty_id"),
        migrations.RunSQL(MARKS, UNMARK),
        migrations.RunSQL("ALTER TABLE duties_duty SET (fillfactor = 90)", "ALTER TABLE duties_duty RESET (fillfactor)"),
        # What a school, a class or a home promises names no child.
        policy("duties_duty", also="subject_kind IN ('class', 'school', 'home')"),
        *(policy(f"duties_{table}") for table in ("discharge", "urge", "suspension")),
        policy("duties_tally", child=None),
    ]
