from django.db import migrations

from tongxing.ground.rls import policy


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("ground", "0002_scope")]

    operations = [policy("files_attachment")]
