"""The page of the list and its suggestions, to everybody who may and may not see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.models import Child
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.tests.make import make_child, years_ago
from tongxing.ground.models import Grant
from tongxing.ground.today import today

pytestmark = pytest.mark.django_db
LIST = "/children/"
type Browser = Callable[[Post], Client]


@pytest.fixture
def child(places: object) -> Child:
    make_child(name="邻村娃", place=NEXT_VILLAGE)
    return make_child(name="张子轩", born=years_ago(9), schooling=NewSchooling(stage="primary", school_name="中心小学", grade=3, class_name="三年级2班"))


def page(browser: Client, address: str = LIST) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(html: str) -> list[str]:
    """The names in the rows."""
    return re.findall(r'class="main"[^>]*>([^<]+)<', html)


def test_the_director_of_the_village_sees_the_child(child: Child, director: Post, browser_of: Browser) -> None:
    assert shown(page(browser_of(director))) == ["张子轩"]


def test_an_official_of_the_county_sees_both_villages(child: Child, officer: Post, browser_of: Browser) -> None:
    assert shown(page(browser_of(officer))) == ["邻村娃", "张子轩"]


def test_the_director_of_the_next_village_does_not(child: Child, next_director: Post, browser_of: Browser) -> None:
    browser = browser_of(next_director)
    assert shown(page(browser)) == ["邻村娃"]
    for address in ("?q=zzx", "?q=张子轩", f"?place_code={VILLAGE}", f"?after={child.id}", "?state=all", "suggest/?q=zzx", "suggest/?q=张子"):
        html = page(browser, LIST + address)
        assert "张子轩" not in html.replace('value="张子轩"', "").replace("搜索：张子轩", ""), address
        assert "中心小学" not in html, address


def test_a_stranger_is_asked_to_sign_in(child: Child) -> None:
    for name in ("list", "suggest", "export", "save_filter"):
        answer = Client().get(reverse(f"children:{name}"))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("role", ["auditor", "security_admin", "system_admin"])
def test_administrators_see_no_children(role: str, child: Child, browser_of: Browser) -> None:
    post = make_post(role, 420506000000)
    for name in ("list", "suggest", "export"):
        assert browser_of(post).get(reverse(f"children:{name}")).status_code == 403


def test_names_are_in_full_to_those_who_work_with_the_children(child: Child, director: Post, supervisor: Post, officer: Post, browser_of: Browser) -> None:
    for post in (director, supervisor, officer):
        assert "张子轩" in shown(page(browser_of(post)))
        assert "张子轩" in page(browser_of(post), LIST + "suggest/?q=zzx")


@pytest.mark.parametrize(("role", "place"), [("city_officer", 420500000000), ("province_officer", 420000000000)])
def test_names_are_masked_to_others(role: str, place: int, child: Child, browser_of: Browser) -> None:
    browser = browser_of(make_post(role, place))
    for html in (page(browser), page(browser, LIST + "suggest/?q=zzx"), page(browser, LIST + "?q=zzx")):
        assert "张*轩" in html
        assert "张子轩" not in html


def test_a_teacher_sees_the_granted_child_alone(child: Child, browser_of: Browser) -> None:
    teacher = make_post("teacher", 420506000000)
    browser = browser_of(teacher)
    assert shown(page(browser)) == []
    assert "授权给您" in page(browser)
    Grant.objects.create(post_id=teacher.id, child_id=child.id, cause="class", since=today())
    assert shown(page(browser)) == ["张子轩"]
    assert "张子轩" in page(browser, LIST + "suggest/?q=zzx")


@pytest.mark.parametrize("role", ["teacher", "department", "social_worker"])
def test_a_name_reads_in_the_list_as_in_the_file(role: str, child: Child, browser_of: Browser) -> None:
    """Whoever was granted the child calls it by its name in both; a colleague without the grant sees it in neither."""
    granted, colleague = browser_of(make_post(role, 420506000000)), browser_of(make_post(role, 420506000000, name="同事"))
    Grant.objects.create(post_id=Post.objects.exclude(person__name="同事").get(role=role).id, child_id=child.id, cause="class", since=today())
    for address in (LIST, f"{LIST}?q=zzx", f"{LIST}suggest/?q=zzx", f"{LIST}{child.id}/"):
        assert "张子轩" in page(granted, address), address
    assert shown(page(colleague)) == []
    assert "张子轩" not in page(colleague, f"{LIST}suggest/?q=zzx")
    assert colleague.get(f"{LIST}{child.id}/").status_code == 404


def test_a_category_that_waits_is_no_recognised_one(director: Post, officer: Post, browser_of: Browser) -> None:
    make_child(name="王一", by=director, categories=(NewCategory(scheme="state", kind="poverty", reason="父亲失业"),))
    make_child(name="王二", categories=(NewCategory(scheme="state", kind="poverty", reason="父亲失业"),))
    browser = browser_of(officer)
    html = page(browser)
    label = codes.SCHEMES["state"].kinds.text("poverty")
    assert re.search(rf'tone-amber">[^·]*{label} · 待审', html)
    assert len(re.findall(rf'tone-blue">[^·]*{label}</span>', html)) == 1
    counts = {word: number for number, word in re.findall(r"<b>(\d+)\+?</b><span>([^<]+)</span>", html)}
    assert (counts["困境（已认定）"], counts["困境（待审）"]) == ("1", "1")
    assert shown(page(browser, LIST + "?category=confirmed")) == ["王二"]
    assert shown(page(browser, LIST + "?category=waiting")) == ["王一"]


def test_the_number_on_the_card_finds_the_file_in_its_scope(child: Child, director: Post, officer: Post, next_director: Post, browser_of: Browser) -> None:
    number = f"{VILLAGE}-{child.id.hex[-6:].upper()}"
    assert number in page(browser_of(director), f"{LIST}{child.id}/")
    for word in (number, number[-6:], number.lower()):
        for post in (director, officer):
            assert shown(page(browser_of(post), f"{LIST}?q={word}")) == ["张子轩"], word
            assert "张子轩" in page(browser_of(post), f"{LIST}suggest/?q={word}")
        assert shown(page(browser_of(next_director), f"{LIST}?q={word}")) == []
        assert "张子轩" not in page(browser_of(next_director), f"{LIST}suggest/?q={word}")


def test_a_director_without_a_record_check_sees_no_children(child: Child, browser_of: Browser) -> None:
    assert browser_of(make_post("child_director", VILLAGE, checked=False)).get(LIST).status_code == 403


def test_no_id_number_and_no_phone_is_in_a_list(child: Child, officer: Post, browser_of: Browser) -> None:
    from tongxing.children.tests.make import away, id_number

    born = years_ago(8)
    number = id_number(born)
    make_child(name="王一", born=born, id_number=number, relatives=(away("51", "王父", today().replace(year=today().year - 1), phone="13812345678"),))
    html = page(browser_of(officer)) + page(browser_of(officer), LIST + "suggest/?q=wy")
    assert "王一" in html
    assert number not in html
    assert "13812345678" not in html


def test_restricted_and_discreet_categories_are_in_no_row(child: Child, officer: Post, browser_of: Browser) -> None:
    categories = (NewCategory(scheme="guangdong", kind="hiv"), NewCategory(scheme="laohekou", kind="maltreated"), NewCategory(scheme="laohekou", kind="poverty"))
    make_child(name="王一", categories=categories)
    rows = page(browser_of(officer)).partition("<tbody>")[2]
    assert "生活贫困" in rows
    assert "艾滋" not in page(browser_of(officer))
    assert "受家暴" not in rows


WRONG = [
    "?q=" + "x" * 10_000,
    "?q=%00",
    "?q=%F0%9F%98%80",
    "?q=%25",
    "?q=%C0%AF",
    "?status=1&sex=2&stage=3&age_from=x&age_to=-1&state=y&place=z&complete_below=0",
    "?after=x",
    "?after=%00",
    "?before=00000000-0000-0000-0000-000000000000",
    "?after=&before=",
    "?size=7000",
    "?sort=scope_place",
    "?sort=-1%27",
    "?sex=1&sex=2&sex=%00",
    "?unknown=1&scope_place=420000000000",
]


@pytest.mark.parametrize("query", WRONG)
def test_no_address_is_an_error_page(query: str, child: Child, director: Post, browser_of: Browser) -> None:
    browser = browser_of(director)
    assert "邻村娃" not in page(browser, LIST + query)
    assert "邻村娃" not in page(browser, LIST + "suggest/" + query)


def test_what_is_typed_is_text_wherever_it_is_shown(child: Child, officer: Post, browser_of: Browser) -> None:
    for where in ("", "suggest/"):
        html = page(browser_of(officer), f'{LIST}{where}?q=<script>alert(1)</script>&place=<b>x</b>&school="><img>')
        assert "<script>alert" not in html
        assert "<b>x</b>" not in html
        assert '"><img>' not in html


def test_filters_stand_in_the_address_and_as_chips(child: Child, officer: Post, browser_of: Browser) -> None:
    html = page(browser_of(officer), LIST + "?stage=primary&age_from=6&q=zzx")
    assert shown(html) == ["张子轩"]
    for chip in ("就学情况：小学", "年龄从：6周岁", "搜索：zzx", "清空条件"):
        assert chip in html
    assert 'href="?q=zzx&amp;age_from=6"' in html  # without the stage
    assert '<option value="primary" selected>' in html


def test_pages_follow_each_other_forth_and_back(officer: Post, browser_of: Browser) -> None:
    for number in range(45):
        make_child(name=f"王{'一二三四五六七八九'[number % 9]}{'甲乙丙丁戊'[number // 9]}")
    browser = browser_of(officer)
    seen: list[str] = []
    html = page(browser)
    while True:
        seen += shown(html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        if not following:
            break
        html = page(browser, LIST + following[1].replace("&amp;", "&"))
    assert len(seen) == len(set(seen)) == 45
    back = re.search(r'rel="prev" href="([^"]+)"', html)
    assert back
    assert shown(page(browser, LIST + back[1].replace("&amp;", "&"))) == seen[20:40]
    assert "共 <b>45</b> 条" in html


def test_an_empty_list_says_what_to_do(officer: Post, browser_of: Browser) -> None:
    assert "还没有登记儿童" in page(browser_of(officer))
    html = page(browser_of(officer), LIST + "?sex=1")
    assert "没有符合条件的儿童" in html
    assert "清空条件" in html


def test_the_list_costs_the_same_number_of_queries_for_one_child_and_for_many(officer: Post, browser_of: Browser, django_assert_max_num_queries: Any) -> None:
    browser = browser_of(officer)
    for number in range(25):
        make_child(name=f"王{'一二三四五'[number % 5]}{'甲乙丙丁戊'[number // 5]}", categories=(NewCategory(scheme="suxian", kind="hardship"),))
    with django_assert_max_num_queries(24) as captured:
        page(browser, LIST + "?q=wang&sex=1&category=any&size=20")
    assert len(captured.captured_queries) <= 24


def test_a_list_is_no_read_of_a_file(child: Child, officer: Post, browser_of: Browser) -> None:
    from django.db import connection

    page(browser_of(officer))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tongxing.audit_lo', '0', true), set_config('tongxing.audit_hi', '999999999999', true)")
        cursor.execute("SELECT count(*) FROM journal_access")
        assert cursor.fetchone() == (0,)
