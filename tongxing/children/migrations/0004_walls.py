from django.db import migrations

from tongxing.ground.rls import policy

TABLES = (
    "relative",
    "circumstance",
    "absence",
    "guardianship",
    "schooling",
    "residence",
    "category",
    "consent",
    "determination",
    "statusperiod",
    "review",
    "confirmation",
    "leave",
    "merge",
    "privacyrequest",
    "searchkey",
)

# Restricted categories (HIV) are for posts whose place is a county or larger, whatever else a policy allows.
RESTRICTED = "CREATE POLICY restricted ON children_category AS RESTRICTIVE USING (NOT restricted OR (SELECT scope_hi() - scope_lo()) >= 999999);"


class Migration(migrations.Migration):
    dependencies = [("children", "0003_constraints"), ("ground", "0002_scope")]

    operations = [
        policy("children_child", child="id"),
        *(policy(f"children_{table}") for table in TABLES),
        migrations.RunSQL(RESTRICTED, "DROP POLICY restricted ON children_category;"),
        # A transfer is seen from both its ends.
        policy("children_transfer", also="to_place BETWEEN (SELECT scope_lo()) AND (SELECT scope_hi())"),
    ]
