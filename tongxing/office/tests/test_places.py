"""The pages of places: the tree, the search, the picker, a county's newer list, mergers."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_place, make_post
from tongxing.accounts.models import Post
from tongxing.places import actions
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField
from tongxing.places.lists import EDITION, Listed, PlaceList
from tongxing.places.models import Place, Succession, Upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

LIST = "代码,名称\n42,湖北省\n420506001,小溪塔街道\n420506001001,冯家湾村村民委员会\n420506001090,梅子垭村村民委员会\n420502001,西陵街道\n4205060010,坏\n"


@pytest.fixture
def admin(places: object) -> Post:
    return make_post("system_admin", COUNTY, name="赵系统")


@pytest.fixture
def at(admin: Post, browser_of: Callable[[Post], Client]) -> Client:
    return browser_of(admin)


def upload(at: Client, content: str = LIST, **fields: str) -> object:
    return at.post("/places/upload/", {"file": SimpleUploadedFile("夷陵.csv", content.encode()), "on": "2025-03-01", **fields}, follow=True)


def test_the_tree_starts_at_the_own_place_and_leads_down_to_the_village(at: Client) -> None:
    page = at.get("/places/", follow=True)
    assert page.redirect_chain[-1][0] == f"/places/{COUNTY}/"
    assert "小溪塔街道" in page.content.decode()
    assert "冯家湾社区" in at.get(f"/places/{TOWNSHIP}/").content.decode()
    assert "下面没有单位" in at.get(f"/places/{VILLAGE}/").content.decode()


def test_a_director_reads_places_and_changes_none(director: Post, browser_of: Callable[[Post], Client]) -> None:
    browser = browser_of(director)
    page = browser.get(f"/places/{TOWNSHIP}/").content.decode()
    assert "兴安社区" in page
    assert "撤并" not in page
    assert "上传" not in page
    assert browser.get("/places/upload/").status_code == 403
    assert browser.get(f"/places/merge/?old={VILLAGE}").status_code == 403


def test_a_stranger_is_sent_to_sign_in() -> None:
    assert Client().get("/places/search/?q=feng").status_code == 302


def test_a_place_that_is_not_there(at: Client) -> None:
    assert at.get("/places/999999999999/").status_code == 404
    assert at.get(f"/places/{10**30}/").status_code == 404


@pytest.mark.parametrize("query", ["?q=fjw", "?q=冯家湾&closed=1", "?size=20&after=420506001001", "?before=420506001002&size=x&after=y"])
def test_the_list_is_filtered_and_paged(at: Client, query: str) -> None:
    assert at.get(f"/places/{TOWNSHIP}/{query}").status_code == 200


def test_the_search_suggests_with_full_paths_within_a_range(at: Client) -> None:
    assert "湖北省宜昌市夷陵区小溪塔街道冯家湾社区" in at.get("/places/search/?q=fjw").content.decode()
    found = at.get("/places/search/?field=village&village=xing&within=420506&levels=5&format=json").json()["places"]
    assert found == [{"code": "420506001002", "name": "兴安社区", "full_name": "湖北省宜昌市夷陵区小溪塔街道兴安社区", "level": 5}]
    assert at.get("/places/search/?q=fjw&within=nonsense&levels=9,x").status_code == 200
    assert at.get("/places/search/?q=xing&within=420502&format=json").json() == {"places": []}


def test_the_export_can_be_uploaded_again_and_changes_nothing(at: Client) -> None:
    book = at.get(f"/places/{COUNTY}/export/").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["夷陵区", "小溪塔街道", "冯家湾社区", "兴安社区"]
    page = at.post("/places/upload/", {"file": SimpleUploadedFile("夷陵.xlsx", book), "on": "2025-03-01", "complete": "on"}, follow=True).content.decode()
    assert "没有需要变更的内容" in page


def test_a_list_is_previewed_before_it_holds(at: Client) -> None:
    page = upload(at, complete="on").content.decode()  # type: ignore[attr-defined]
    for words in ("梅子垭村村民委员会", "冯家湾社区 → 冯家湾村村民委员会", "兴安社区", "不在您的辖区", "应为2、4、6、9或12位"):
        assert words in page
    assert not Place.objects.filter(code=420506001090).exists()
    staged = Upload.objects.get()
    done = at.post(f"/places/upload/{staged.id}/", follow=True)
    assert "新增1个，更名1个，撤销1个" in done.content.decode()
    assert Place.objects.get(code=NEXT_VILLAGE).valid_until is not None
    assert "已生效" in at.get(f"/places/upload/{staged.id}/").content.decode()


def test_an_upload_belongs_to_the_post_that_made_it(at: Client, browser_of: Callable[[Post], Client]) -> None:
    upload(at)
    other = browser_of(make_post("system_admin", COUNTY, name="钱系统"))
    assert other.get(f"/places/upload/{Upload.objects.get().id}/").status_code == 404


@pytest.mark.parametrize(("name", "content", "says"), [("a.exe", b"MZ", "不支持"), ("a.csv", b"", "文件是空的|所提交的是空文件|空"), ("a.xlsx", b"zip", "不是可以读取的表格文件")])
def test_a_file_that_is_no_list_is_refused(at: Client, name: str, content: bytes, says: str) -> None:
    page = at.post("/places/upload/", {"file": SimpleUploadedFile(name, content), "on": "2025-03-01"})
    assert page.status_code == 422
    assert any(word in page.content.decode() for word in says.split("|"))


def test_villages_merge_into_one_of_them(at: Client) -> None:
    url = f"/places/merge/?old={VILLAGE}&old={NEXT_VILLAGE}"
    assert "保留“冯家湾社区”" in at.get(url).content.decode()
    page = at.post(url, {"into": str(VILLAGE), "on": "2025-03-01", "reason": "夷政发〔2025〕3号"}, follow=True).content.decode()
    assert "已合并为" in page
    assert "夷政发〔2025〕3号" in page
    assert Succession.objects.get().old_id == NEXT_VILLAGE


def test_villages_merge_into_a_new_one(at: Client) -> None:
    url = f"/places/merge/?old={VILLAGE}&old={NEXT_VILLAGE}"
    wrong = at.post(url, {"into": "new", "code": "420502001001", "name": "", "on": "2025-03-01", "reason": "批复"})
    assert wrong.status_code == 422
    assert "新代码不在您的辖区" in wrong.content.decode()
    at.post(url, {"into": "new", "code": "420506001090", "name": "东兴社区居民委员会", "on": "2025-03-01", "reason": "批复"})
    assert set(Succession.objects.values_list("old_id", "new_id")) == {(VILLAGE, 420506001090), (NEXT_VILLAGE, 420506001090)}


def test_a_village_merges_into_another_chosen_by_the_picker(at: Client) -> None:
    url = f"/places/merge/?old={NEXT_VILLAGE}"
    assert at.post(url, {"into": "other", "other": "", "on": "2025-03-01", "reason": "批复"}).status_code == 422
    at.post(url, {"into": "other", "other": "冯家湾", "other_code": "", "on": "2025-03-01", "reason": "批复"})
    assert Succession.objects.get().new_id == VILLAGE


def test_a_merger_needs_a_reason_and_stays_at_home(at: Client) -> None:
    assert at.post(f"/places/merge/?old={VILLAGE}&old={NEXT_VILLAGE}", {"into": str(VILLAGE), "on": "2025-03-01", "reason": " "}).status_code == 422
    found = PlaceList("", [Listed(1, 420502000000, "西陵区"), Listed(2, 420502001000, "西陵街道")])
    actions.apply_list(found=found, on=EDITION, complete=False, by=None)
    assert at.get("/places/merge/?old=420502001000").status_code == 404
    assert at.get("/places/merge/", follow=True).status_code == 200
    assert not Succession.objects.exists()


class ChooseForm(forms.Form):
    village = PlaceField(within=COUNTY, levels=[Level.VILLAGE])


@pytest.mark.parametrize(
    ("text", "code", "found", "error"),
    [
        ("湖北省宜昌市夷陵区小溪塔街道冯家湾社区", "420506001001", VILLAGE, ""),
        ("", "420506001001", VILLAGE, ""),
        ("小溪塔 兴安", "420506001001", NEXT_VILLAGE, ""),  # typed over after it was chosen
        ("fjw", "", VILLAGE, ""),
        ("冯家湾", "9" * 30, VILLAGE, ""),
        ("", "", None, "请填写"),
        ("外星", "", None, "没有找到“外星”"),
        ("小溪塔街道", "420506001000", None, "这里应填村级"),
        ("420506001", "", None, "这里应填村级"),
    ],
)
def test_the_picker_takes_a_choice_or_reads_what_was_typed(text: str, code: str, found: int | None, error: str) -> None:
    form = ChooseForm({"village": text, "village_code": code})
    assert form.is_valid() is (found is not None)
    if found:
        assert form.cleaned_data["village"].code == found
    else:
        said = " ".join(map(str, form.errors["village"]))
        assert any(word in said for word in error.split("|")), said


def test_the_picker_shows_what_was_chosen() -> None:
    make_place(VILLAGE, "冯家湾社区")
    shown = str(ChooseForm(initial={"village": VILLAGE})["village"])
    assert 'value="湖北省宜昌市夷陵区小溪塔街道冯家湾社区"' in shown
    assert 'value="420506001001"' in shown


def test_a_code_of_five_thousand_digits_is_no_code(at: Client) -> None:
    assert at.get(f"/places/merge/?old={'9' * 4_500}").status_code == 302
