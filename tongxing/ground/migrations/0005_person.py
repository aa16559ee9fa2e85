from django.db import migrations

PERSON = """
CREATE FUNCTION scope_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('tongxing.person', true), '')::uuid;
CREATE FUNCTION scope_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN scope_post() IS NULL AND scope_lo() = 0 AND scope_hi() = 999999999999;
"""


class Migration(migrations.Migration):
    dependencies = [("ground", "0004_grantee")]

    operations = [migrations.RunSQL(PERSON, "DROP FUNCTION scope_system(); DROP FUNCTION scope_person();")]
