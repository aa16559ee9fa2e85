import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tongxing.ground.ids


class Migration(migrations.Migration):
    dependencies = [
        ("ground", "0003_audit"),
        ("accounts", "0001_initial"),
        ("places", "0002_upload"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(blank=True, default=None, help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.", null=True),
                ),
                ("throttling_failure_count", models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts.")),
                ("sealed", models.BinaryField()),
                ("last_step", models.BigIntegerField(default=-1)),
                ("drift", models.SmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="post",
            name="post_held_once",
        ),
        migrations.AddField(
            model_name="person",
            name="initials",
            field=models.CharField(blank=True, db_collation="C", max_length=60),
        ),
        migrations.AddField(
            model_name="person",
            name="pinyin",
            field=models.CharField(blank=True, db_collation="C", max_length=200),
        ),
        migrations.AddField(
            model_name="user",
            name="one_time_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["person", "since"], name="post_person"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(condition=models.Q(("deputy_of", None), ("until__isnull", False), _connector="OR"), name="post_deputy_until"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("deputy_of", None)),
                expressions=[
                    ("person", "="),
                    ("role", "="),
                    ("place", "="),
                    ("unit_name", "="),
                    (models.Func(models.F("since"), models.F("until"), function="daterange", output_field=django.contrib.postgres.fields.ranges.DateRangeField()), "&&"),
                ],
                name="post_held_once",
            ),
        ),
        migrations.AddField(
            model_name="authenticator",
            name="user",
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="authenticator", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="recovery_codes", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(fields=("user", "digest"), name="recovery_code_once"),
        ),
    ]
