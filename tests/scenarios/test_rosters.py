"""Class rosters at the beginning of a term: P1-2 (开学初以班级为单位花名册), driven through the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import NEXT_VILLAGE, TOWNSHIP, make_place
from tongxing.accounts.models import Post
from tongxing.children.models import Child, Roster, State
from tongxing.children.new import NewSchooling
from tongxing.children.rosters.catalogue import CATALOGUE
from tongxing.children.tests.make import id_number, make_child, seen_by, years_ago
from tongxing.ground.today import today
from tongxing.ledgers.tests.sample import xlsx
from tongxing.units import actions as units
from tongxing.units.models import Unit
from tongxing.units.rules import ClassKey, school_year

pytestmark = pytest.mark.django_db
BORN = years_ago(9)


@pytest.fixture
def school(places: object) -> Unit:
    made = units.add_unit(kind="school", name="小溪塔街道中心小学", place=make_place(TOWNSHIP, "小溪塔街道"), stages=["primary"], by=None)
    units.open_classes(school=made, year=school_year(today()), keys=[ClassKey("primary", 3, 1), ClassKey("primary", 3, 2)], by=None)
    return made


@pytest.fixture
def browser(supervisor: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(supervisor)


def pupil(**values: object) -> dict[str, object]:
    return {"school": "小溪塔街道中心小学", "class_name": "三(2)班", "head_teacher": "刘老师", "name": "王小明", "id_number": id_number(BORN)} | values


def roster(rows: Sequence[dict[str, object]]) -> bytes:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return xlsx([CATALOGUE.heading(key) for key in keys], *([row.get(key, "") for key in keys] for row in rows))


def preview(browser: Client, rows: Sequence[dict[str, object]], run_jobs: Callable[[], int]) -> tuple[str, str]:
    """Upload a roster: its address and the page of what it would do."""
    page = browser.post("/imports/new/roster/", {"file": SimpleUploadedFile("花名册.xlsx", roster(rows))}).headers["Location"]
    run_jobs()
    return page, browser.get(page).content.decode()


def hand_in(browser: Client, rows: Sequence[dict[str, object]], run_jobs: Callable[[], int]) -> str:
    page, _shown = preview(browser, rows, run_jobs)
    assert browser.post(f"{page}start/").status_code == 302
    run_jobs()
    return page


@pytest.mark.req("P1-2b")
def test_a_class_hands_in_its_roster_and_the_other_is_missing(school, browser, supervisor, run_jobs):
    assert "没有交" in browser.get("/children/rosters/").content.decode()
    hand_in(browser, [pupil(), pupil(name="李小红", id_number=id_number(BORN))], run_jobs)
    listed = browser.get("/children/rosters/").content.decode()
    assert "2个班交了1个" in listed
    assert "1/2个班" in listed
    classes = browser.get(f"/children/rosters/{school.id}/").content.decode()
    assert "刘老师" in classes
    assert "没有交" in classes
    hand_in(browser, [pupil(class_name="三年级1班", name="赵小刚")], run_jobs)
    assert "已交齐" in browser.get("/children/rosters/").content.decode()
    assert "各校都已交齐" in browser.get("/children/rosters/", {"missing": "1"}).content.decode()


def test_the_mended_rows_of_a_class_do_not_take_its_place(school, browser, supervisor, run_jobs):
    wrong = pupil(name="周小雨", id_number=id_number(BORN), left_behind="是")  # without its village: a sentence, and a file to mend
    hand_in(browser, [pupil(name=name, id_number=id_number(BORN)) for name in ("王小明", "李小红", "赵小刚")] + [wrong], run_jobs)
    hand_in(browser, [wrong | {"village": "兴安社区"}], run_jobs)
    with seen_by(supervisor):
        assert [each.pupils for each in Roster.objects.all()] == [3]
        assert Child.objects.get().name == "周小雨"


@pytest.mark.req("P1-2b")
def test_pupils_who_are_not_ours_are_counted_and_not_kept(school, browser, supervisor, run_jobs):
    _page, shown = preview(browser, [pupil()], run_jobs)
    assert "只计入班级人数，不建档" in shown
    hand_in(browser, [pupil()], run_jobs)
    with seen_by(supervisor):
        assert not Child.objects.exists()
        assert [(each.pupils, each.left_behind, each.on_register) for each in Roster.objects.all()] == [(1, 0, 0)]


def test_a_child_on_the_register_moves_to_the_class_that_the_roster_says(school, browser, supervisor, run_jobs):
    number = id_number(BORN)
    child = make_child(name="王小明", born=BORN, id_number=number, schooling=NewSchooling(stage="primary", school_name="小溪塔街道中心小学", grade=2, class_name="二年级2班"))
    page = hand_in(browser, [pupil(id_number=number, left_behind="是")], run_jobs)
    with seen_by(supervisor):
        moved = Child.objects.get(pk=child.pk)
        assert (moved.grade, moved.class_name, moved.school_id) == (3, "三年级2班", school.id)
        assert [(each.left_behind, each.on_register) for each in Roster.objects.all()] == [(1, 1)]
    browser.post(f"{page}undo/", {"why": "交错了"})
    run_jobs()
    with seen_by(supervisor):
        assert Child.objects.get(pk=child.pk).class_name == "二年级2班"
        assert not Roster.objects.exists()


def test_a_left_behind_pupil_without_a_file_becomes_a_draft_of_the_village(school, browser, supervisor, run_jobs):
    row = pupil(left_behind="是", guardian="王奶奶", phone="13812345678")
    _page, shown = preview(browser, [row], run_jobs)
    assert "请填写家庭所在村" in shown
    hand_in(browser, [row | {"village": "兴安社区"}], run_jobs)
    with seen_by(supervisor):
        child = Child.objects.get()
    assert (child.name, child.state, child.scope_place, child.class_name) == ("王小明", State.DRAFT, NEXT_VILLAGE, "三年级2班")


def test_the_same_roster_again_changes_nothing(school, browser, supervisor, run_jobs):
    row = pupil(left_behind="是", village="兴安社区")
    hand_in(browser, [row], run_jobs)
    with seen_by(supervisor):
        before = [(child.id, child.version) for child in Child.objects.all()]
    hand_in(browser, [row], run_jobs)
    with seen_by(supervisor):
        assert [(child.id, child.version) for child in Child.objects.all()] == before
        assert Roster.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"), [({"school": "没有的小学"}, "辖区内没有“没有的小学”"), ({"class_name": "雏鹰班"}, "看不出是哪个年级"), ({"id_number": ""}, "没有身份证号时必须填写出生日期")]
)
def test_what_cannot_be_told_is_said_in_words(school, browser, run_jobs, wrong, said):
    assert said in preview(browser, [pupil(**wrong)], run_jobs)[1]


def test_a_director_and_the_next_township_see_no_rosters(school, browser, director, browser_of, run_jobs):
    hand_in(browser, [pupil()], run_jobs)
    assert browser_of(director).get("/children/rosters/").status_code == 403
    assert Client().get("/children/rosters/").status_code == 302
