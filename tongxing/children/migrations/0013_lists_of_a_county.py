from django.db import migrations, models


class Migration(migrations.Migration):
    """A county is a hundredth of a million: the planner must know how many of the rows lie in a range of places, and counts read the index alone."""

    dependencies = [
        ("children", "0012_review_says_since_when_it_had_ended"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE children_child ALTER COLUMN scope_place SET STATISTICS 1000; ALTER TABLE children_category ALTER COLUMN scope_place SET STATISTICS 1000; "
            "ALTER TABLE children_searchkey ALTER COLUMN scope_place SET STATISTICS 1000",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(model_name="child", name="child_by_place"),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(fields=["scope_place", "sort_key", "id"], name="child_by_place", include=("state",)),
        ),
        migrations.RemoveIndex(model_name="child", name="child_waiting"),
        migrations.AddIndex(
            model_name="child",
            index=models.Index(condition=models.Q(("state__in", ("draft", "submitted", "returned"))), fields=["scope_place", "state"], name="child_waiting", include=("id",)),
        ),
    ]
