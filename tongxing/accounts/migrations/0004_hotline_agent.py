from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sealed_phone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="role",
            field=models.CharField(
                choices=[
                    ("child_director", "儿童主任"),
                    ("supervisor", "儿童督导员"),
                    ("county_officer", "县民政干部"),
                    ("city_officer", "市民政干部"),
                    ("province_officer", "省民政干部"),
                    ("teacher", "教师"),
                    ("department", "部门联络员"),
                    ("hotline_agent", "12355话务员"),
                    ("social_worker", "社工"),
                    ("auditor", "审计员"),
                    ("security_admin", "安全管理员"),
                    ("system_admin", "系统管理员"),
                ],
                max_length=30,
                verbose_name="岗位",
            ),
        ),
    ]
