"""A child on the street (YC-5): searched and matched, family found, brought home; counselling, medical and legal aid in one tap."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.people import NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child, seen_by, years_ago
from tongxing.ground import scope
from tongxing.journal.models import Access
from tongxing.protection import actions
from tongxing.protection.actions import street
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Line, Task
from tongxing.protection.tests.make import case_of, make_contact, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browsers = Callable[[Post], Client]


@pytest.fixture
def case(supervisor: Post, officer: Post) -> Case:
    report = make_report(by=None, channel="public", situation="street", place=VILLAGE, words="车站有个孩子没有人带")
    return actions.advance(case=case_of(report), act="receive", by=officer)


def lines_of(case: Case) -> list[str]:
    with scope.whole_country(why="a test looks at everything"):
        return list(Line.objects.filter(case=case).order_by("at", "id").values_list("verb", flat=True))


@pytest.mark.req("YC-5a")
def test_a_child_on_the_street_is_searched_matched_and_brought_home(case: Case, officer: Post, next_director: Post, browser_of: Browsers):
    child = make_child(name="覃雨桐", place=NEXT_VILLAGE, born=years_ago(9))
    browser, address = browser_of(officer), f"/cases/{case.pk}/street/"
    actions.start_branch(case=case, branch="street", by=officer)
    browser.post(f"{address}describe/", {"sex": "1", "youngest": "8", "oldest": "10", "name": "雨桐", "clothing": "蓝色棉衣"})
    assert "蓝色棉衣" in browser.get(address).content.decode()
    refused = browser.post(address, {"name": "覃雨桐", "why": ""})
    assert refused.status_code == 422
    page = browser.post(address, {"name": "覃雨桐", "youngest": "8", "oldest": "10", "why": "车站发现的孩子自报姓名"}).content.decode()
    assert "覃*桐" in page
    assert "兴安社区" not in page
    with scope.whole_country(why="the test reads the access log"):
        assert Access.objects.filter(by=officer.person_id, why="车站发现的孩子自报姓名").exists()
    token = re.search(r'name="chosen" value="([^"]+)"', page)
    assert token
    browser.post(f"{address}choose/", {"chosen": token[1]})
    with seen_by(next_director):
        assert Case.objects.get(pk=case.pk).children.get().child_id == child.pk
    browser.post(f"{address}family_found/", {"who": "奶奶覃秀英", "how": "村委会视频辨认"})
    browser.post(f"{address}escorted/", {"who": "周局长、王警官", "how": "D5811 次", "to": "兴安社区"})
    browser.post(f"{address}handed_home/", {"kind": "family", "receiver": "奶奶覃秀英", "words": "身体健康"})
    assert [verb for verb in lines_of(case) if verb in street.STEPS] == ["street_searched", "street_matched", "family_found", "escorted", "handed_home"]
    with scope.whole_country(why="a test looks at everything"):
        assert set(Task.objects.filter(case=case, done_at__isnull=False).values_list("step", flat=True)) >= set(street.STEPS.values())
    assert "奶奶覃秀英" in browser.get(f"{address}receipt/").content.decode()


@pytest.mark.req("YC-5b")
def test_the_green_channel_is_one_tap_each(case: Case, officer: Post, browser_of: Browsers):
    justice, health = make_contact("justice", "夷陵区司法局"), make_contact("health", "夷陵区卫健局")
    for measure in street.GREEN:
        browser_of(officer).post(f"/cases/{case.pk}/street/green/{measure}/")
        browser_of(officer).post(f"/cases/{case.pk}/street/green/{measure}/")
    with scope.whole_country(why="a test looks at everything"):
        given = dict(Task.objects.filter(case=case, kind="measure").values_list("step", "owner"))
    assert set(given) == {"counselling", "medical", "legal_aid"}
    assert given["legal_aid"] == justice.pk
    assert given["medical"] == health.pk


def test_a_missing_child_of_elsewhere_is_a_candidate(case: Case, officer: Post, browser_of: Browsers):
    child = make_child(name="张子轩", place=NEXT_VILLAGE, born=years_ago(12))
    make_report(by=None, channel="public", situation="missing", place=NEXT_VILLAGE, child_id=child.pk)
    page = browser_of(officer).post(f"/cases/{case.pk}/street/", {"youngest": "11", "why": "与失踪个案比对"}).content.decode()
    assert "张*轩" in page
    assert "有人在找" in page


def test_three_people_and_a_stranger(case: Case, officer: Post, supervisor: Post, director: Post, next_director: Post, browser_of: Browsers):
    gone = make_post("county_officer", 420506000000, name="别的干部")
    for post, status in ((officer, 200), (supervisor, 200), (gone, 200), (director, 403), (next_director, 403)):
        assert browser_of(post).get(f"/cases/{case.pk}/street/").status_code == status
    other = make_report(by=None, channel="public", situation="missing", place=VILLAGE)
    assert browser_of(officer).get(f"/cases/{other.case_id}/street/").status_code == 404
    assert Client().get(f"/cases/{case.pk}/street/")["Location"].startswith("/sign-in/")


def test_a_candidate_is_chosen_for_its_own_case_alone(case: Case, officer: Post):
    child = make_child(name="张子轩", place=NEXT_VILLAGE)
    other = case_of(make_report(by=None, channel="public", situation="street", place=NEXT_VILLAGE, words="另一个"))
    for wrong in ("", "nonsense", street.token(other, child.pk)):
        with pytest.raises(ProtectionError):
            street.choose(case=case, chosen=wrong, by=officer)
