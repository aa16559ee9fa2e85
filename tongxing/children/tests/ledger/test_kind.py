"""The children's ledger against the register: new, changed, the same, perhaps the same, wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.file import File
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.models import Child, Relative
from tongxing.children.queries.files import file
from tongxing.children.tests.make import away, id_number, new_child, seen_by, years_ago
from tongxing.ground.today import today
from tongxing.imports import actions as imports
from tongxing.imports import queries, steps
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.ledgers.tests.sample import xlsx

pytestmark = pytest.mark.django_db
BORN = years_ago(9, days=40)
NUMBER = id_number(BORN)
FATHER = id_number(date(1985, 6, 7))
FULL = {
    "name": "张子轩",
    "sex": "男",
    "ethnic_group": "汉族",
    "id_number": NUMBER,
    "registration": "是",
    "registered_place": "湖北省宜昌市夷陵区小溪塔街道兴安社区",
    "residence": "冯家湾社区",
    "residence_address": "三组12号",
    "living_with": "爷爷奶奶",
    "health": "健康",
    "school_stage": "小学",
    "school": "小溪塔一小",
    "grade_class": "三(2)班",
    "boarding": "否",
    "father_name": "张大山",
    "father_id_number": FATHER,
    "father_phone": "13812345678",
    "father_place": "广东东莞",
    "father_since": "2024年3月",
    "mother_name": "李小梅",
    "mother_place": "浙江宁波",
    "mother_since": "2024.05",
    "grandfather_name": "张老汉",
    "grandfather_born": "1955-01-02",
    "entrusted_name": "张老汉",
    "entrusted_relation": "祖父",
    "entrusted_phone": "13712345678",
    "guardianship": "一般",
    "income": "打工、种养殖",
    "aid": "低保",
}


def sheet(*rows: dict[str, object]) -> bytes:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return xlsx([CATALOGUE.heading(key) for key in keys], *([row.get(key) for key in keys] for row in rows))


@pytest.fixture
def send(officer: Post, run_jobs: Callable[[], int]) -> Callable[..., ImportRun]:
    def send(*rows: dict[str, object], by: Post = officer) -> ImportRun:
        with under(by):
            run = imports.upload(kind="children", content=sheet(*rows), file_name="台账.xlsx", by=by)
        run_jobs()
        with under(by):
            return ImportRun.objects.get(pk=run.pk)

    return send


@pytest.fixture
def take_in(officer: Post, run_jobs: Callable[[], int]) -> Callable[..., ImportRun]:
    def take_in(run: ImportRun, by: Post = officer) -> ImportRun:
        with under(by):
            imports.start(run=run, by=by)
        run_jobs()
        with under(by):
            return ImportRun.objects.get(pk=run.pk)

    return take_in


def rows_of(run: ImportRun, by: Post) -> Sequence[queries.Staged]:
    with under(by):
        return queries.opened(run, list(ImportRow.objects.filter(run=run).order_by("number")), queries.key_of(run))


def problems(run: ImportRun, by: Post) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for staged in rows_of(run, by) for problem in staged.payload.problems]


def only_file(by: Post) -> File:
    with under(by):
        found = file(Child.objects.get().id)
        assert found
        return found


def test_a_row_of_the_official_ledger_becomes_a_whole_file(send, take_in, officer):
    run = take_in(send(FULL))
    assert run.counts == {"new": 1, "outcome:imported": 1}, problems(run, officer)
    made = only_file(officer)
    child = made.child
    assert (child.name, child.sex, child.born, child.scope_place, child.state) == ("张子轩", "1", BORN, VILLAGE, "current")
    assert made.open(child, "id_number") == NUMBER
    assert (child.registered_place, child.registration, child.health) == (NEXT_VILLAGE, "registered", "healthy")
    assert (child.school_stage, child.school_name, child.grade, child.class_name, child.boarding) == ("primary", "小溪塔一小", 3, "三年级2班", "no")
    assert (child.income, child.aid, child.guardianship, child.living_with) == (["migrant_work", "farming"], ["dibao"], "fair", "grandparents")
    assert child.source == f"import:{run.id}"
    father = made.parent("father")
    assert father
    assert made.open(father.relative, "phone") == "13812345678"
    assert (father.absences[0].where, father.absences[0].since) == ("广东东莞", date(2024, 3, 1))
    assert made.entrusted
    assert (made.entrusted.name, made.entrusted.relation, made.entrusted.born) == ("张老汉", "61", date(1955, 1, 2))
    assert len(made.relatives) == 3
    assert child.left_behind_since == date(2024, 5, 1)


def test_the_same_row_again_is_the_same(send, take_in, officer):
    take_in(send(FULL))
    again = send(FULL)
    assert again.counts == {"same": 1}, [staged.payload.differences for staged in rows_of(again, officer)]


def test_a_child_without_id_number_is_known_by_name_birth_date_and_village(send, take_in, officer):
    row = {"name": "李小花", "sex": "女", "born": BORN, "residence": "兴安社区", "registration": "否"}
    take_in(send(row))
    assert send(row).counts == {"same": 1}
    assert send(row | {"residence": "冯家湾社区"}).counts == {"probable": 1}
    assert send(row | {"id_number": id_number(BORN, sex="2"), "registration": "是"}).counts == {"probable": 1}
    assert send(row | {"born": BORN - timedelta(days=1)}).counts == {"new": 1}


@pytest.mark.parametrize(("name", "verdict"), [("李国庆", "probable"), ("张子萱", "changed"), ("章梓轩", "changed"), ("李子轩", "changed")])
def test_an_id_number_under_quite_another_name_is_asked_about(send, take_in, name, verdict):
    take_in(send(FULL))
    assert send(FULL | {"name": name}).counts == {verdict: 1}


def test_another_name_is_written_when_somebody_says_so(send, take_in, officer):
    take_in(send(FULL))
    child = only_file(officer).child.id
    run = send(FULL | {"name": "李国庆"})
    number = rows_of(run, officer)[0].row.number
    with seen_by(officer):
        imports.decide(run=run, number=number, subject=None, by=officer)
    assert problems(run, officer) == [("id_number", "children.other_child")]
    with seen_by(officer):
        imports.decide(run=run, number=number, subject=child, by=officer)
    take_in(run)
    assert only_file(officer).child.name == "李国庆"


def test_what_changed_is_shown_masked_and_written(send, take_in, officer):
    take_in(send(FULL))
    changed = FULL | {
        "father_phone": "13998765432",
        "residence_address": "五组8号新房子旁边",
        "grade_class": "四年级2班",
        "mother_circumstance": "服刑",
        "mother_circumstance_since": "2025-01",
        "aid": "低保、医疗救助",
        "entrusted_name": "李奶奶",
        "entrusted_relation": "外祖母",
        "guardianship": "较好",
    }
    run = send(changed)
    (staged,) = rows_of(run, officer)
    shown = {each.column: (each.old, each.new) for each in staged.payload.differences}
    assert shown["father_phone"] == ("138****5678", "139****5432")
    assert shown["grade_class"] == ("三年级2班", "四年级2班")
    assert shown["aid"] == ("低保", "低保、医疗救助")
    assert shown["entrusted_name"] == ("张老汉", "李奶奶")
    assert shown["mother_circumstance"] == ("", "服刑在押")
    assert "五组8号新房子旁边" not in shown["residence_address"][1]
    assert run.counts == {"changed": 1}
    assert take_in(run).counts == {"changed": 1, "outcome:imported": 1}
    made = only_file(officer)
    father = made.parent("father")
    assert father
    assert made.open(father.relative, "phone") == "13998765432"
    assert made.entrusted
    assert made.entrusted.name == "李奶奶"
    assert (made.child.grade, made.child.class_name, made.child.guardianship) == (4, "四年级2班", "good")
    assert send(changed).counts == {"same": 1}


def test_a_blank_cell_erases_nothing(send, take_in):
    take_in(send(FULL))
    assert send({key: FULL[key] for key in ("name", "id_number", "residence")}).counts == {"same": 1}


def test_a_parent_who_went_on_is_away_elsewhere_and_what_contradicts_is_said(send, take_in, officer):
    take_in(send(FULL))
    run = send(FULL | {"father_place": "江苏昆山", "father_since": "2025-06", "mother_since": "2023-01", "residence": "兴安社区"})
    (staged,) = rows_of(run, officer)
    assert {each.column: (each.old, each.new) for each in staged.payload.differences} == {"father_place": ("广东东莞", "江苏昆山")}
    assert {(note.column, note.code) for note in staged.payload.notes} == {("mother_since", "children.other_since"), ("residence", "children.other_village")}
    take_in(run)
    father = only_file(officer).parent("father")
    assert father
    assert [(row.where, row.since, row.until) for row in father.absences] == [("广东东莞", date(2024, 3, 1), date(2025, 6, 1)), ("江苏昆山", date(2025, 6, 1), None)]


def test_both_away_is_enough_where_the_ledger_says_no_more(send, take_in, officer):
    take_in(send({"name": "王小明", "born": BORN, "sex": "男", "residence": "冯家湾社区", "both_away": "是"}))
    made = only_file(officer)
    assert [row.precision for row in made.absences] == ["by", "by"]
    assert made.child.left_behind_since == today()


def test_one_away_and_the_other_without_capacity(send, take_in, officer):
    take_in(send({"name": "王小明", "born": BORN, "residence": "冯家湾社区", "father_place": "东莞", "father_since": "2024-03", "incapable": "母亲"}))
    made = only_file(officer)
    mother = made.parent("mother")
    assert mother
    assert [row.kind for row in mother.circumstances] == ["no_capacity"]
    assert made.child.left_behind_since == date(2024, 3, 1)


def test_brothers_and_sisters_share_their_father_and_household(send, take_in, officer):
    sister = {"name": "张子萱", "born": years_ago(6), "sex": "女", "residence": "冯家湾社区", "father_name": "张大山", "father_id_number": FATHER}
    take_in(send(FULL, sister))
    brother = {"name": "张子昂", "born": years_ago(4), "sex": "男", "residence": "冯家湾社区", "father_name": "张大山", "father_id_number": FATHER}
    take_in(send(brother))
    with under(officer):
        assert Child.objects.values_list("household_id").distinct().count() == 1
        assert Relative.objects.filter(relation="51").values_list("person_key").distinct().count() == 1


def test_optional_items_wait_for_consent_and_do_not_keep_the_row_out(send, take_in, officer):
    row = {"name": "王小明", "born": BORN, "residence": "冯家湾社区", "hobbies": "画画", "character": "开朗"}
    run = send(row)
    (staged,) = rows_of(run, officer)
    assert [(note.column, note.code) for note in staged.payload.notes] == [("character", "children.no_consent")]
    take_in(run)
    assert only_file(officer).child.hobbies_sealed is None
    take_in(send(row | {"optional_consent_by": "奶奶王秀英"}))
    made = only_file(officer)
    assert made.open(made.child, "hobbies") == "画画"
    assert made.consents_to("optional", today())


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"residence": "朱市街社区"}, ("residence", "children.unknown_village")),
        ({"residence": "冯家弯社区"}, ("residence", "children.nearest_village")),
        ({"residence": "小溪塔街道"}, ("residence", "children.only_a_township")),
        ({"township": "分乡镇"}, ("township", "children.unknown_township")),
        ({"born": BORN - timedelta(days=3)}, ("born", "children.said")),
        ({"sex": "女"}, ("sex", "children.said")),
        ({"id_number": "", "born": ""}, ("born", "children.no_birth_date")),
        ({"id_number": "", "born": years_ago(19)}, ("born", "children.said")),
        ({"name": "张3丰"}, ("name", "children.said")),
        ({"registration": "否"}, ("registration", "children.said")),
        ({"both_away": "否"}, ("both_away", "children.both_are_away")),
        ({"grandmother_born": "1956-01"}, ("grandmother_name", "children.said")),
        ({"school": "学" * 101}, ("school", "children.said")),
        ({"father_place": "东" * 61}, ("father_place", "cell_long")),
    ],
)
def test_what_is_wrong_stands_in_its_cell(send, officer, change, found):
    assert problems(send(FULL | change), officer) == [found]


def test_the_same_child_twice_in_a_list_is_said(send, officer):
    run = send(FULL, FULL | {"name": "张子軒"}, {"name": "王小明", "born": BORN, "residence": "冯家湾社区"}, {"name": "王 小 明", "born": BORN, "residence": "冯家湾"})
    assert problems(run, officer) == [("id_number", "row_duplicate"), ("name", "row_duplicate")]


def test_two_children_of_one_name_and_birth_date_in_a_list_are_two(send, take_in, monkeypatch):
    monkeypatch.setattr(steps, "WRITE_CHUNK", 1)
    one = {"name": "王小明", "id_number": id_number(BORN), "residence": "冯家湾社区"}
    other = {"name": "王小明", "id_number": id_number(BORN), "residence": "兴安社区"}
    assert take_in(send(one, other)).counts == {"new": 2, "outcome:imported": 2}
    assert send(one, other).counts == {"same": 2}


def test_a_child_of_another_county_is_not_shown(send, take_in, officer, supervisor, monkeypatch):
    elsewhere = 420506100201
    with seen_by(None):
        actions.register(new=new_child(place=elsewhere, name="张子轩", born=BORN, id_number=NUMBER), by=None)
    run = send(FULL, by=supervisor)
    assert problems(run, supervisor) == [("id_number", "children.taken")]
    run = send({"name": "张子轩", "born": BORN, "residence": "冯家湾社区"}, by=supervisor)
    assert run.counts == {"new": 1}


def test_a_file_that_ended_is_not_opened_again_by_a_list(send, officer):
    with seen_by(officer):
        child = actions.register(new=new_child(born=BORN, id_number=NUMBER), by=officer, approved=True)
        actions.advance(child_id=child.id, act="end", by=officer, reason="moved_away", comment="随父母迁出")
    assert problems(send(FULL), officer) == [("id_number", "children.ended")]


def test_a_child_that_came_by_hand_is_recognised(send, take_in, officer):
    with seen_by(officer):
        actions.register(new=new_child(name="张子轩", born=BORN, id_number=NUMBER, relatives=(away("51", "张大山", date(2024, 3, 1), where="广东东莞"),)), by=officer)
    run = send(FULL)
    assert run.counts == {"changed": 1}
    take_in(run)
    assert send(FULL).counts == {"same": 1}


def test_nothing_is_asked_of_the_database_for_each_row(officer):
    def queries_for(names: str) -> tuple[int, int]:
        rows = [{"name": f"王小{name}", "born": BORN, "residence": "冯家湾社区", "school_stage": "小学", "father_name": f"王大{name}", "father_place": "东莞"} for name in names]
        with under(officer):
            run = imports.upload(kind="children", content=sheet(*rows), file_name="台账.xlsx", by=officer)
        with CaptureQueriesContext(connection) as reading:
            steps.read(run.id, officer)
        with under(officer):
            imports.start(run=run, by=officer)
        with CaptureQueriesContext(connection) as writing:
            steps.apply(run.id, officer)
        with under(officer):
            assert ImportRun.objects.get(pk=run.pk).counts == {"new": len(names), "outcome:imported": len(names)}
        return len(reading), len(writing)

    assert queries_for("明红") == queries_for("刚强丽芳军伟杰娟涛")
