from django.db import migrations

OWN = """
ALTER TABLE files_output ENABLE ROW LEVEL SECURITY;
ALTER TABLE files_output FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON files_output USING (post_id = (SELECT scope_post()) OR ((SELECT scope_post()) IS NULL AND (SELECT scope_lo()) = 0 AND (SELECT scope_hi()) = 999999999999));
"""
NOT_OWN = "DROP POLICY own ON files_output; ALTER TABLE files_output NO FORCE ROW LEVEL SECURITY; ALTER TABLE files_output DISABLE ROW LEVEL SECURITY;"


class Migration(migrations.Migration):
    dependencies = [("files", "0003_outputs"), ("ground", "0002_scope")]

    operations = [migrations.RunSQL(OWN, NOT_OWN)]
