from django.db import migrations


class Migration(migrations.Migration):
    """A partition read by its own name is not under its parent's policy: with row security on and no policy it shows nothing."""

    dependencies = [("journal", "0002_walls")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE journal_access_rest ENABLE ROW LEVEL SECURITY; ALTER TABLE journal_access_rest FORCE ROW LEVEL SECURITY;",
            "ALTER TABLE journal_access_rest NO FORCE ROW LEVEL SECURITY; ALTER TABLE journal_access_rest DISABLE ROW LEVEL SECURITY;",
        ),
    ]
