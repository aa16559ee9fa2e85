from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from tongxing.ground.rls import FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION append_only(); DROP FUNCTION scope_children(); DROP FUNCTION scope_today(); DROP FUNCTION scope_post(); DROP FUNCTION scope_hi(); DROP FUNCTION scope_lo();",
        ),
    ]
