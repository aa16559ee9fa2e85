from django.db import migrations

TABLES = ("outbox_message", "outbox_delivery", "outbox_preference")
OWN = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    f"CREATE POLICY own ON {table} USING (person_id = (SELECT scope_person()) OR (SELECT scope_system()));"
    for table in TABLES
)
NOT_OWN = "".join(f"DROP POLICY own ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_messages_and_letters"), ("ground", "0005_person")]

    operations = [migrations.RunSQL(OWN, NOT_OWN)]
