from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION scope_desks() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(place_id) FROM accounts_post
                   WHERE id = scope_post() AND role = 'hotline_agent' AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
CREATE FUNCTION scope_calls() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(call_id) FROM hotline_named
                   WHERE post_id IN (scope_post(), scope_grantee()) AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
CREATE FUNCTION scope_counselled() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(call_id) FROM hotline_named
                   WHERE counsel AND post_id IN (scope_post(), scope_grantee()) AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
"""
GONE = "DROP FUNCTION scope_counselled(); DROP FUNCTION scope_calls(); DROP FUNCTION scope_desks();"
SYSTEM = "(SELECT scope_post()) IS NULL"
CALL = f"""CASE WHEN {SYSTEM} THEN scope_place BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi())
  ELSE scope_place = ANY ((SELECT scope_desks())::bigint[]) OR id = ANY ((SELECT scope_calls())::uuid[])
    OR EXISTS (SELECT FROM protection_report its WHERE its.id = hotline_call.report_id) END"""  # noqa: S608 — constants
COUNSEL = f"""CASE WHEN {SYSTEM} THEN EXISTS (SELECT FROM hotline_call its WHERE its.id = hotline_counsel.call_id)
  ELSE post_id IN ((SELECT scope_post()), (SELECT scope_grantee())) OR call_id = ANY ((SELECT scope_counselled())::uuid[]) END"""


def wall(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; CREATE POLICY scope ON {table} USING ({condition});",
        f"DROP POLICY scope ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_calls"), ("protection", "0002_walls"), ("ground", "0004_grantee"), ("accounts", "__first__")]

    operations = [
        migrations.RunSQL(FUNCTIONS, GONE),
        wall("hotline_call", CALL),
        *(wall(f"hotline_{table}", f"EXISTS (SELECT FROM hotline_call its WHERE its.id = hotline_{table}.call_id)") for table in ("referral", "callback")),  # noqa: S608 — constants
        wall("hotline_counsel", COUNSEL),
    ]
