from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION audit_lo() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tongxing.audit_lo', true), '')::bigint, 1);
CREATE FUNCTION audit_hi() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('tongxing.audit_hi', true), '')::bigint, 0);
"""


class Migration(migrations.Migration):
    dependencies = [("ground", "0002_scope")]

    operations = [migrations.RunSQL(FUNCTIONS, "DROP FUNCTION audit_hi(); DROP FUNCTION audit_lo();")]
