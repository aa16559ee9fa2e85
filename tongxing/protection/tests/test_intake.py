"""The window's pages: two taps, the receipt, what is added, the word of those who were told, the sheet for the police, the roster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.tests.make import make_child
from tongxing.files import enclosures
from tongxing.files.tests.test_attachments import picture
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import CHINA, now
from tongxing.journal.models import Access
from tongxing.protection import actions, numbering, whom
from tongxing.protection.models import OnCall, Report
from tongxing.protection.tests.make import case_of, hops_of, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places", "own_folder")]
type Browsers = Callable[[Post], Client]


def reports() -> list[Report]:
    with scope.whole_country(why="a test looks at everything"):
        return list(Report.objects.select_related("case").order_by("at"))


def test_two_taps_are_a_report_and_pressed_twice_it_is_one(director: Post, supervisor: Post, browser_of: Browsers):
    browser = browser_of(director)
    assert "/reports/alarm/" in browser.get("/").content.decode()
    page = browser.get("/reports/alarm/")
    assert "tel:110" in page.content.decode()
    sent = {"id": str(page.context["id"]), "situation": "missing"}
    first, second = browser.post("/reports/alarm/", sent), browser.post("/reports/alarm/", sent)
    (made,) = reports()
    assert first["Location"] == second["Location"] == f"/reports/{made.pk}/"
    assert (made.place, made.channel, made.post_id) == (VILLAGE, "office", director.pk)
    receipt = browser.get(first["Location"]).content.decode()
    assert made.number in receipt
    assert numbering.code_of(made.pk) in receipt
    assert supervisor.person.name in receipt


def test_two_tabs_are_two_reports_of_one_case(director: Post, supervisor: Post, browser_of: Browsers):
    browser = browser_of(director)
    for _tab in range(2):
        browser.post("/reports/alarm/", {"id": str(uuid7()), "situation": "missing"})
    one, two = reports()
    assert one.case_id == two.case_id


def test_an_alarm_from_a_childs_page_is_about_that_child(director: Post, supervisor: Post, browser_of: Browsers):
    child = make_child()
    browser = browser_of(director)
    assert f"/reports/alarm/?child={child.pk}" in browser.get(f"/children/{child.pk}/").content.decode()
    browser.post("/reports/alarm/", {"id": str(uuid7()), "situation": "harm", "child": str(child.pk)})
    assert reports()[0].child_id == child.pk


def test_a_child_of_elsewhere_cannot_be_named(director: Post, supervisor: Post, browser_of: Browsers):
    child = make_child(place=NEXT_VILLAGE)
    browser_of(director).post("/reports/alarm/", {"id": str(uuid7()), "situation": "harm", "child": str(child.pk)})
    assert reports()[0].child_id is None


def test_whoever_has_lost_their_powers_still_raises_an_alarm(places: object, supervisor: Post, browser_of: Browsers):
    withheld = make_post("child_director", VILLAGE, name="周停", checked=False)
    browser = browser_of(withheld)
    assert "/reports/alarm/" in browser.get("/").content.decode()
    answer = browser.post("/reports/alarm/", {"id": str(uuid7()), "situation": "accident"})
    assert browser.get(answer["Location"]).status_code == 200


def test_an_officer_above_the_counties_says_where_first(places: object, browser_of: Browsers):
    city = make_post("city_officer", 420500000000)
    browser = browser_of(city)
    assert browser.post("/reports/alarm/", {"id": str(uuid7()), "situation": "missing"}).status_code == 422
    browser.post("/reports/alarm/", {"id": str(uuid7()), "situation": "missing", "place": "夷陵区"})
    assert reports()[0].place == COUNTY


@pytest.mark.parametrize("wrong", [{"situation": ""}, {"situation": "no_such"}, {"situation": "missing", "id": "x"}])
def test_a_crooked_alarm_is_answered_in_words(director: Post, supervisor: Post, browser_of: Browsers, wrong: dict[str, str]):
    answer = browser_of(director).post("/reports/alarm/", {"id": str(uuid7()), **wrong})
    assert answer.status_code == (302 if wrong.get("situation") == "missing" else 422)


def test_what_is_added_goes_into_the_same_report_once(director: Post, supervisor: Post, browser_of: Browsers):
    report = make_report(by=director, situation="missing", words="没有回家")
    line = str(uuid7())
    call = (now() - timedelta(minutes=10)).astimezone(CHINA)
    sent = {"id": line, "words": "穿红衣服", "where": "老桥边", "police_at": f"{call:%Y-%m-%dT%H:%M}", "police_number": "J7"}
    browser = browser_of(director)
    browser.post(f"/reports/{report.pk}/add/", {**sent, "files": [upload(picture(), "张子轩受伤.jpg"), upload(picture("blue"), "b.jpg"), upload(b"MZ not a picture", "x.exe")]})
    browser.post(f"/reports/{report.pk}/add/", sent)
    page = browser.get(f"/reports/{report.pk}/").content.decode()
    assert page.count("穿红衣服") == 1
    assert "老桥边" in page
    assert "x.exe：" in page  # said once which file could not be kept
    (kept,) = reports()
    assert kept.police_number == "J7"
    assert [hop for hop in hops_of(report) if hop.role == "police" and hop.waiting] == []
    files = list(enclosures.of(kept.case_id))
    assert [each.title for each in files] == [f"{kept.number} 1", f"{kept.number} 2"]
    assert browser.get(f"/reports/{report.pk}/files/{files[0].pk}/")["Content-Type"] == "image/jpeg"


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_nobody_else_adds_or_reads(director: Post, next_director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    report = make_report(by=director, situation="missing", words="没有回家")
    for post, status in ((director, 200), (supervisor, 200), (officer, 200), (next_director, 404)):
        for address in (f"/reports/{report.pk}/", f"/reports/{report.pk}/police-notice/", f"/reports/respond/{report.case_id}/"):
            assert browser_of(post).get(address).status_code == status, (post.role, address)
    assert browser_of(next_director).post(f"/reports/{report.pk}/add/", {"id": str(uuid7()), "words": "不相干"}).status_code == 404
    assert Client().get(f"/reports/{report.pk}/").status_code == 302
    auditor = make_post("auditor", COUNTY)
    assert browser_of(auditor).get(f"/reports/{report.pk}/").status_code == 403
    assert 'href="/report/"' in browser_of(auditor).get("/").content.decode()


def test_who_reported_is_known_to_those_who_work_on_it(director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    report = make_report(by=None, channel="public", situation="domestic_violence", reporter="邻居老吴", phone="13800000000")
    assert "邻居老吴" in browser_of(supervisor).get(f"/reports/{report.pk}/").content.decode()
    assert "邻居老吴" not in browser_of(director).get(f"/reports/{report.pk}/").content.decode()


def test_a_restricted_report_leaves_no_trace(director: Post, supervisor: Post, officer: Post, browser_of: Browsers):
    report = make_report(by=None, channel="public", situation="missing")
    actions.restrict(case=case_of(report), posts=[officer], by=officer)
    assert report.number in browser_of(officer).get("/reports/").content.decode()
    browser = browser_of(supervisor)
    assert browser.get(f"/reports/{report.pk}/").status_code == 404
    assert report.number not in browser.get("/reports/").content.decode()
    assert not browser.get(f"/reports/?q={report.number}").context["page"].rows
    assert "等您确认，请立即查看" not in browser.get("/").content.decode()


def test_a_restricted_report_joins_no_open_case(director: Post, supervisor: Post):
    child = make_child()
    one = make_report(by=director, child_id=child.pk, situation="domestic_violence")
    two = make_report(by=director, child_id=child.pk, situation="private_injury")
    assert one.case_id != two.case_id


def test_whoever_was_told_sees_it_on_every_page_until_they_say_so(director: Post, supervisor: Post, browser_of: Browsers):
    report = make_report(by=director, situation="missing")
    browser = browser_of(supervisor)
    for address in ("/", "/children/"):
        assert "/reports/waiting/" in browser.get(address).content.decode()
    assert f"/reports/respond/{report.case_id}/" in browser.get("/reports/waiting/").content.decode()
    assert browser.post(f"/reports/respond/{report.case_id}/seen/").status_code == 204
    assert all(hop.seen_at for hop in hops_of(report) if hop.post_id == supervisor.pk)
    held = browser.post(f"/reports/respond/{report.case_id}/", {"decision": "hold", "reason": "不想报"})
    assert held.status_code == 422
    assert browser.post(f"/reports/respond/{report.case_id}/", {"decision": "pass"}).status_code == 302
    assert all(hop.acknowledged_at for hop in hops_of(report) if hop.post_id == supervisor.pk)
    assert "alarm-banner" not in browser.get("/children/").content.decode()
    assert browser.post(f"/reports/respond/{report.case_id}/", {"decision": "pass"}).status_code == 302  # in another tab


def test_what_was_told_by_hand_is_written_down(director: Post, supervisor: Post, browser_of: Browsers):
    report = make_report(by=director, situation="missing")
    hop = next(hop for hop in hops_of(report) if hop.role == "police")
    at = f"{now().astimezone(CHINA):%Y-%m-%dT%H:%M}"
    sent = {"at_time": at, "whom_told": "王警官", "number": "J9"}
    assert browser_of(director).post(f"/reports/by-hand/{hop.pk}/", sent).status_code == 302
    assert reports()[0].police_number == "J9"


def test_the_sheet_for_the_police_is_a_pdf_and_in_the_access_log(director: Post, supervisor: Post, browser_of: Browsers):
    child = make_child()
    report = make_report(by=director, situation="missing", child_id=child.pk, words="放学没有回家" * 50)
    answer = browser_of(supervisor).get(f"/reports/{report.pk}/police-notice/")
    assert answer.content.startswith(b"%PDF")
    with scope.whole_country(why="a test looks at everything"):
        assert Access.objects.filter(outcome="printed", child_id=child.pk).exists()


def test_the_list_is_filtered_and_leaves_as_a_workbook(director: Post, supervisor: Post, browser_of: Browsers):
    late = make_report(by=director, situation="low_mood", told_at=now() - timedelta(hours=5))
    soon = make_report(by=None, channel="public", situation="missing", words="没有回家")
    browser = browser_of(supervisor)
    for query, (shows, hides) in {
        "mark=late": (late, soon),
        "channel=public": (soon, late),
        "situation=low_mood": (late, soon),
        "mark=lapsed&state=x&since=1": (None, soon),
    }.items():
        page = browser.get(f"/reports/?{query}").content.decode()
        assert shows is None or shows.number in page
        assert hides.number not in page
    assert browser.get("/reports/export/?channel=public").content.startswith(b"PK")


def test_a_good_report_is_praised_and_the_slow_are_on_record(director: Post, supervisor: Post, browser_of: Browsers):
    report = make_report(by=director, situation="low_mood", happened_at=now() - timedelta(days=3))
    browser = browser_of(supervisor)
    browser.post(f"/reports/{report.pk}/praise/", {"words": "报告及时"})
    page = browser.get("/reports/accountability/").content.decode()
    assert director.person.name in page
    assert browser_of(director).get("/reports/accountability/").status_code == 403
    line = next(line for line in browser.get("/reports/accountability/").context["lines"] if line.post.pk == director.pk)
    assert (line.reported, line.reported_late, line.praised) == (1, 1, 1)


def test_the_offices_form_takes_all_and_says_what_is_wrong(supervisor: Post, director: Post, browser_of: Browsers):
    browser = browser_of(supervisor)
    sent = {
        "id": str(uuid7()),
        "situation": "harm",
        "place": "冯家湾社区",
        "channel": "department",
        "relation": "school",
        "reporter": "实验小学王老师",
        "words": "手臂有伤",
        "child_words": "三年级男孩",
    }
    assert browser.post("/reports/new/", {**sent, "situation": "", "place": "没有这里"}).status_code == 422
    assert browser.post("/reports/new/", sent).status_code == 302
    assert (reports()[0].channel, reports()[0].place) == ("department", VILLAGE)
    child = make_child(name="张子轩")
    assert str(child.pk) in browser.get("/reports/new/?q=张子轩").content.decode()


def test_a_month_of_duty_is_filled_swapped_and_asked(officer: Post, supervisor: Post, director: Post, browser_of: Browsers):
    browser = browser_of(officer)
    today = now().astimezone(CHINA).date()
    other = make_post("county_officer", COUNTY, name="吴值班")
    sent = {
        "people": [str(officer.pk), str(other.pk)],
        "first": today.isoformat(),
        "last": (today + timedelta(days=3)).isoformat(),
        "weekdays": list("0123456"),
        "shift": "whole",
        "leader": "",
    }
    assert browser.post("/reports/roster/put/", sent).status_code == 302
    rows = list(OnCall.objects.order_by("since"))
    assert [row.post_id for row in rows] == [officer.pk, other.pk, officer.pk, other.pk]
    browser.post(f"/reports/roster/{rows[2].pk}/swap/", {"other": str(rows[3].pk)})
    assert [row.post_id for row in OnCall.objects.order_by("since")] == [officer.pk, other.pk, other.pk, officer.pk]
    noon = rows[1].since + timedelta(hours=4)
    assert [post.pk for post in whom.on_call(VILLAGE, noon)] == [other.pk]
    assert "吴值班" in browser_of(director).get(f"/reports/roster/?month={rows[1].since.astimezone(CHINA):%Y-%m}").content.decode()
    assert browser_of(director).post("/reports/roster/put/", sent).status_code == 403
    last = OnCall.objects.order_by("since").last()
    assert last is not None
    browser.post(f"/reports/roster/{last.pk}/off/")
    assert OnCall.objects.count() == 3


def test_a_supervisor_elsewhere_touches_no_roster(officer: Post, browser_of: Browsers):
    row = actions.put_on_call(place=TOWNSHIP, post=officer, since=now(), until=now() + timedelta(hours=8), by=officer)
    stranger = make_post("supervisor", TOWNSHIP)
    assert browser_of(stranger).post(f"/reports/roster/{row.pk}/off/").status_code == 403
