"""The pages of a child's file, as three people and a stranger meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import NEXT_VILLAGE, make_post
from tongxing.accounts.actions import posts
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.models import Child, Leave, Relative
from tongxing.children.new import NewCategory, NewRelative, NewSchooling
from tongxing.children.queries.files import file
from tongxing.children.tests.make import away, befallen, both_away, id_number, make_child, make_siblings, seen_by, years_ago
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal.models import Access

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
HTMX = {"HX-Request": "true"}


def reads() -> list[Access]:
    """The whole access log."""
    with transaction.atomic(), scope.whole_country(why="the test reads the access log"):
        return list(Access.objects.order_by("seq"))


def left_behind_child() -> Child:
    relatives = (
        away("51", "张强", date(2024, 3, 1), "广东省东莞市", phone="13812345678"),
        befallen("52", "李梅", "severe_disability", date(2020, 1, 1), more={"disability": "6", "grade": "2"}),
        NewRelative(relation="62", name="王秀英", phone="13712345678", entrusted=True, primary=True),
    )
    born = years_ago(9)
    return make_child(relatives=relatives, born=born, id_number=id_number(born), living_with="grandparents", guardianship="fair")


def test_the_page_says_who_why_and_whom_to_call(director: Post, browser_of: Browsers) -> None:
    child = left_behind_child()
    page = browser_of(director).get(f"/children/{child.id}/").content.decode()
    assert "张子轩" in page
    assert "父亲在广东省东莞市务工 2024-03 起" in page
    assert "母亲在家，无监护能力" in page
    assert 'href="tel:13712345678"' in page
    assert child_number(child)[:6] + child_number(child)[6:14] not in page  # the id number stays masked


def test_the_main_contact_looks_after_the_child_where_the_file_does_not_say_with_whom_it_lives(director: Post, browser_of: Browsers) -> None:
    grandmother = NewRelative(relation="62", name="王秀英", primary=True)
    alone = make_child(relatives=(away("51", "张强", date(2024, 3, 1)), grandmother))
    page = browser_of(director).get(f"/children/{alone.id}/").content.decode()
    assert page.index("王秀英") < page.index("张强")
    assert page.count("照看人") == 1
    assert "缺电话" in page


def child_number(child: Child) -> str:
    with seen_by(None):
        found = file(child.id)
        assert found
        return found.open(found.child, "id_number")


def test_three_people_and_a_stranger(director: Post, officer: Post, next_director: Post, client: Client, browser_of: Browsers) -> None:
    child = left_behind_child()
    address = f"/children/{child.id}/"
    assert browser_of(director).get(address).status_code == 200
    assert browser_of(officer).get(address).status_code == 200
    assert browser_of(next_director).get(address).status_code == 404
    assert client.get(address).status_code == 302
    for part in ("edit/", "confirm/", "unmask/?field=id_number", "relatives/new/", "photo/"):
        assert browser_of(next_director).get(address + part).status_code == 404


def test_who_reads_figures_sees_masked_names_and_no_reasons(places: object, browser_of: Browsers) -> None:
    child = make_child(relatives=(befallen("51", "张强", "imprisoned", date(2023, 1, 1)), away("52", "李梅", date(2024, 1, 1), phone="13812345678")))
    page = browser_of(make_post("city_officer", 420500000000)).get(f"/children/{child.id}/?tab=family").content.decode()
    assert "张子轩" not in page
    assert "张*轩" in page
    assert "服刑" not in page
    assert "李梅" not in page
    assert "13812345678" not in page
    assert "tab=history" not in page


def test_the_page_takes_few_queries(director: Post, browser_of: Browsers) -> None:
    child = make_siblings(3, relatives=both_away(date(2024, 3, 1)))[0]
    browser = browser_of(director)
    browser.get(f"/children/{child.id}/")
    with CaptureQueriesContext(connection) as caught:
        browser.get(f"/children/{child.id}/")
    asked = [query["sql"] for query in caught.captured_queries if query["sql"].startswith("SELECT") and "set_config" not in query["sql"]]
    assert len(asked) <= 16, "\n".join(asked)  # one for each panel that an app adds, and for what the frame counts


def test_a_value_in_full_is_asked_for_with_a_reason_and_logged(director: Post, browser_of: Browsers) -> None:
    child = left_behind_child()
    browser, address = browser_of(director), f"/children/{child.id}/unmask/?field=id_number"
    assert browser.post(address, {"why": ""}, headers=HTMX).status_code == 422
    assert browser.post(address, {"why": "other"}, headers=HTMX).status_code == 422
    shown = browser.post(address, {"why": "check"}, headers=HTMX)
    assert child_number(child) in shown.content.decode()
    last = reads()[-1]
    assert (last.outcome, last.what, last.why) == ("unmasked", ["身份证号"], "核对证件、户籍")


def test_a_field_that_is_not_protected_cannot_be_unmasked(director: Post, browser_of: Browsers) -> None:
    child = left_behind_child()
    assert browser_of(director).get(f"/children/{child.id}/unmask/?field=household_id").status_code == 404
    assert browser_of(director).get(f"/children/{child.id}/unmask/?field=x:phone").status_code == 404


REGISTRATION = {
    "identity-name": "覃雨",
    "identity-sex": "2",
    "identity-born": "2018-05-06",
    "identity-registration": "none",
    "home-place": "湖北省宜昌市夷陵区小溪塔街道冯家湾社区",
    "home-living_with": "grandparents",
    "father-situation": "away",
    "father-name": "覃勇",
    "father-where": "浙江省宁波市",
    "father-since": "2023-02",
    "mother-situation": "befell",
    "mother-name": "何芳",
    "mother-kind": "no_capacity",
    "carer-relation": "62",
    "carer-name": "田秀",
    "carer-phone": "13712345678",
    "carer-entrusted": "on",
    "carer-guardianship": "fair",
    "school-stage": "primary",
    "school-grade": "2",
}


def test_a_child_is_registered_and_sent_for_approval(director: Post, browser_of: Browsers) -> None:
    answer = browser_of(director).post("/children/new/", REGISTRATION | {"submit": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    with seen_by(director):
        child = Child.objects.get(name="覃雨")
        assert child.state == "submitted"
        assert child.left_behind_since == date(2023, 2, 1)
        assert Relative.objects.get(child=child, relation="62").entrusted


def test_what_is_wrong_with_a_registration_is_said_at_its_field(director: Post, browser_of: Browsers) -> None:
    wrong = REGISTRATION | {"identity-name": "覃雨8", "father-phone": "1381234", "father-since": "", "identity-born": "2031-01-01"}
    answer = browser_of(director).post("/children/new/", wrong)
    assert answer.status_code == 422
    said = {field: sentence for _label, field, sentence in answer.context["form"].errors}
    assert set(said) == {"id_identity-name", "id_father-phone", "id_father-since"}
    assert "不能用的字符" in said["id_identity-name"]
    page = answer.content.decode()
    assert 'value="何芳"' in page  # nothing typed is lost


def test_what_the_register_itself_refuses_is_said_at_its_field(director: Post, browser_of: Browsers) -> None:
    born = date(2018, 5, 6)
    number = id_number(born, sex="1")
    answer = browser_of(director).post("/children/new/", REGISTRATION | {"identity-registration": "registered", "identity-id_number": number})
    assert [field for _label, field, _sentence in answer.context["form"].errors] == ["id_identity-sex"]


def test_a_child_that_may_be_there_already_is_asked_about(director: Post, browser_of: Browsers) -> None:
    make_child(name="覃雨", born=date(2018, 5, 6))
    browser = browser_of(director)
    asked = browser.post("/children/new/", REGISTRATION)
    assert asked.status_code == 422
    assert "可能是同一个孩子" in asked.content.decode()
    assert browser.post("/children/new/", REGISTRATION | {"no_duplicate": "1"}).status_code == 302


def test_two_tabs_lose_nothing(director: Post, supervisor: Post, browser_of: Browsers) -> None:
    child = make_child(income=["farming"])
    mine, theirs = browser_of(director), browser_of(supervisor)
    address = f"/children/{child.id}/edit/"
    sent = {"name": "张子轩", "sex": "1", "born": child.born.isoformat(), "registration": "unknown", "income": ["farming"], "version": str(child.version)}
    sent["opened"] = mine.get(address).context["form"].opened
    assert theirs.post(address, sent | {"ethnic_group": "15"}).status_code == 302
    stale = mine.post(address, sent | {"health": "healthy"})
    assert stale.status_code == 422
    assert "陈督导" in stale.content.decode()
    assert "民族" in stale.content.decode()
    assert mine.post(address, sent | {"health": "healthy", "version": str(stale.context["version"])}).status_code == 302
    with seen_by(None):
        now = Child.objects.get(pk=child.pk)
        assert (now.ethnic_group, now.health) == ("15", "healthy")


def test_a_protected_value_left_empty_stays(director: Post, browser_of: Browsers) -> None:
    child = left_behind_child()
    number = child_number(child)
    sent = {"name": "张子轩", "sex": "1", "born": child.born.isoformat(), "registration": "registered", "health": "healthy", "version": str(child.version)}
    page = browser_of(director).get(f"/children/{child.id}/edit/").content.decode()
    assert number not in page
    assert browser_of(director).post(f"/children/{child.id}/edit/", sent).status_code == 302
    assert child_number(child) == number


def test_a_file_is_returned_with_words_and_approved(director: Post, supervisor: Post, browser_of: Browsers) -> None:
    child = make_child(state="submitted", by=director)
    above, below = browser_of(supervisor), browser_of(director)
    assert above.post(f"/children/{child.id}/life/return/", {"comment": ""}, headers=HTMX).status_code == 422
    assert above.post(f"/children/{child.id}/life/return/", {"comment": "缺母亲电话"}, headers=HTMX).status_code == 204
    assert "缺母亲电话" in below.get(f"/children/{child.id}/").content.decode()
    assert below.post(f"/children/{child.id}/life/submit/", {"comment": ""}, headers=HTMX).status_code == 204
    assert below.get(f"/children/{child.id}/life/approve/").status_code == 404
    assert "这份档案还缺" in above.get(f"/children/{child.id}/life/approve/").content.decode()
    assert above.post(f"/children/{child.id}/life/approve/", {}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert Child.objects.get(pk=child.pk).state == "current"


def test_a_deputy_stands_beside_the_holder(director: Post, next_director: Post, supervisor: Post, browser_of: Browsers) -> None:
    child = make_child()
    posts.deputise(principal=director, person=next_director.person, since=today(), last=today(), by=supervisor)
    page = browser_of(director).get(f"/children/{child.id}/").content.decode()
    assert director.person.name in page
    assert "代理儿童主任" in page
    home = browser_of(next_director).get("/").content.decode()
    assert f"您还代理{director.person.name}的岗位" in home


def test_the_history_says_whose_and_why(director: Post, browser_of: Browsers) -> None:
    child = make_child(relatives=(NewRelative(relation="51", name="张强"),))
    with seen_by(director):
        father = Relative.objects.get(child=child)
        actions.change_relative(relative_id=father.id, fields={"phone": "13812345678"}, by=director)
        actions.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="随祖母居住", by=director)
    page = browser_of(director).get(f"/children/{child.id}/?tab=history").content.decode()
    assert "父亲 张强" in page
    assert "随祖母居住" in page
    assert str(NEXT_VILLAGE) not in page.split("变更历史")[-1]


def test_only_the_county_is_offered_a_restricted_category(director: Post, officer: Post, browser_of: Browsers) -> None:
    child = make_child()
    offered = [browser_of(post).get(f"/children/{child.id}/categories/new/").content.decode() for post in (director, officer)]
    assert ["感染艾滋病" in page or "hiv" in page for page in offered] == [False, True]


def test_nothing_changed_is_one_dialog_for_the_household(director: Post, browser_of: Browsers) -> None:
    children = make_siblings(2, relatives=(NewRelative(relation="62", name="王秀英"),))
    with transaction.atomic(), scope.whole_country(why="the last confirmation is long ago"):
        Child.objects.update(confirmed_on=date(2020, 1, 1))
    address = f"/children/{children[0].id}/confirm/"
    assert "张二" in browser_of(director).get(address).content.decode()
    assert browser_of(director).post(address, {"asked": "祖母 王秀英", "household": "on"}, headers=HTMX).status_code == 204
    with seen_by(None):
        assert {child.confirmed_on for child in Child.objects.all()} == {today()}


def test_a_parent_leaves_and_comes_home(director: Post, browser_of: Browsers) -> None:
    child = make_child(relatives=(NewRelative(relation="51", name="张强"), away("52", "李梅", date(2024, 1, 1))))
    browser = browser_of(director)
    with seen_by(None):
        father = Relative.objects.get(child=child, relation="51")
    absent = browser.post(f"/children/{child.id}/relatives/{father.id}/absence/", {"where_text": "武汉市", "purpose": "work", "since": "2024-02"}, headers=HTMX)
    assert absent.status_code == 204
    with seen_by(None):
        found = file(child.id)
        assert found
        assert found.child.left_behind_since == date(2024, 2, 1)
        mothers = next(row for row in found.absences if row.relative_id != father.id)
    home = browser.post(f"/children/{child.id}/absences/{mothers.id}/end/", {"on": today().isoformat(), "returned": "for_good"}, headers=HTMX)
    assert home.status_code == 204
    assert "非留守" in browser.get(f"/children/{child.id}/").content.decode()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("guardianship/", {"kind": "good", "since": "2024-03-01"}),
        ("schooling/", {"stage": "primary", "grade": "4", "school_name": "小溪塔小学", "since": "2025-09-01"}),
        ("residence/", {"living_with": "grandparents", "since": "2099-01-01"}),
        ("relatives/new/", {"relation": "61", "name": "张大山", "phone": "13712345678"}),
        ("categories/new/", {"kind": "state.poverty", "since": "2025-01-01", "reason": "父亲失业"}),
        ("determinations/new/", {"status": "left_behind", "holds": "1", "since": "2025-01-01", "reason": "母亲长期住院"}),
        ("consents/photo/", {"given_by": "王秀英(祖母)", "refused": "0"}),
    ],
)
def test_each_dialog_opens_and_does_its_act(path: str, sent: dict[str, str], director: Post, browser_of: Browsers) -> None:
    child = make_child(schooling=NewSchooling(stage="primary", grade=3, since=date(2024, 9, 1)))
    browser, address = browser_of(director), f"/children/{child.id}/{path}"
    assert browser.get(address, headers=HTMX).status_code == 200
    assert browser.get(address).status_code == 200
    answer = browser.post(address, sent, headers=HTMX)
    if sent.get("since", "") > today().isoformat():
        assert answer.status_code == 422
    else:
        assert answer.status_code == 204, answer.content.decode()
    for tab in ("facts", "family", "school", "health", "categories", "documents", "history"):
        assert browser.get(f"/children/{child.id}/?tab={tab}").status_code == 200


def test_a_category_goes_up_the_levels_in_dialogs(director: Post, supervisor: Post, officer: Post, browser_of: Browsers) -> None:
    child = make_child(by=director, categories=(NewCategory(scheme="state", kind="poverty", reason="父亲失业"),))
    with seen_by(None):
        found = file(child.id)
        assert found
        address = f"/children/{child.id}/categories/{found.categories[0].id}/"
    assert browser_of(director).get(address).status_code == 403
    for post in (supervisor, officer):
        assert browser_of(post).post(address, {"yes": "1"}, headers=HTMX).status_code == 204
    with seen_by(None):
        found = file(child.id)
        assert found
        assert found.categories[0].state == "confirmed"


def test_an_ended_file_is_read_and_not_changed(director: Post, browser_of: Browsers) -> None:
    child = make_child(state="ended")
    browser = browser_of(director)
    page = browser.get(f"/children/{child.id}/").content.decode()
    assert "已退出" in page
    assert "登记变化" not in page
    assert browser.get(f"/children/{child.id}/edit/").status_code == 404


@pytest.mark.parametrize(("page", "sent", "status"), [("?tab=history&before=" + "9" * 4_500, None, 200), ("edit/", {"version": "9" * 5_000}, 422)])
def test_numbers_that_no_page_wrote_are_no_error(page: str, sent: dict[str, str] | None, status: int, director: Post, browser_of: Browsers) -> None:
    browser, address = browser_of(director), f"/children/{make_child().id}/{page}"
    assert (browser.get(address) if sent is None else browser.post(address, sent)).status_code == status


@pytest.mark.parametrize("on", ["0001-01-01", "1990-05-01", "2099-01-01", "9999-12-31", "2026-02-30"])
def test_nothing_ends_on_an_impossible_day(on: str, director: Post, browser_of: Browsers) -> None:
    child = make_child(relatives=[NewRelative(relation="62", name="王秀英")], categories=[NewCategory(scheme="state", kind="poverty", since=date(2025, 1, 1))])
    with seen_by(None):
        found = file(child.id)
        assert found
        grandmother, category = found.relatives[0], found.categories[0]
    ended = browser_of(director).post(f"/children/{child.id}/relatives/{grandmother.id}/end/", {"on": on}, headers=HTMX)
    assert ended.status_code == 422
    if on[:4] in ("0001", "9999"):
        assert browser_of(director).post(f"/children/{child.id}/categories/{category.id}/end/", {"on": on, "reason": "脱贫"}, headers=HTMX).status_code == 422
    with seen_by(None):
        found = file(child.id)
        assert found
        assert found.relatives[0].until is None


def test_a_relative_sent_twice_is_there_once(director: Post, browser_of: Browsers) -> None:
    child, browser = make_child(), browser_of(director)
    sent = {"relation": "61", "name": "张大山"}
    answers = [browser.post(f"/children/{child.id}/relatives/new/", sent, headers=HTMX) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [204, 422]
    assert "这个人已经登记在这份档案里" in answers[1].content.decode()


def test_a_leave_sent_twice_is_recorded_once(director: Post, browser_of: Browsers) -> None:
    child, browser = make_child(), browser_of(director)
    sent = {"kind": "summer", "left_on": today().isoformat()}
    answers = [browser.post(f"/children/leaves/new/?child={child.id}", sent, headers=HTMX) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    with seen_by(None):
        assert Leave.objects.filter(child=child).count() == 1
