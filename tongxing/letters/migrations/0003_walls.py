from django.db import migrations

from tongxing.ground.rls import policy

LETTERS = """
CREATE FUNCTION scope_letters() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(letter_id) FROM letters_receiver WHERE post_id = scope_grantee()), '{}');
CREATE FUNCTION scope_meetings() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public
  RETURN coalesce((SELECT array_agg(DISTINCT office) FROM letters_contact WHERE post_id = scope_grantee()), '{}');
"""
RECEIVED = "{} = ANY ((SELECT scope_letters())::uuid[])"
MEMBER = "{} = ANY ((SELECT scope_meetings())::bigint[])"
OFFICE = ("need", "move", "matter", "matterchild")
MEETINGS = ("member", "programme", "meeting", "attendance", "action")


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_meetings"), ("ground", "0005_person")]

    operations = [
        migrations.RunSQL(LETTERS, "DROP FUNCTION scope_letters(); DROP FUNCTION scope_meetings();"),
        *(policy(f"letters_{table}", child=None) for table in OFFICE),
        policy("letters_letter", child=None, also=RECEIVED.format("id")),
        policy("letters_item", child=None, also=RECEIVED.format("letter_id")),
        policy("letters_reply", child=None, also=RECEIVED.format("letter_id")),
        policy("letters_receiver", child=None, also="post_id = (SELECT scope_grantee())"),
        *(policy(f"letters_{table}", child=None, also=MEMBER.format("scope_place")) for table in MEETINGS),
        policy("letters_hazard", child=None, also=MEMBER.format("county")),
    ]
