"""Units are entered, renamed, closed; classes open by school year."""

from datetime import date

import pytest

from tests.people import COUNTY, TOWNSHIP, VILLAGE
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.journal.models import Record
from tongxing.places.models import Place
from tongxing.units import actions, queries
from tongxing.units.actions import UnitError
from tongxing.units.models import SchoolClass, Unit
from tongxing.units.rules import ClassKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
SPAN = (420506000000, 420506999999)


def make_school(name: str = "小溪塔街道中心小学", *, place: int = TOWNSHIP, stages: tuple[str, ...] = ("primary",)) -> Unit:
    return actions.add_unit(kind="school", name=name, place=Place.objects.get(code=place), stages=stages, by=None)


def verbs() -> list[str]:
    with scope.whole_country(why="the test reads the journal"):
        return list(Record.objects.filter(subject_kind="unit").order_by("seq").values_list("verb", flat=True))


def test_a_school_is_found_by_name_pinyin_and_initials() -> None:
    school = make_school()
    for text in ("小溪塔", "xiaoxita", "xxtjd", " 小溪塔 街道 "):
        assert queries.search(text, lo=SPAN[0], hi=SPAN[1], kind="school") == [school]
    assert queries.search("小溪塔", lo=SPAN[0], hi=SPAN[1], kind="department") == []
    assert queries.search("小溪塔", lo=420502000000, hi=420502999999) == []
    assert verbs() == ["unit_added"]


def test_entering_a_unit_again_is_entering_it_once() -> None:
    unit_id = uuid7()
    for _again in range(2):
        actions.add_unit(kind="organisation", name="青山社会工作服务中心", place=Place.objects.get(code=COUNTY), by=None, unit_id=unit_id)
    assert Unit.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        ("school", "甲小学", "学段"),
        ("department", "公安分局", "哪个部门"),
        ("organisation", "   ", "请填写名称"),
        ("organisation", "长" * 10_000, "不超过100个字"),
        ("organisation", "a\0b", "请填写名称"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_in_words(kind: str, name: str, says: str) -> None:
    with pytest.raises(UnitError, match=says):
        actions.add_unit(kind=kind, name=name, place=Place.objects.get(code=COUNTY), by=None)


def test_a_second_unit_of_the_same_name_and_place_is_refused() -> None:
    make_school()
    with pytest.raises(UnitError, match="已有名为"):
        make_school()
    make_school(place=VILLAGE)


def test_a_renamed_unit_is_found_by_both_names_and_says_what_it_was_called_when() -> None:
    office = actions.add_unit(kind="department", name="夷陵区扶贫开发办公室", place=Place.objects.get(code=COUNTY), department="agriculture", by=None)
    actions.rename_unit(unit=office, name="夷陵区乡村振兴局", on=date(2021, 6, 1), reason="机构改革", by=None)
    actions.rename_unit(unit=office, name="夷陵区农业农村局", on=date(2024, 3, 1), reason="机构改革", by=None)
    office.refresh_from_db()
    assert [queries.name_on(office, on) for on in (date(2020, 1, 1), date(2021, 6, 1), date(2024, 2, 29), date(2024, 3, 1))] == [
        "夷陵区扶贫开发办公室",
        "夷陵区乡村振兴局",
        "夷陵区乡村振兴局",
        "夷陵区农业农村局",
    ]
    for text in ("夷陵区扶贫", "夷陵区乡村", "夷陵区农业"):
        assert queries.search(text) == [office]
    with pytest.raises(UnitError, match="须在其后"):
        actions.rename_unit(unit=office, name="别的局", on=date(2022, 1, 1), reason="错", by=None)
    assert actions.rename_unit(unit=office, name="夷陵区农业农村局", on=date(2026, 1, 1), reason="", by=None) == office


def test_a_closed_unit_is_hidden_and_readable() -> None:
    school = make_school()
    with pytest.raises(UnitError, match="原因"):
        actions.close_unit(unit=school, on=date(2025, 8, 31), reason=" ", by=None)
    for _again in range(2):
        actions.close_unit(unit=school, on=date(2025, 8, 31), reason="撤点并校", by=None)
    assert queries.search("小溪塔") == []
    assert queries.search("小溪塔", on=date(2025, 8, 30)) == [school]
    assert queries.found(lo=SPAN[0], hi=SPAN[1], closed=True).get() == school
    assert verbs() == ["unit_added", "unit_closed"]


def test_classes_open_once_and_move_up() -> None:
    school = make_school(stages=("primary", "junior"))
    keys = [ClassKey("primary", 1, 1), ClassKey("primary", 6, 1), ClassKey("primary", 6, 2), ClassKey("junior", 3, 1)]
    for _again in range(2):
        actions.open_classes(school=school, year=2025, keys=keys, by=None)
    assert [each.name for each in queries.classes(school, year=2025)] == ["一年级1班", "六年级1班", "六年级2班", "初三1班"]
    actions.open_classes(school=school, year=2026, keys=actions.next_classes(school, year=2025), by=None)
    assert [each.name for each in queries.classes(school, year=2026)] == ["一年级1班", "二年级1班"]
    assert verbs().count("classes_opened") == 2


@pytest.mark.parametrize("key", [ClassKey("primary", 7, 1), ClassKey("junior", 1, 1), ClassKey("primary", 1, 0), ClassKey("nothing", 1, 1)])
def test_a_class_that_the_school_cannot_have_is_refused(key: ClassKey) -> None:
    school = make_school()
    with pytest.raises(UnitError, match="没有这样的班级"):
        actions.open_classes(school=school, year=2025, keys=[ClassKey("primary", 1, 1), key], by=None)
    assert not SchoolClass.objects.exists()


def test_a_ledgers_school_name_is_read_with_or_without_the_places_before_it() -> None:
    school = make_school("分乡镇中心小学")
    for text in ("分乡镇中心小学", "夷陵区分乡镇中心小学", "宜昌市夷陵区 分乡镇中心小学"):
        assert queries.resolve_school(text, lo=SPAN[0], hi=SPAN[1]) == [school]
    assert queries.resolve_school("另一所小学", lo=SPAN[0], hi=SPAN[1]) == []
    assert queries.resolve_school("", lo=SPAN[0], hi=SPAN[1]) == []


def test_a_teacher_belongs_to_the_school_that_the_appointment_names_whichever_comes_first(officer: Post) -> None:
    school = make_school()
    person = accounts.add_person(name="刘老师", phone="", by=None)
    accounts.record_check(person=person, on=today(), clear=True, by=None)
    teacher = accounts.appoint(person=person, role="teacher", place=COUNTY, since=today(), unit_name="夷陵区小溪塔街道中心小学", by=officer)
    early = accounts.appoint(person=person, role="teacher", place=COUNTY, since=today(), unit_name="新建小学", by=officer)
    assert (teacher.unit_id, early.unit_id) == (school.id, None)
    later = make_school("新建小学")
    early.refresh_from_db()
    assert early.unit_id == later.id
    other = accounts.appoint(person=person, role="department", place=COUNTY, since=today(), unit_name="新建小学", by=officer)
    assert other.unit_id is None  # a department is no school
