import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import tongxing.ground.ids
from tongxing.ground.rls import policy


class Migration(migrations.Migration):
    dependencies = [
        ("children", "0009_file_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Distinct",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope_place", models.BigIntegerField(db_index=True)),
                ("child_said", models.CharField(max_length=64)),
                ("other_said", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("on", models.DateField()),
                ("undone_on", models.DateField(null=True)),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child")),
                ("other", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child")),
            ],
            options={
                "base_manager_name": "unscoped",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("child__lt", models.F("other"))), name="distinct_two_files"),
                    models.CheckConstraint(condition=models.Q(("reason__gt", "")), name="distinct_has_a_reason"),
                    models.UniqueConstraint(condition=models.Q(("undone_on", None)), fields=("child", "other"), name="distinct_once"),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        policy("children_distinct"),
    ]
