"""Cases as the offices live them: the emergency's checklists, assessment, help, dropouts, restricted cases, open issues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.people import VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import make_child, seen_by
from tongxing.duties.models import Duty
from tongxing.ground.today import now, today
from tongxing.journal.models import Record
from tongxing.outbox.models import Message
from tongxing.protection import actions, branches, measures
from tongxing.protection.actions import judging, placing, returning
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Hop, Involved, Placement, Report, Task
from tongxing.protection.tests.make import make_contact, make_police, make_report
from tongxing.protection.tests.working import ANSWERS, CALM, assess_twice, emergency, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browser = Callable[[Post], Client]

BRANCHES = [
    pytest.param("living_alone", "living_alone", marks=pytest.mark.req("P8-6a")),
    pytest.param("guardian_failing", "guardian_failing", marks=pytest.mark.req("P8-6b")),
    pytest.param("missing", "missing", marks=pytest.mark.req("P8-6c")),
    pytest.param("domestic_violence", "domestic_violence", marks=pytest.mark.req("P8-6d")),
    pytest.param("made_to_beg", "harm", marks=pytest.mark.req("P8-6e")),
]


@pytest.mark.parametrize(("situation", "branch"), BRANCHES)
def test_an_emergency_goes_by_its_checklist(situation: str, branch: str, director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    """The situation suggests the checklist; each step has an owner and a time, and is ticked or left out with a reason."""
    police = make_police()
    case = emergency(director, situation=situation, child_id=make_child(by=director).pk)
    actions.advance(case=case, act="receive", by=supervisor)
    actions.advance(case=case, act="handle", by=supervisor)
    browser = browser_of(supervisor)
    asked = browser.get(f"/cases/{case.pk}/branch/").content.decode()
    assert f'value="{branch}"' in asked
    assert browser.post(f"/cases/{case.pk}/branch/", {"branch": branch}).status_code == 302
    with seen_by(None):
        tasks = {task.step: task for task in Task.objects.filter(case=case)}
    assert set(tasks) == {step.id for step in branches.branch(branch)}
    assert all(task.due_at for task in tasks.values() if branches.branch(branch)[task.step].within)
    assert tasks["police_came"].owner_id == police.pk
    actions.finish(task=tasks["police_came"], by=police, result="已出警", at_time=now() - timedelta(minutes=1))
    for name, task in tasks.items():
        if name == "police_came":
            continue
        if browser.post(f"/cases/tasks/{task.pk}/finish/", {"result": "已办"}).status_code == 422:  # something must be recorded first
            browser.post(f"/cases/{case.pk}/place/", {"kind": "relatives", "with_whom": "姑姑"})
            assert browser.post(f"/cases/tasks/{task.pk}/skip/", {"words": "不需要"}).status_code == 302
    with seen_by(None):
        assert not Task.objects.filter(case=case, done_at=None, required=True).exists()
    page = page_of(browser, case)
    assert "公安机关受理并出警调查" in page
    assert "已出警" in page


@pytest.mark.req("P8-6f")
def test_the_township_gets_a_notice(director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    police = make_police()
    case = emergency(director, situation="domestic_violence")
    actions.advance(case=case, act="receive", by=officer)
    actions.advance(case=case, act="handle", by=officer)
    tasks = {task.step: task for task in actions.start_branch(case=case, branch="domestic_violence", by=officer)}
    before = _told(supervisor)
    actions.finish(task=tasks["township_notified"], by=police, result="已通报")
    assert _told(supervisor) == before + 1
    paper = browser_of(officer).post(f"/cases/{case.pk}/notice/", {"words": "送街道办"}, follow=True)
    assert paper["Content-Type"] == "application/pdf"


def _told(post: Post) -> int:
    with seen_by(None):
        return Message.objects.filter(person_id=post.person_id).count()


@pytest.mark.req("P8-7a")
def test_two_people_assess_their_differences_show_and_one_confirms(director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    case = emergency(director, situation="guardian_failing", child_id=make_child(by=director).pk)
    actions.advance(case=case, act="receive", by=supervisor)
    browser = browser_of(supervisor)
    teacher = make_post("teacher", 420506001000, name="周老师", unit_name="中心小学")
    actions.involve(case=case, post=teacher, by=supervisor)
    for post in (teacher, officer):
        asked = {"post": str(post.pk), "due_at": f"{now() + timedelta(days=2):%Y-%m-%dT%H:%M}"}
        assert browser.post(f"/cases/{case.pk}/assessor/", asked).status_code == 302
    scale = browser_of(teacher).get(f"/cases/{case.pk}/assess/?scale=four_colours").content.decode()
    assert "安全处境" in scale
    assert "监护情况" in scale
    assert "身心健康状况" in scale
    assert browser_of(teacher).post(f"/cases/{case.pk}/assess/?scale=four_colours", CALM).status_code == 302
    assert "交了您自己的评估" in page_of(browser_of(officer), case)
    assert browser_of(officer).post(f"/cases/{case.pk}/assess/?scale=four_colours", ANSWERS).status_code == 302
    both = browser.get(f"/cases/{case.pk}/conclude/").content.decode()
    assert "两份评估不一致的地方" in both
    assert "最高" in both
    on = today() + timedelta(days=30)
    assert browser.post(f"/cases/{case.pk}/conclude/", {"band": "red", "why": "以县里的评估为准", "review_on": on.isoformat()}).status_code == 302
    with seen_by(None):
        found = Case.objects.get(pk=case.pk)
    assert (found.colour, found.review_on) == ("red", on)
    assert "红" in page_of(browser, case)


@pytest.mark.req("P8-7b")
def test_help_is_a_promise_with_an_owner_and_a_date(director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    child = make_child(by=director)
    case = emergency(director, situation="guardian_failing", child_id=child.pk)
    actions.advance(case=case, act="receive", by=supervisor)
    actions.advance(case=case, act="handle", by=supervisor)
    assess_twice(case, supervisor, officer)
    judging.conclude(case=case, band="red", why="两人一致", by=officer)
    actions.advance(case=case, act="assess", by=supervisor, words="孩子安全")
    with pytest.raises(ProtectionError, match="措施"):
        actions.advance(case=case, act="plan", by=supervisor, words="方案")
    due = now() + timedelta(days=14)
    for name in ("guardianship_guidance", "medical", "counselling", "behaviour_correction", "legal_service", "legal_aid"):
        assert name in measures.measures(), name
    answer = browser_of(supervisor).post(f"/cases/{case.pk}/measure/", {"measure": "guardianship_guidance", "post": str(supervisor.pk), "due_at": f"{due:%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 302
    with seen_by(None):
        task = Task.objects.get(case=case, kind="measure")
        assert task.duty_id
        duty = Duty.objects.get(pk=task.duty_id)
    assert duty.assigned_to == supervisor.person_id
    actions.advance(case=case, act="plan", by=supervisor, words="方案")
    actions.advance(case=case, act="follow", by=supervisor)
    actions.finish(task=task, by=supervisor, result="指导两次")
    actions.advance(case=case, act="close", by=officer, words="好转", outcome="safe_at_home")
    assert "已结案" in page_of(browser_of(supervisor), case)


def _dropped_out(director: Post, supervisor: Post) -> tuple[Case, Child]:
    child = make_child(by=director, schooling=NewSchooling(stage="dropout"))
    case = emergency(director, situation="dropout", child_id=child.pk)
    actions.advance(case=case, act="receive", by=supervisor)
    actions.advance(case=case, act="track", by=supervisor, words="安排劝返")
    return case, child


@pytest.mark.req("P8-4a")
def test_who_dropped_out_stands_in_a_register(director: Post, supervisor: Post, next_director: Post, browser_of: Browser):
    case, child = _dropped_out(director, supervisor)
    page = browser_of(supervisor).get("/cases/dropout/").content.decode()
    assert case.number in page
    assert child.name in page
    assert browser_of(next_director).get("/cases/dropout/").status_code == 403


@pytest.mark.req("P8-4b")
def test_each_persuasion_is_on_record_then_the_written_report(director: Post, supervisor: Post, browser_of: Browser):
    education = make_contact("education", "夷陵区教育局")
    case, _child = _dropped_out(director, supervisor)
    browser = browser_of(supervisor)
    refused = browser.post(f"/cases/{case.pk}/written/", {"words": "不肯回来"})
    assert "先上门劝返" in refused.content.decode()
    for met in ("奶奶", "孩子", "父亲（电话）"):
        assert browser.post(f"/cases/{case.pk}/persuaded/", {"who_went": "班主任、村主任", "whom_met": met, "words": "说了义务教育法"}).status_code == 302
    before = _told(education)
    assert browser.post(f"/cases/{case.pk}/written/", {"words": "三次劝返无效"}).status_code == 302
    assert _told(education) == before + 1
    paper = browser.post(f"/cases/{case.pk}/written.pdf/", {"words": "报教育局"}, follow=True)
    assert paper["Content-Type"] == "application/pdf"
    assert "父亲（电话）" in page_of(browser, case)


@pytest.mark.req("P8-4c")
def test_the_law_comes_after_the_written_report_until_back_at_school(director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    case, child = _dropped_out(director, supervisor)
    with pytest.raises(ProtectionError, match="书面报告"):
        returning.legal_measure(case=case, by=supervisor, words="责令改正")
    returning.persuaded(case=case, by=supervisor, who_went="校长", whom_met="父亲", words="不听")
    returning.report_in_writing(case=case, by=supervisor, words="劝返无效")
    returning.legal_measure(case=case, by=supervisor, words="乡镇责令送子女入学")
    sent = {"stage": "primary", "school": "中心小学", "school_code": "", "grade": "3", "since": today().isoformat(), "comment": "父亲送回学校"}
    assert browser_of(officer).post(f"/cases/{case.pk}/returned/", sent).status_code == 302
    with seen_by(None):
        assert Child.objects.get(pk=child.pk).school_stage == "primary"
        assert Case.objects.get(pk=case.pk).outcome == "back_at_school"


@pytest.mark.req("YN-9c")
def test_found_and_back_at_school_are_figures(director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    case, child = _dropped_out(director, supervisor)
    _dropped_out(director, supervisor)
    returning.persuaded(case=case, by=supervisor, who_went="校长", whom_met="父亲", words="答应了", promised=True)
    with seen_by(officer):
        returning.close_as_returned(case=case, child_id=child.pk, new=NewSchooling(stage="primary", school_name="中心小学", grade=3), by=officer, words="已返校")
    page = browser_of(officer).get("/cases/dropout/figures/").content.decode()
    assert "50%" in page


@pytest.mark.req("YC-10a")
def test_an_observation_case_is_for_named_people_alone(director: Post, supervisor: Post, officer: Post, browser_of: Browser):
    answer = browser_of(officer).post("/cases/new/judicial/", {"place": "冯家湾社区", "place_code": str(VILLAGE), "words": "检察院委托观护"})
    assert answer.status_code == 302
    with seen_by(officer):
        case = Case.objects.get(kind="judicial")
    with seen_by(None):
        assert {row.post_id for row in Involved.objects.filter(case=case, until=None)} == {officer.pk}
        child = make_child(by=director)
    actions.link_child(case=case, child_id=child.pk, by=officer)
    assert page_of(browser_of(officer), case)
    for post in (supervisor, director):
        browser = browser_of(post)
        for address in (f"/cases/{case.pk}/", f"/cases/{case.pk}/note/", f"/cases/{case.pk}/print/"):
            assert browser.get(address).status_code in (403, 404), address
        for address in (
            "/",
            "/cases/",
            "/cases/?state=all",
            f"/cases/?q={case.number}",
            "/cases/mine/",
            f"/children/{child.pk}/",
            f"/children/{child.pk}/?tab=cases",
            "/children/?case=open",
            f"/children/?q={case.number}",
        ):
            page = browser.get(address).content.decode()
            assert f"/cases/{case.pk}/" not in page, address
            assert "涉罪未成年人" not in page.replace('value="observed"', "").replace(">涉罪未成年人观护</option>", ""), address
        assert "共 <b>0</b> 条" in browser.get("/cases/?state=all").content.decode()
        assert "共 <b>0</b> 条" in browser.get("/children/?case=open").content.decode()
        for model in (Case, Report, Hop, Task, Placement):
            with seen_by(post):
                assert not model.unscoped.exists(), model
    with seen_by(None):
        assert not Record.objects.filter(subject_kind="case", subject_id=str(case.pk), diff__has_key="child").exists()
        assert not Message.objects.filter(words__icontains=child.name).exists()
    city = make_post("city_officer", 420500000000)
    numbers = browser_of(city).get("/cases/numbers/").content.decode()
    assert '<td class="num" data-label="没有结束">0</td>' in numbers
    given = browser_of(officer).post("/cases/export/?state=all", {"recipient": "市民政局", "purpose": "汇总"})
    assert given.status_code == 422  # nothing that may be exported


@pytest.mark.req("YC-10a")
def test_the_glass_is_broken_with_a_reason_and_an_alert(director: Post, supervisor: Post, officer: Post, next_director: Post, browser_of: Browser):
    case = emergency(director)
    actions.restrict(case=case, posts=[], by=officer)
    browser = browser_of(supervisor)
    assert browser.get(f"/cases/{case.pk}/").status_code == 404
    assert browser.post("/cases/glass/", {"number": case.number, "why": "急"}).status_code == 422
    assert browser.post("/cases/glass/", {"number": "A000000-0000", "why": "派出所来电核实情况"}).status_code == 422
    before = _told(officer)
    assert browser.post("/cases/glass/", {"number": case.number, "why": "派出所来电核实情况"}).status_code == 302
    assert _told(officer) == before + 1
    assert page_of(browser, case)
    assert browser_of(next_director).post("/cases/glass/", {"number": case.number, "why": "派出所来电核实情况"}).status_code == 403


@pytest.mark.req("YC-10b")
def test_lessons_in_skills_and_law_are_on_record(officer: Post, supervisor: Post, browser_of: Browser):
    browser = browser_of(officer)
    browser.post("/cases/new/judicial/", {"place": "冯家湾社区", "place_code": str(VILLAGE), "words": "检察院委托观护"})
    with seen_by(officer):
        case = Case.objects.get(kind="judicial")
    for kind, words in (("skills", "学习果树修剪"), ("law", "法治副校长讲课")):
        assert browser.post(f"/cases/{case.pk}/lesson/", {"kind": kind, "hours": "2", "words": words}).status_code == 302
    page = page_of(browser, case)
    assert "学习果树修剪" in page
    assert "2课时" in page
    assert browser_of(supervisor).post(f"/cases/{case.pk}/lesson/", {"kind": "law", "hours": "1", "words": "x"}).status_code == 404


@pytest.mark.req("YM-6a")
def test_an_open_issue_is_followed_until_it_is_solved(supervisor: Post, officer: Post, browser_of: Browser):
    browser = browser_of(supervisor)
    answer = browser.post("/cases/new/issue/", {"place": "冯家湾社区", "place_code": str(VILLAGE), "words": "村小门前没有斑马线"})
    assert answer.status_code == 302
    with seen_by(supervisor):
        case = Case.objects.get(kind="issue")
    actions.advance(case=case, act="receive", by=supervisor)
    actions.advance(case=case, act="track", by=supervisor, words="已联系交警")
    with pytest.raises(Exception, match="不能"):
        actions.advance(case=case, act="handle", by=supervisor)
    assert case.number in browser.get("/cases/?kind=issue").content.decode()
    actions.advance(case=case, act="close", by=officer, words="已画线", outcome="helped")
    assert case.number not in browser.get("/cases/?kind=issue").content.decode()
    assert case.number in browser.get("/cases/?kind=issue&state=ended").content.decode()


def test_a_child_that_moves_county_takes_the_case_along_when_it_is_handed_over(director: Post, supervisor: Post, officer: Post, next_director: Post, browser_of: Browser):
    child = make_child(by=director)
    case = emergency(director, child_id=child.pk)
    stay = placing.place(case=case, kind="relatives", by=supervisor, child_id=child.pk, with_whom="姑姑")
    assert stay.until is None
    make_report(by=director, child_id=child.pk, words="又看见了")
    actions.hand_over(case=case, place=420506001002, by=supervisor, words="孩子随父亲搬走")
    assert page_of(browser_of(next_director), case)
    assert browser_of(director).get(f"/cases/{case.pk}/").status_code == 200  # it reported it, and its child is here still
