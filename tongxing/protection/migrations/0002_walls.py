from django.db import migrations

from tongxing.ground.rls import append_only

SCOPE_CASES = """
CREATE FUNCTION scope_cases() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(DISTINCT case_id) FROM protection_involved
                   WHERE post_id IN (scope_post(), scope_grantee()) AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
"""
NAMED = "{case} = ANY ((SELECT scope_cases())::uuid[])"
HERE = "{table}.scope_place BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi())"
CHILDREN_HERE = "EXISTS (SELECT 1 FROM protection_casechild part WHERE part.case_id = protection_case.id)"


def wall(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; CREATE POLICY scope ON {table} USING ({condition});",
        f"DROP POLICY scope ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def named_or_here(table: str, case: str, also: str = "false") -> migrations.RunSQL:
    """Those who are named see it; those of its place do, unless it is for those alone who are named. The system has no post."""
    named, here = NAMED.format(case=case), HERE.format(table=table)
    return wall(table, f"CASE WHEN {named} THEN true WHEN restricted AND (SELECT scope_post()) IS NOT NULL THEN false ELSE {here} OR {also} END")


class Migration(migrations.Migration):
    dependencies = [("protection", "0001_cases"), ("ground", "0004_grantee")]

    operations = [
        migrations.RunSQL(SCOPE_CASES, "DROP FUNCTION scope_cases();"),
        named_or_here("protection_casechild", "case_id"),
        named_or_here("protection_case", "id", CHILDREN_HERE),
        *(
            wall(f"protection_{table}", f"EXISTS (SELECT 1 FROM protection_case its WHERE its.id = protection_{table}.case_id)")  # noqa: S608 — constants
            for table in ("report", "hop", "line", "task", "placement", "assessment", "conclusion")
        ),
        append_only("protection_line"),
        append_only("protection_assessment", except_column="child_id"),
        append_only("protection_conclusion"),
    ]
