from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duties", "0003_tallies_of_a_window")]

    operations = [
        migrations.AddField(model_name="opening", name="window_from", field=models.DateField(default=date(2026, 1, 1)), preserve_default=False),
    ]
