"""What a card shows of a file, in full and masked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import transaction

from tests.people import VILLAGE
from tongxing.children import actions, cards
from tongxing.children.file import File
from tongxing.children.new import NewAbsence, NewCategory, NewChild, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.children.queries.files import file
from tongxing.ground import scope
from tongxing.printing.cards import DECEASED, BasicCard, Heading

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
GRANDFATHER = NewRelative(relation="61", name="张德明", born=date(1956, 7, 1), phone="13600001234", address="三组21号", entrusted=True)
FATHER = NewRelative(
    relation="51",
    name="张建国",
    born=date(1985, 11, 23),
    id_number="42050619851123001X",
    phone="13812345678",
    absences=(NewAbsence(since=date(2024, 3, 1), where="广东省东莞市"),),
)
MOTHER = NewRelative(relation="52", name="刘小芳", phone="13987654321", absences=(NewAbsence(since=date(2024, 3, 1), where="福建省泉州市"),))
CHILD = NewChild(
    place=VILLAGE,
    fields={
        "name": "张子轩",
        "sex": "1",
        "ethnic_group": "01",
        "born": date(2014, 3, 12),
        "id_number": "420506201403120010",
        "registered_place": VILLAGE,
        "registered_address": "三组21号",
        "health": "ill",
        "illness": "heart",
        "medical_history": "两岁时手术",
        "hobbies": "画画",
        "income": ["migrant_work", "farming"],
        "aid": ["dibao"],
    },
    relatives=(GRANDFATHER, FATHER, MOTHER, NewRelative(relation="62", name="李桂兰", circumstances=(NewCircumstance(kind="dead", since=date(2020, 1, 1)),))),
    schooling=NewSchooling(stage="primary", school_name="第三小学", grade=5, class_name="2班", boarding="weekdays", since=date(2025, 9, 1)),
    guardianship=NewGuardianship(kind="fair", since=date(2024, 3, 1)),
    residence=NewResidence(address="三组21号", living_with="grandparents", since=date(2020, 1, 1)),
    categories=(NewCategory(scheme="laohekou", kind="poverty", since=date(2025, 1, 1)),),
    consents={"optional": "张建国"},
)


@pytest.fixture(autouse=True)
def everywhere(places) -> Iterator[None]:
    with time_machine.travel("2026-03-02 10:00+08:00", tick=False), transaction.atomic(), scope.whole_country(why="the test is about printing alone"):
        yield


def registered(new: NewChild = CHILD) -> File:
    found = file(actions.register(new=new, by=None).id)
    assert found is not None
    return found


def card(of: File, *, masked: bool = False) -> BasicCard:
    names = {VILLAGE: "湖北省宜昌市夷陵区小溪塔街道冯家湾社区"}
    return cards.basic_card(of, on=ON, heading=Heading(), places=names, masked=masked)


def test_a_card_in_full_says_what_the_file_says():
    printed = card(registered())
    child, family = printed.child, printed.family
    assert (child.name, child.sex, child.ethnicity, child.born, child.id_number) == ("张子轩", "男", "汉族", "2014-03-12", "420506201403120010")
    assert (child.registered, child.health, child.illness, child.medical_history, child.hobbies) == (True, ["患病"], "先天性心脏病", "两岁时手术", "画画")
    assert (child.schooling, child.school, child.boarding, child.schooling_other) == ("小学", "第三小学 五年级2班", True, "")
    assert child.remarks == "困境类别：生活贫困"
    assert family.registered_at == family.lives_at == "湖北省宜昌市夷陵区小溪塔街道冯家湾社区三组21号"
    assert (family.both_away, family.one_away, family.incapable, family.entrusted) == (True, False, [], True)
    assert (family.father.name, family.father.works_at, family.father.phone, family.father.id_number) == ("张建国", "广东省东莞市", "13812345678", "42050619851123001X")
    assert (family.guardian.name, family.guardian.relation, family.guardian.phone, family.guardian.address) == ("张德明", "祖父", "13600001234", "三组21号")
    assert (family.paternal_grandfather.born, family.paternal_grandmother.name) == ("1956-07-01", DECEASED)
    assert (family.guardianship, family.income, family.aid) == ("监护情况一般", ["打工收入", "种养殖业"], ["享受低保"])


def test_a_masked_card_shows_no_number_no_address_line_no_history():
    printed = str(card(registered(), masked=True))
    for secret in ("张子轩", "张建国", "420506201403120010", "13812345678", "13600001234", "三组21号", "手术", "画画"):
        assert secret not in printed, secret
    for shown in ("张*轩", "4205**********0010", "138****5678", "冯家湾社区", "广东省东莞市"):
        assert shown in printed, shown


def test_a_card_does_not_tell_of_prison_nor_of_hiv():
    """Real life 7: stigma."""
    jailed = NewRelative(relation="51", name="张建国", circumstances=(NewCircumstance(kind="imprisoned", since=date(2025, 1, 1)),))
    new = NewChild(
        place=VILLAGE,
        fields={"name": "张子涵", "sex": "2", "born": date(2015, 3, 12), "health": "ill"},
        relatives=(jailed,),
        categories=(NewCategory(scheme="guangdong", kind="hiv"),),
    )
    printed = card(registered(new))
    assert "监狱" not in str(printed)
    assert "服刑" not in str(printed)
    assert "艾滋" not in str(printed)
    assert (printed.child.remarks, printed.family.father.works_at) == ("", "")


def test_schooling_without_a_box_of_its_own_is_said_beside_the_boxes():
    new = NewChild(place=VILLAGE, fields={"name": "李明", "sex": "1", "born": date(2014, 3, 12)}, schooling=NewSchooling(stage="special", enrolment="home_lessons"))
    printed = card(registered(new))
    assert (printed.child.schooling, printed.child.schooling_other) == (None, "特殊教育学校、送教上门")


def test_one_parent_away_and_the_other_incapable_is_ticked():
    ill = NewRelative(relation="52", name="刘小芳", circumstances=(NewCircumstance(kind="severe_illness", since=date(2025, 1, 1)),))
    new = NewChild(place=VILLAGE, fields={"name": "张子涵", "sex": "2", "born": date(2015, 3, 12)}, relatives=(FATHER, ill))
    family = card(registered(new)).family
    assert (family.both_away, family.one_away, family.incapable, family.entrusted) == (False, True, ["母亲"], False)


def test_what_nobody_knows_is_left_blank():
    family = card(registered(NewChild(place=VILLAGE, fields={"name": "李明", "sex": "1", "born": date(2014, 3, 12)}))).family
    assert (family.both_away, family.one_away, family.entrusted, family.guardianship) == (None, None, None, None)


def test_a_family_sheet_has_the_oldest_first():
    first = registered()
    second = registered(
        NewChild(place=VILLAGE, fields={"name": "张子墨", "sex": "1", "born": date(2012, 3, 12)}, household_id=first.child.household_id, relatives=(FATHER, MOTHER))
    )
    printed = cards.family_card([first, second], on=ON, heading=Heading(), places={}, masked=False)
    assert [child.name for child in printed.children] == ["张子墨", "张子轩"]
    assert printed.family.mother.name == "刘小芳"


@pytest.mark.parametrize(("village", "unit"), [("冯家湾社区", "冯家湾社区居民委员会"), ("分乡场村", "分乡场村村民委员会"), ("国营农场", "国营农场"), ("", "")])
def test_the_committee_fills_in_the_form(village, unit):
    assert cards.unit_name(village) == unit
