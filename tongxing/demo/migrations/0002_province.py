from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demo", "0001_initial")]

    operations = [
        migrations.AddField("demo", "children", models.PositiveIntegerField(default=0)),
        migrations.AddField("demo", "done", models.JSONField(default=list)),
        migrations.AddField("demo", "put_back", models.JSONField(default=list)),
    ]
