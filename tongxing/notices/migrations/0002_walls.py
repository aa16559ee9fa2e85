from django.db import migrations

from tongxing.ground.rls import policy

SENT_TO_ME = "EXISTS (SELECT FROM notices_receipt r WHERE r.notice_id = notices_notice.id AND r.person_id = (SELECT scope_person()))"
MINE = "person_id = (SELECT scope_person())"


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices_and_receipts"), ("ground", "0005_person")]

    operations = [policy("notices_notice", child=None, also=SENT_TO_ME), policy("notices_receipt", child=None, also=MINE)]
