from django.db import migrations

# Every file is found by the end of its number, those that are there already as well.
KEYS = """
SELECT set_config('tongxing.lo', '0', true), set_config('tongxing.hi', '999999999999', true);
INSERT INTO children_searchkey (key, scope_place, child_id)
  SELECT 'f:' || right(replace(id::text, '-', ''), 6), scope_place, id FROM children_child WHERE end_reason <> 'erased' ON CONFLICT DO NOTHING;
SELECT set_config('tongxing.lo', '', true), set_config('tongxing.hi', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("children", "0008_verification")]

    operations = [migrations.RunSQL(KEYS, migrations.RunSQL.noop)]
