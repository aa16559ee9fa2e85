from django.db import migrations, models

# Transaction numbers begin again where a backup is restored into another cluster: `shift` keeps the journal's numbers rising.
EPOCH = """
INSERT INTO journal_epoch (id, cluster, shift) SELECT 1, system_identifier, 0 FROM pg_control_system();
CREATE OR REPLACE FUNCTION journal_xid() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL UNSAFE
  RETURN pg_current_xact_id()::text::bigint + (SELECT shift FROM journal_epoch WHERE id = 1);
"""
FORGET_EPOCH = """
CREATE OR REPLACE FUNCTION journal_xid() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL UNSAFE
  RETURN pg_current_xact_id()::text::bigint;
"""

# The auditor reads the logs of the post's places, and what belongs to no place; whoever works with children reads what was
# done in the own places. Who read what is for the auditor alone.
POLICIES = """
CREATE POLICY audit ON journal_record FOR SELECT
  USING ((SELECT audit_hi() >= audit_lo()) AND (scope_place = 0 OR scope_place BETWEEN (SELECT audit_lo()) AND (SELECT audit_hi())));
DROP POLICY scope ON journal_access;
UPDATE journal_access SET scope_place = 0 WHERE scope_place IS NULL;
ALTER TABLE journal_access ALTER COLUMN scope_place SET NOT NULL;
CREATE POLICY audit ON journal_access FOR SELECT
  USING ((SELECT audit_hi() >= audit_lo()) AND (scope_place = 0 OR scope_place BETWEEN (SELECT audit_lo()) AND (SELECT audit_hi())));
CREATE POLICY move ON journal_access FOR UPDATE USING (scope_place BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi())) WITH CHECK (true);
CREATE INDEX journal_access_by ON journal_access (by, seq DESC);
"""
NO_POLICIES = """
DROP INDEX journal_access_by;
DROP POLICY move ON journal_access;
DROP POLICY audit ON journal_access;
ALTER TABLE journal_access ALTER COLUMN scope_place DROP NOT NULL;
CREATE POLICY scope ON journal_access USING (scope_place BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi()));
DROP POLICY audit ON journal_record;
"""

# A partition has its own row-level security without any policy: rows are read and written through the parent alone.
PARTITIONS = """
CREATE FUNCTION journal_make_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  first timestamptz := date_trunc('month', now(), 'Asia/Shanghai');
  since timestamptz;
  name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('journal_make_partitions'));
  FOR ahead IN 0 .. months_ahead LOOP
    since := (first AT TIME ZONE 'Asia/Shanghai' + make_interval(months => ahead)) AT TIME ZONE 'Asia/Shanghai';
    name := 'journal_access_' || to_char(since AT TIME ZONE 'Asia/Shanghai', 'YYYYMM');
    CONTINUE WHEN to_regclass(name) IS NOT NULL;
    BEGIN
      EXECUTE format('CREATE TABLE %I PARTITION OF journal_access FOR VALUES FROM (%L) TO (%L)', name, since,
                     (since AT TIME ZONE 'Asia/Shanghai' + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
      EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
      EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
      made := made + 1;
    EXCEPTION WHEN check_violation THEN
      NULL;  -- rows of that month lie in the rest already: they stay there
    END;
  END LOOP;
  RETURN made;
END $$;
ALTER TABLE journal_access_rest ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_access_rest FORCE ROW LEVEL SECURITY;
SELECT journal_make_partitions(2);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_walls"), ("ground", "0003_audit")]

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("cluster", models.BigIntegerField()),
                ("shift", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(EPOCH, FORGET_EPOCH),
        migrations.AddIndex("record", models.Index(fields=["by", "-seq"], name="journal_by")),
        migrations.AddIndex("record", models.Index(fields=["subject_kind", "subject_id", "-seq"], name="journal_subject", condition=models.Q(child_id=None))),
        migrations.AlterField("seal", "log", models.CharField(choices=[("journal", "操作记录"), ("access", "访问记录")], max_length=10)),
        migrations.RunSQL(POLICIES, NO_POLICIES),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION journal_make_partitions(integer);"),
    ]
