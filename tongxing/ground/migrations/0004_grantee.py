from django.db import migrations

# Whose grants count is not always who acts: a deputy sees the principal's children, an administrator never any.
GRANTEE = """
CREATE FUNCTION scope_grantee() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('tongxing.grantee', true), '')::uuid;
CREATE OR REPLACE FUNCTION scope_children() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(DISTINCT child_id) FROM ground_grant
                   WHERE post_id = scope_grantee() AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
"""
POST = """
CREATE OR REPLACE FUNCTION scope_children() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(DISTINCT child_id) FROM ground_grant
                   WHERE post_id = scope_post() AND since <= scope_today() AND (until IS NULL OR until > scope_today())), '{}');
DROP FUNCTION scope_grantee();
"""


class Migration(migrations.Migration):
    dependencies = [("ground", "0003_audit")]

    operations = [migrations.RunSQL(GRANTEE, POST)]
