"""What was tried and came to nothing is told apart from what was done; what was written down long afterwards is marked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("log", "0003_entries_know_what_was_sent")]

    operations = [
        migrations.AddField("entry", "attempt", models.BooleanField(default=False, verbose_name="没有做成")),
        migrations.AddField("entry", "late", models.PositiveSmallIntegerField(default=0, verbose_name="补登")),
        migrations.AddField("participation", "attempt", models.BooleanField(default=False, verbose_name="没有做成")),
    ]
