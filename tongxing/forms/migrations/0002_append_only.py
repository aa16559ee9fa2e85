from django.db import migrations

from tongxing.ground.rls import append_only


class Migration(migrations.Migration):
    dependencies = [("entry_forms", "0001_initial"), ("ground", "0002_scope")]

    operations = [append_only("entry_forms_formversion")]
