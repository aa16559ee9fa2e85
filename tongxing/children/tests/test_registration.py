"""A child comes onto the register."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.children import actions, fields
from tongxing.children.errors import FieldErrors
from tongxing.children.models import Child, SearchKey, StatusPeriod
from tongxing.children.new import NewAbsence, NewCircumstance, NewRelative, NewSchooling
from tongxing.children.queries.files import file
from tongxing.children.tests.make import away, both_away, id_number, make_child, new_child, seen_by, years_ago
from tongxing.ground.today import today
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db


def errors(new, by=None) -> dict[str, str]:
    with seen_by(by), pytest.raises(FieldErrors) as caught:
        actions.register(new=new, by=by)
    return caught.value.errors


def test_a_director_opens_a_file_with_the_family_in_one_act(director):
    born = years_ago(9, days=3)
    new = new_child(
        born=born,
        id_number=id_number(born),
        ethnic_group="15",
        registered_place=VILLAGE,
        address="三组12号",
        living_with="grandparents",
        schooling=NewSchooling(stage="primary", grade=3, school_name="小溪塔小学", boarding="no"),
        guardianship="fair",
        relatives=(
            away("51", "张强", date(2024, 3, 1), phone="13812345678"),
            away("52", "李梅", date(2024, 9, 1), "深圳"),
            NewRelative(relation="61", name="张老三", entrusted=True),
        ),
        income=["migrant_work"],
    )
    with seen_by(director):
        child = actions.register(new=new, by=director)
        found = file(child.id)
        assert found
        assert (found.child.state, found.child.left_behind_since, found.child.school_stage, found.child.guardianship) == ("draft", date(2024, 9, 1), "primary", "fair")
        assert found.open(found.child, "id_number") == new.fields["id_number"]
        assert found.open(found.relatives[0], "phone") == "13812345678"
        assert found.open(found.residences[0], "address") == "三组12号"
        assert [row.kind for row in found.consents] == ["statutory"]
        assert found.entrusted
        assert found.entrusted.name == "张老三"
        assert found.child.completeness > 50
        assert "father_phone" not in found.child.missing
        assert "mother_phone" in found.child.missing
        assert [record.verb for record in Record.objects.filter(child_id=child.id)] == ["registered"]


def test_the_database_holds_no_plain_id_number_or_phone(places):
    born = years_ago(9)
    number = id_number(born)
    make_child(born=born, id_number=number, address="三组12号", relatives=(NewRelative(relation="51", name="张强", phone="13812345678", id_number=id_number(date(1980, 1, 1))),))
    with seen_by(None), connection.cursor() as cursor:
        for table in ("children_child", "children_relative", "children_residence", "children_searchkey", "journal_record"):
            cursor.execute(f"SELECT count(*) FROM {table} row WHERE row::text ~ %s", [f"{number}|13812345678|4205061980|三组12号"])
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize(
    ("given", "key", "said"),
    [
        ({"name": ""}, "name", "请填写姓名"),
        ({"name": "张" * 10_000}, "name", "姓名最多60个字，这里有10000个字"),
        ({"name": "张😀"}, "name", "不能用的字符“😀”"),
        ({"name": "张3"}, "name", "不能用的字符“3”"),
        ({"born": date(2190, 1, 1)}, "born", "晚于今天"),
        ({"born": date(1990, 1, 1)}, "born", "已满十八周岁"),
        ({"sex": "x"}, "sex", "没有“x”"),
        ({"id_number": "42050620120315001"}, "id_number", "应为18位，这里有17位"),
        ({"place": 420506000000}, "place", "请选择孩子居住的村"),
        ({"place": 999999999999999}, "place", "区划代码"),
        ({"hobbies": "下棋"}, "hobbies", "需要先登记监护人对选填内容的同意"),
        ({"schooling": NewSchooling(stage="junior", grade=7)}, "schooling.grade", "初中没有7年级"),
        ({"relatives": (NewRelative(relation="51", phone="1381234"),)}, "relatives.0.phone", "手机号应为11位，这里有7位"),
        ({"relatives": (NewRelative(relation="51", absences=(NewAbsence(since=date(2190, 1, 1)),)),)}, "relatives.0.absences.0.since", "不可能"),
        ({"relatives": (NewRelative(relation="61"),)}, "relatives.0.name", "请填写姓名"),
        ({"relatives": (NewRelative(relation="51", circumstances=(NewCircumstance(kind="gone_fishing"),)),)}, "relatives.0.circumstances.0.kind", "没有“gone_fishing”"),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(places, given, key, said):
    assert said in errors(new_child(**given))[key]


def test_rare_characters_and_foreign_names_are_names(places):
    names = ["欧阳𬭎", "㑇蕊", "阿依古丽·买买提", "Anna Maria O'Neill"]
    assert [make_child(name=name).name for name in names] == names


def test_the_id_number_says_when_somebody_was_born_and_of_which_sex(places):
    born = years_ago(9)
    found = errors(new_child(born=born - timedelta(days=1), sex="2", id_number=id_number(born, sex="1"), registration="none"))
    assert set(found) == {"born", "sex", "registration"}


def test_one_child_has_one_file_also_in_the_next_village(director, next_director):
    born = years_ago(9)
    number = id_number(born)
    make_child(born=born, id_number=number, place=NEXT_VILLAGE)
    assert "一人一档" in errors(new_child(born=born, id_number=number), by=director)["id_number"]


def test_a_number_is_free_again_when_its_file_has_ended(places):
    born = years_ago(9)
    number = id_number(born)
    make_child(born=born, id_number=number, state="ended")
    assert make_child(born=born, id_number=number).id_digest


def test_a_director_cannot_open_a_file_in_the_next_village(director):
    assert errors(new_child(place=NEXT_VILLAGE), by=director)["place"] == "这个地方不在您的管辖范围内。"


def test_children_without_household_registration_are_registered(places):
    child = make_child(registration="none")
    assert (child.registration, child.id_digest) == ("none", "")
    assert "id_number" not in child.missing


def test_many_files_are_all_written_or_none(places):
    good, bad = new_child(name="王一"), new_child(name="")
    with seen_by(None):
        with pytest.raises(FieldErrors):
            actions.register_many(new=[good, bad], by=None)
        assert not Child.objects.exists()
        actions.register_many(new=[good, new_child(name="王二")], by=None, approved=True)
        assert sorted(Child.objects.values_list("name", flat=True)) == ["王一", "王二"]


def test_many_files_take_no_more_statements_than_one(places, django_assert_max_num_queries):
    with seen_by(None):
        relatives = both_away(date(2024, 3, 1))
        with django_assert_max_num_queries(20):
            actions.register_many(new=[new_child(name=f"王{number}", relatives=relatives) for number in "一二三四五六七八九十"], by=None)
        assert StatusPeriod.objects.filter(origin="stands", status="left_behind").count() == 10
        assert SearchKey.objects.filter(key="n:王五").count() == 1


def test_a_whole_file_is_one_query(director, django_assert_num_queries):
    child = make_child(relatives=(away("51", "张强", date(2024, 3, 1), phone="13812345678"),))
    with seen_by(director), django_assert_num_queries(1):
        found = file(child.id)
        assert found
        assert found.open(found.relatives[0], "phone") == "13812345678"


def test_the_next_village_sees_no_file_by_either_wall(next_director):
    child = make_child(relatives=(away("51", "张强", date(2024, 3, 1)),))
    with seen_by(next_director):
        assert file(child.id) is None
        assert not Child.unscoped.filter(pk=child.id).exists()
        assert not SearchKey.unscoped.filter(child_id=child.id).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE children_child SET state = 'ended'",
        "UPDATE children_child SET state = 'gone'",
        "UPDATE children_child SET completeness = 101",
        "UPDATE children_child SET name = ''",
        "UPDATE children_child SET id_digest = 'x'",
        "UPDATE children_child SET left_behind_since = '2024-01-01', left_behind_until = '2023-01-01'",
        "INSERT INTO children_guardianship SELECT gen_random_uuid(), scope_place, since, until, kind, note, child_id, entrusted_id FROM children_guardianship",
    ],
)
def test_the_database_refuses_an_impossible_file(places, statement):
    make_child(guardianship="fair")
    with seen_by(None), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_birth_today_is_no_obstacle(places):
    assert make_child(born=today()).completeness > 0


@pytest.mark.parametrize("typed", ["张\u200b轩", "\ufeff张轩", "张\u202e轩\u202c", "张 轩"])
def test_marks_that_nobody_sees_are_no_part_of_a_name(typed: str):
    assert fields.name(typed) == "张轩"
