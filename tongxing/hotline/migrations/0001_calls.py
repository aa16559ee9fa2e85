import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import tongxing.ground.ids
import tongxing.ground.today


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0004_hotline_agent"),
        ("protection", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("scope_place", models.BigIntegerField(db_index=True)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="来电编号")),
                ("state", models.CharField(choices=[("open", "正在记录"), ("done", "已办结")], default="open", max_length=8, verbose_name="状态")),
                ("caller", models.CharField(blank=True, max_length=20, verbose_name="来电人")),
                ("topic", models.CharField(blank=True, max_length=20, verbose_name="来电事由")),
                ("risk", models.CharField(blank=True, max_length=20, verbose_name="情绪和危险")),
                ("result", models.CharField(blank=True, max_length=20, verbose_name="来电结果")),
                ("place", models.BigIntegerField(null=True, verbose_name="地点")),
                ("child_id", models.UUIDField(null=True)),
                ("on_file", models.BooleanField(default=False, verbose_name="可能已建档")),
                ("looked", models.PositiveSmallIntegerField(default=0)),
                ("caller_digest", models.CharField(blank=True, max_length=32)),
                ("begun_at", models.DateTimeField(default=tongxing.ground.today.now, verbose_name="来电时间")),
                ("ended_at", models.DateTimeField(null=True)),
                ("seconds", models.PositiveIntegerField(null=True, verbose_name="通话时长")),
                ("kept", models.PositiveIntegerField(default=0)),
                ("sealed", models.BinaryField(null=True)),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.post", verbose_name="话务员")),
                ("receipt", models.CharField(blank=True, max_length=20, verbose_name="受理编号")),
                ("report", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="protection.report")),
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
            name="CallBack",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField(verbose_name="最迟何时回电")),
                ("promised_at", models.DateTimeField(default=tongxing.ground.today.now)),
                ("late_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True, verbose_name="回电时间")),
                ("done_by", models.UUIDField(null=True)),
                ("reached", models.CharField(blank=True, max_length=20, verbose_name="回电结果")),
                ("sealed", models.BinaryField(null=True)),
                ("call", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="callbacks", to="hotline.call")),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.post", verbose_name="谁来回电")),
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
            name="Counsel",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=tongxing.ground.today.now)),
                ("sealed", models.BinaryField()),
                ("call", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hotline.call")),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.post")),
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
            name="Named",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("counsel", models.BooleanField(default=False)),
                ("since", models.DateField(default=tongxing.ground.today.today)),
                ("until", models.DateField(null=True)),
                ("call", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="named", to="hotline.call")),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.post")),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(default=tongxing.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=tongxing.ground.today.now)),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("answered_by", models.UUIDField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                ("call", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="hotline.call")),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.post", verbose_name="转给谁")),
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
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["scope_place", "-begun_at", "-id"], name="call_desk"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["scope_place", "caller_digest", "-begun_at"], name="call_caller"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(condition=models.Q(("state", "open")), fields=["post"], name="call_open"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(condition=models.Q(("report__isnull", False)), fields=["report"], name="call_report"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("ended_at", None), ("state", "open")), models.Q(("ended_at__isnull", False), ("state", "done")), _connector="OR"),
                name="call_ended_when_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "open"), ("result__in", ("answered", "counselled", "reported", "referred", "silent", "abusive")), _connector="OR"),
                name="call_done_with_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("begun_at")), _connector="OR"), name="call_begun_before_ended"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(condition=models.Q(("child_id", None), ("on_file", True), _connector="OR"), name="call_child_on_file"),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(condition=models.Q(("done_at", None)), fields=["due_at"], name="callback_waiting"),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("reached", "")), models.Q(("done_at__isnull", False), ("reached__in", ("reached", "unreached", "declined"))), _connector="OR"
                ),
                name="callback_done_with_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(condition=models.Q(("due_at__gte", models.F("promised_at"))), name="callback_due_after_promise"),
        ),
        migrations.AddIndex(
            model_name="named",
            index=models.Index(fields=["post", "until"], name="named_post"),
        ),
        migrations.AddConstraint(
            model_name="named",
            constraint=models.UniqueConstraint(fields=("call", "post"), name="named_for_a_call_once"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(condition=models.Q(("answered_at", None)), fields=["post"], name="referral_waiting"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(fields=("call", "post"), name="referral_once"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(condition=models.Q(("answered_at", None), ("sealed__isnull", False), _connector="OR"), name="referral_answered_in_words"),
        ),
    ]
