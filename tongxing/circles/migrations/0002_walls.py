from django.db import migrations

from tongxing.ground.rls import policy


class Migration(migrations.Migration):
    dependencies = [("circles", "0001_initial"), ("ground", "0002_scope")]

    operations = [policy(f"circles_{table}") for table in ("membership", "plan", "planitem", "planreview")]
