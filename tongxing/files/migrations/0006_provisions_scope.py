from django.db import migrations

from tongxing.ground.rls import append_only, policy

AUDIT = """
CREATE POLICY audit ON files_provision FOR SELECT
  USING ((SELECT audit_hi() >= audit_lo()) AND scope_place BETWEEN (SELECT audit_lo()) AND (SELECT audit_hi()));
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0005_provisions"), ("ground", "0003_audit")]

    operations = [
        policy("files_provision", child=None),
        migrations.RunSQL(AUDIT, "DROP POLICY audit ON files_provision;"),
        append_only("files_provision"),
    ]
