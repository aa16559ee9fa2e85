import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import tongxing.ground.ids
import tongxing.ground.today
from tongxing.ground.rls import policy

PARTS = ("figures_returnrow", "figures_member", "figures_movement")
FROZEN = r"""
CREATE FUNCTION figures_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE report uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN report := OLD.report_id; ELSE report := NEW.report_id; END IF;
  IF EXISTS (SELECT 1 FROM figures_return WHERE id = report AND state = 'confirmed') THEN
    RAISE EXCEPTION 'a confirmed return never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION figures_return_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'confirmed' THEN
    RAISE EXCEPTION 'a confirmed return never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON figures_return FOR EACH ROW EXECUTE FUNCTION figures_return_frozen();
""" + "".join(f"CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION figures_frozen();\n" for table in PARTS)  # noqa: S608 - our own words
THAWED = "".join(f"DROP TRIGGER frozen ON {table};\n" for table in ("figures_return", *PARTS)) + "DROP FUNCTION figures_frozen(); DROP FUNCTION figures_return_frozen();"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope_place", models.BigIntegerField(db_index=True)),
                ("kind", models.CharField(choices=[("quarter", "季报"), ("year", "年报")], max_length=10, verbose_name="报表期")),
                ("since", models.DateField(verbose_name="起始日期")),
                ("on", models.DateField(verbose_name="统计时点")),
                ("due", models.DateField(verbose_name="上报期限")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "填报中"), ("submitted", "已上报"), ("returned", "退回修改"), ("confirmed", "已确认")], default="open", max_length=10, verbose_name="状态"
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("definitions", models.JSONField(default=dict)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField(default=tongxing.ground.today.now)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("submitted_by", models.CharField(blank=True, max_length=60, verbose_name="填报人")),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=60, verbose_name="确认人")),
                ("urged_at", models.DateTimeField(null=True, verbose_name="催报时间")),
                ("previous", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="figures.return")),
            ],
            options={
                "base_manager_name": "unscoped",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope_place", models.BigIntegerField(db_index=True)),
                ("category", models.CharField(max_length=60)),
                ("child_id", models.UUIDField()),
                ("place", models.BigIntegerField()),
                ("direction", models.CharField(choices=[("in", "增加"), ("out", "减少")], max_length=3)),
                ("reason", models.CharField(max_length=20)),
                ("effective", models.DateField(null=True)),
                ("correction", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("recorded_by", models.CharField(blank=True, max_length=60)),
                ("recorded", models.CharField(blank=True, max_length=40)),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="movements", to="figures.return")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope_place", models.BigIntegerField(db_index=True)),
                ("category", models.CharField(max_length=60)),
                ("child_id", models.UUIDField()),
                ("place", models.BigIntegerField()),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="members", to="figures.return")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ReturnRow",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope_place", models.BigIntegerField(db_index=True)),
                ("table", models.CharField(max_length=60)),
                ("place", models.BigIntegerField()),
                ("cells", models.JSONField()),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="figures.return")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unscoped",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["kind", "on", "scope_place"], name="return_period"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.UniqueConstraint(fields=("scope_place", "kind", "on"), name="return_once"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(condition=models.Q(("state__in", ["open", "submitted", "returned", "confirmed"])), name="return_state"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(condition=models.Q(("since__lt", models.F("on"))), name="return_since_before_on"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(condition=models.Q(("due__gte", models.F("on"))), name="return_due_after_on"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sha256", ""), ("state__in", ("open", "returned")), ("submitted_at", None)),
                    models.Q(("sha256__gt", ""), ("state__in", ("submitted", "confirmed")), ("submitted_at__isnull", False)),
                    _connector="OR",
                ),
                name="return_sent_is_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(condition=models.Q(("confirmed_at", None), ("state", "confirmed"), _connector="XOR"), name="return_confirmed"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "returned"), _negated=True), ("comment__gt", ""), _connector="OR"), name="return_returned_with_comment"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(fields=("report", "category", "child_id", "direction"), name="return_movement_once"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(condition=models.Q(("direction__in", ["in", "out"])), name="return_movement_direction"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["child_id"], name="return_member_child"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("report", "category", "child_id"), name="return_member_once"),
        ),
        migrations.AddConstraint(
            model_name="returnrow",
            constraint=models.UniqueConstraint(fields=("report", "table", "place"), name="return_row_once"),
        ),
        *(policy(table, child=None) for table in ("figures_return", "figures_returnrow", "figures_member", "figures_movement")),
        migrations.RunSQL(FROZEN, THAWED),
    ]
