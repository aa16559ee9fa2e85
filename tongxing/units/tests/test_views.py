"""The pages of units, for the three people and a stranger."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django import forms
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.people import COUNTY, TOWNSHIP, VILLAGE
from tongxing.accounts.models import Post
from tongxing.places.models import Place
from tongxing.units import actions
from tongxing.units.forms import UnitField
from tongxing.units.models import SchoolClass, Unit
from tongxing.units.rules import ClassKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def school(places: dict[int, Place]) -> Unit:
    return actions.add_unit(kind="school", name="小溪塔街道中心小学", place=places[TOWNSHIP], stages=["primary"], boarding=True, by=None)


@pytest.fixture
def office(places: dict[int, Place]) -> Unit:
    return actions.add_unit(kind="department", name="夷陵区教育局", place=places[COUNTY], department="education", by=None)


def test_the_list_is_filtered_sorted_paged_and_exported(officer: Post, browser_of: Callable[[Post], Client], school: Unit, office: Unit) -> None:
    browser = browser_of(officer)
    assert "小溪塔街道中心小学" in browser.get("/units/").content.decode()
    for query, shown in (
        ("?kind=department", False),
        ("?stage=primary&kind=school", True),
        ("?q=xxt", True),
        (f"?place={TOWNSHIP}", True),
        ("?place=420502", True),
        ("?closed=1&sort=-name", True),
    ):
        page = browser.get(f"/units/{query}").content.decode()
        assert (school.name in page) is shown, query
    rows = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/units/export/?kind=school").content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == [school.name]


def test_forged_filters_and_keys_break_nothing(officer: Post, browser_of: Callable[[Post], Client], school: Unit) -> None:
    browser = browser_of(officer)
    for query in ("?kind=x&stage=y&place=z&sort=w&size=-1&after=q&before=%00", f"?q={'长' * 5000}", "?q=%00%27"):
        assert browser.get(f"/units/{query}").status_code == 200


def test_a_director_reads_the_units_that_serve_the_village_and_changes_none(director: Post, browser_of: Callable[[Post], Client], school: Unit) -> None:
    browser = browser_of(director)
    assert browser.get(f"/units/{school.pk}/").status_code == 200
    for address in ("add/", f"{school.pk}/rename/", f"{school.pk}/close/"):
        assert browser.get(f"/units/{address}").status_code == 403


def test_a_supervisor_changes_own_schools_and_not_the_countys(supervisor: Post, browser_of: Callable[[Post], Client], school: Unit, office: Unit) -> None:
    browser = browser_of(supervisor)
    assert browser.get(f"/units/{school.pk}/rename/").status_code == 200
    assert browser.get(f"/units/{office.pk}/").status_code == 200
    assert browser.get(f"/units/{office.pk}/rename/").status_code == 404
    assert browser.post(f"/units/{office.pk}/close/", {"on": "2026-01-01", "reason": "错"}).status_code == 404


def test_a_stranger_is_sent_to_sign_in(school: Unit) -> None:
    assert Client().get(f"/units/{school.pk}/").status_code == 302


def test_a_school_is_entered_renamed_and_closed(supervisor: Post, browser_of: Callable[[Post], Client]) -> None:
    browser = browser_of(supervisor)
    wrong = browser.post("/units/add/", {"kind": "school", "name": "新小学", "place": "冯家湾"})
    assert wrong.status_code == 422
    assert "请选择学校的学段" in wrong.content.decode()
    page = browser.post("/units/add/", {"kind": "school", "name": "新小学", "place": "冯家湾", "stages": ["primary"], "since": "2020-09-01"}, follow=True)
    assert "已登记" in page.content.decode()
    school = Unit.objects.get()
    assert school.place_id == VILLAGE
    browser.post(f"/units/{school.pk}/rename/", {"name": "更新小学", "on": "2024-09-01", "reason": "更名"})
    assert "此前名为“新小学”" in browser.get(f"/units/{school.pk}/").content.decode()
    browser.post(f"/units/{school.pk}/change/", {"stages": ["primary", "junior"], "boarding": "on"})
    assert Unit.objects.get().stages == ["primary", "junior"]
    assert browser.post(f"/units/{school.pk}/close/", {"on": "2026-01-01", "reason": ""}).status_code == 422
    done = browser.post(f"/units/{school.pk}/close/", {"on": "2026-01-01", "reason": "撤点并校"}, headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == f"/units/{school.pk}/"
    assert "已撤销" in browser.get(f"/units/{school.pk}/").content.decode()


def test_classes_are_opened_moved_up_and_taken_back(supervisor: Post, browser_of: Callable[[Post], Client], school: Unit) -> None:
    browser = browser_of(supervisor)
    assert browser.post(f"/units/{school.pk}/classes/?year=2025", {"stage": "primary", "grade": 7, "count": 2}).status_code == 422
    browser.post(f"/units/{school.pk}/classes/?year=2025", {"stage": "primary", "grade": 3, "count": 2})
    page = browser.get(f"/units/{school.pk}/?year=2025").content.decode()
    assert "三年级2班" in page
    browser.post(f"/units/{school.pk}/next-year/?year=2025")
    assert [each.key for each in SchoolClass.objects.filter(year=2026)] == [ClassKey("primary", 4, 1), ClassKey("primary", 4, 2)]
    address = f"/units/classes/{SchoolClass.objects.filter(year=2026).first().pk}/remove/"  # type: ignore[union-attr]
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": " "}).status_code == 422
    browser.post(address, {"reason": "多开了一个班"})
    assert SchoolClass.objects.filter(year=2026).count() == 1
    assert browser.get(f"/units/{school.pk}/?year=99999999999999").status_code == 200


def test_the_search_suggests_with_the_place(director: Post, browser_of: Callable[[Post], Client], school: Unit) -> None:
    browser = browser_of(director)
    assert "湖北省宜昌市夷陵区小溪塔街道" in browser.get("/units/search/?q=xxt&kind=school&within=420506").content.decode()
    assert browser.get("/units/search/?field=s&s=小溪&format=json").json()["units"][0]["id"] == str(school.pk)


class ChooseForm(forms.Form):
    school = UnitField(within=COUNTY, kind="school")


@pytest.mark.parametrize(("text", "error"), [("小溪塔街道中心小学", ""), ("xxt", ""), ("外星小学", "没有找到"), ("", "请填写")])
def test_the_picker_takes_a_choice_or_reads_what_was_typed(school: Unit, text: str, error: str) -> None:
    form = ChooseForm({"school": text, "school_code": ""})
    assert form.is_valid() is (not error)
    if error:
        assert error in str(form.errors["school"])
    else:
        assert form.cleaned_data["school"] == school


def test_the_picker_asks_which_where_several_begin_alike(school: Unit, places: dict[int, Place]) -> None:
    other = actions.add_unit(kind="school", name="小溪塔初级中学", place=places[VILLAGE], stages=["junior"], by=None)
    assert "请从中选择" in str(ChooseForm({"school": "小溪塔"}).errors["school"])
    assert ChooseForm({"school": "小溪塔", "school_code": str(other.pk)}).is_valid()
    assert 'value="小溪塔初级中学"' in str(ChooseForm(initial={"school": other})["school"])
