from django.db import migrations

from tongxing.ground.rls import policy

# What follows an erased file loses its words; nothing else of a row but its scope ever changes.
KEEP = """
CREATE FUNCTION log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept text[] := '{scope_place}'; emptied text[] := '{scope_place,answers,answers_sealed,sections,events,reason}';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(OLD) - kept = to_jsonb(NEW) - kept THEN RETURN NEW; END IF;
    IF to_jsonb(OLD) - emptied = to_jsonb(NEW) - emptied AND NEW.answers = '{}'::jsonb AND to_jsonb(NEW) ->> 'answers_sealed' IS NULL THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def never_changed(table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();"
        f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only();",
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_whole ON {table};",
    )


def for_named_posts(table: str) -> migrations.RunSQL:
    """A wall of its own, behind the other: what is restricted is for the posts that it names. The system has no post."""
    condition = "restricted_to IS NULL OR (SELECT scope_post()) IS NULL OR (SELECT scope_post()) = ANY (restricted_to)"
    return migrations.RunSQL(f"CREATE POLICY named ON {table} AS RESTRICTIVE USING ({condition});", f"DROP POLICY named ON {table};")


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial"), ("ground", "0002_scope")]

    operations = [
        migrations.RunSQL(KEEP, "DROP FUNCTION log_append_only();"),
        policy("log_participation"),
        for_named_posts("log_participation"),
        policy(
            "log_entry",
            also="(child_id IS NULL AND recorder_post = (SELECT scope_post())) OR EXISTS (SELECT 1 FROM log_participation part WHERE part.entry_id = log_entry.id)",
        ),
        for_named_posts("log_entry"),
        migrations.RunSQL(
            "ALTER TABLE log_paper ENABLE ROW LEVEL SECURITY; ALTER TABLE log_paper FORCE ROW LEVEL SECURITY;"
            "CREATE POLICY with_its_entry ON log_paper USING (EXISTS (SELECT 1 FROM log_entry entry WHERE entry.id = log_paper.entry_id));",
            "DROP POLICY with_its_entry ON log_paper; ALTER TABLE log_paper NO FORCE ROW LEVEL SECURITY; ALTER TABLE log_paper DISABLE ROW LEVEL SECURITY;",
        ),
        never_changed("log_participation", "log_append_only"),
        never_changed("log_entry", "log_append_only"),
        never_changed("log_paper", "append_only"),
    ]
