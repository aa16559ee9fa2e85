from django.db import migrations

from tongxing.ground.rls import policy

OF_A_WARD = "EXISTS (SELECT 1 FROM guardianship_ward w WHERE w.petition_id = {id})"
# Restricted rows are for the posts that are named, and for the system's own steps, whatever else a policy allows.
NAMED = (
    "CREATE POLICY restricted ON {table} AS RESTRICTIVE USING (NOT restricted OR (SELECT scope_post()) = ANY (named) "
    "OR (SELECT scope_post() IS NULL AND scope_lo() = 0 AND scope_hi() = 999999999999));"
)
# What hangs on a petition is seen by whoever sees the petition.
OF_THE_PETITION = "CREATE POLICY petition ON {table} AS RESTRICTIVE USING (EXISTS (SELECT 1 FROM guardianship_petition p WHERE p.id = petition_id));"


def restrictive(table: str, name: str, made: str) -> migrations.RunSQL:
    return migrations.RunSQL(made.format(table=table), f"DROP POLICY {name} ON {table};")


class Migration(migrations.Migration):
    dependencies = [("guardianship", "0003_interventions"), ("ground", "0002_scope")]

    operations = [
        policy("guardianship_intervention"),
        restrictive("guardianship_intervention", "restricted", NAMED),
        policy("guardianship_ward"),
        restrictive("guardianship_ward", "restricted", NAMED),
        policy("guardianship_petition", child=None, also=OF_A_WARD.format(id="guardianship_petition.id")),
        restrictive("guardianship_petition", "restricted", NAMED),
        policy("guardianship_evidence", child=None, also=OF_A_WARD.format(id="guardianship_evidence.petition_id")),
        restrictive("guardianship_evidence", "petition", OF_THE_PETITION),
    ]
