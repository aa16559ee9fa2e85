"""Row-level security as migration operations. Migrations run as the owner; the application's role is bound by the policies."""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION scope_lo() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tongxing.lo', true), '')::bigint, 1);
CREATE FUNCTION scope_hi() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tongxing.hi', true), '')::bigint, 0);
CREATE FUNCTION scope_post() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('tongxing.post', true), '')::uuid;
CREATE FUNCTION scope_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tongxing.today', true), '')::date, (now() AT TIME ZONE 'Asia/Shanghai')::date);
CREATE FUNCTION scope_children() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(DISTINCT child_id) FROM ground_grant
                   WHERE post_id = scope_post() AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_NARGS > 0 AND to_jsonb(OLD) - TG_ARGV[0] = to_jsonb(NEW) - TG_ARGV[0] THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def policy(table: str, *, child: str | None = "child_id", place: str = "scope_place", also: str = "") -> migrations.RunSQL:
    """Show a row to those whose range covers `place`, to those to whom the child in column `child` is granted, and where the SQL condition `also` holds.

    A CASE, because PostgreSQL guesses that a range between two unknowns holds one row in two hundred: for a county's officer it would
    then sort ten thousand rows to show twenty, where an index has them in order. Of a CASE it guesses one in two. What enters the index
    on `place` are the numbers of the first wall.
    """
    others = [f"{child} = ANY ((SELECT scope_children())::uuid[])"] if child else []
    if also:
        others.append(f"({also})")
    condition = f"CASE WHEN {place} BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi()) THEN true ELSE {' OR '.join(others) or 'false'} END"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; CREATE POLICY scope ON {table} USING ({condition});",
        f"DROP POLICY scope ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def append_only(table: str, *, except_column: str | None = None) -> migrations.RunSQL:
    """Refuse every change and removal of a row, but for the one column that the move of a child rewrites."""
    arguments = f"'{except_column}'" if except_column else ""
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION append_only({arguments});"
        f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only();",
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_whole ON {table};",
    )
