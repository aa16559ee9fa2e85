"""What somebody finds who steals the database without the keys: no id number, no phone, no address line (code-tables, privacy 9)."""

from __future__ import annotations

import pytest
from django.db import connection

from tongxing.accounts import actions as accounts
from tongxing.children import actions
from tongxing.children.new import NewRelative
from tongxing.children.tests.make import id_number, make_child, make_siblings, seen_by, years_ago
from tongxing.crypto import actions as crypto
from tongxing.ground.today import now
from tongxing.log.tests.make import SECRET, visit
from tongxing.protection import actions as protection
from tongxing.protection import sealing as protection_sealing
from tongxing.protection.tests.make import case_of, hops_of, make_report

pytestmark = pytest.mark.django_db

STAFF_PHONE, OTHER_STAFF_PHONE = "13607208888", "13597301357"
TOLD = "爸爸喝醉了会打人"
PHONE, OTHER_PHONE, ADDRESS, HISTORY = "13907201234", "13871956789", "三组白果树湾57号", "幼时患过川崎病"


def everything() -> str:
    """The text of every row of every table, as a dump has it."""
    with seen_by(None), connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(row::text, E'\\n'), '') FROM {table} row")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def hexed(text: str) -> str:
    return text.encode().hex()


def test_nothing_protected_stands_in_any_table(officer):
    born = years_ago(9)
    number = id_number(born)
    mother = NewRelative(relation="52", name="王桂花", phone=PHONE, id_number=id_number(years_ago(35), sex="2"))
    child = make_child(born=born, id_number=number, registered_address=ADDRESS, medical_history=HISTORY, address=ADDRESS, relatives=(mother,), by=officer)
    with seen_by(officer):
        relative = child.relatives.get()
        actions.change_relative(relative_id=relative.id, fields={"phone": OTHER_PHONE}, by=officer)
    colleague = accounts.add_person(name="赵新", phone=STAFF_PHONE, by=officer)
    accounts.edit_person(person=colleague, name="赵新", phone=OTHER_STAFF_PHONE, by=officer)
    dump = everything()
    assert "王桂花" in dump  # the dump is one: what is not protected is in it
    for protected in (number, number[6:], PHONE, OTHER_PHONE, STAFF_PHONE, OTHER_STAFF_PHONE, ADDRESS, HISTORY):
        assert protected not in dump
        assert hexed(protected) not in dump


def test_what_was_said_in_talks_stands_in_no_table(director):
    """Answers that their form calls sensitive: of one child, and of all who took part."""
    child, sibling = make_siblings(2)
    visit(director, child, sibling, needs=SECRET, own={child.id: {"thought_words": TOLD}})
    dump = everything()
    assert "home_visit" in dump
    for protected in (SECRET, TOLD):
        assert protected not in dump
        assert hexed(protected) not in dump
        assert protected.encode("unicode_escape").decode() not in dump


def test_what_a_report_and_a_case_say_stands_in_no_table(director, supervisor):
    """Words, exact place, reporter and telephone, the officer's name, why somebody held it back, what came of a task: none is read without keys."""
    secrets = {"words": "邻居听见孩子整夜哭喊", "where": "白果树湾57号后屋", "child_words": "穿红棉袄的小姑娘", "reporter": "孙国强", "phone": "13597309999"}
    report = make_report(by=director, situation="low_mood", police_at=now(), police_officer="郑警官", **secrets)  # type: ignore[arg-type]
    hop = next(hop for hop in hops_of(report) if hop.post_id == supervisor.pk)
    protection.acknowledge(hop=hop, by=supervisor, pass_on=False, reason="已与外婆当面核实过")
    case = protection.advance(case=case_of(report), act="receive", by=supervisor)
    protection.note(case=case, by=supervisor, words="孩子说夜里不敢睡觉")
    protection.finish(task=protection.add_task(case=case, name="家访", by=supervisor, owner=director), by=director, result="身上没有伤痕")
    dump = everything()
    assert case.number in dump
    for protected in (*secrets.values(), "郑警官", "已与外婆当面核实过", "孩子说夜里不敢睡觉", "身上没有伤痕"):
        assert protected not in dump
        assert hexed(protected) not in dump
        assert protected.encode("unicode_escape").decode() not in dump
    crypto.destroy(case.pk)
    assert protection_sealing.key(case.pk) is None


def test_after_erasure_the_values_open_no_more(officer):
    child = make_child(id_number=id_number(years_ago(10)), by=officer)
    crypto.destroy(child.id)
    assert crypto.open_keys([child.id]) == {}
