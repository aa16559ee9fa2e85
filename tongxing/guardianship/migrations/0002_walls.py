from django.db import migrations

from tongxing.ground.rls import policy

# Brothers and sisters on one paper may come to live in two villages: the paper shows wherever one of them shows.
OF_A_CHILD = "EXISTS (SELECT 1 FROM guardianship_covered c WHERE c.agreement_id = {id})"


class Migration(migrations.Migration):
    dependencies = [("guardianship", "0001_initial"), ("ground", "0002_scope")]

    operations = [
        policy("guardianship_covered"),
        policy("guardianship_agreement", child=None, also=OF_A_CHILD.format(id="guardianship_agreement.id")),
        policy("guardianship_party", child=None, also=OF_A_CHILD.format(id="guardianship_party.agreement_id")),
    ]
