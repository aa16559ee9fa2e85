from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sign_in"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="person",
            name="phone",
        ),
        migrations.AddField(
            model_name="person",
            name="phone_digest",
            field=models.CharField(blank=True, db_index=True, max_length=32),
        ),
        migrations.AddField(
            model_name="person",
            name="phone_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("phone_digest", ""), ("phone_sealed", None)), models.Q(("phone_digest__gt", ""), ("phone_sealed__isnull", False)), _connector="OR"),
                name="person_phone_sealed_and_digested",
            ),
        ),
    ]
