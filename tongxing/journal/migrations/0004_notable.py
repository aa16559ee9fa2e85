from django.db import migrations

# Nearly every line is a plain read; what is not has an index of its own.
NOTABLE = "CREATE INDEX journal_access_notable ON journal_access (outcome, seq DESC) WHERE outcome <> 'read';"


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_audit")]

    operations = [migrations.RunSQL(NOTABLE, "DROP INDEX journal_access_notable;")]
