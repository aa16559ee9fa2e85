from django.db import migrations

from tongxing.ground.rls import policy


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_sheets"), ("ground", "0002_scope")]

    operations = [policy("exchange_sheet", child=None)]
