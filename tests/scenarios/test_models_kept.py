"""What the models' rows ask, lived through the pages: the county adopts, each does their part in their own browser, and it leaves their list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.people import COUNTY, TOWNSHIP, make_post
from tests.scenarios.models.stage import answered
from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.children.tests.make import away, make_child
from tongxing.circles.tests.make import joined, make_person
from tongxing.duties.models import Duty, Rule
from tongxing.duties.tests.make import day, moment, opened, rows
from tongxing.forms.queries import definition
from tongxing.ground.ids import uuid7
from tongxing.ground.today import as_of
from tongxing.places.models import Place
from tongxing.units import actions as units
from tongxing.units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
type Browsers = Callable[[Post], Client]
FIRST, MONDAY, JANUARY = date(2026, 10, 1), date(2026, 10, 12), date(2027, 1, 5)  # in the first term
PARENTS = (away("51", "张强", date(2025, 3, 1)), away("52", "李梅", date(2025, 3, 1)))


@pytest.fixture(autouse=True)
def beginning() -> Iterator[None]:
    """People take up their posts when school begins."""
    with as_of(moment(date(2026, 9, 1))):
        yield


@pytest.fixture
def school() -> Unit:
    return units.add_unit(kind="school", name="冯家湾小学", place=Place.objects.get(code=TOWNSHIP), stages=("primary",), by=None)


def at_school(school: Unit, **facts: Any) -> Child:
    schooling = NewSchooling(stage="primary", enrolment="attending", school_id=school.id, school_name=school.name, grade=3, class_name="1班", boarding="no")
    usual: dict[str, Any] = {"relatives": PARENTS, "schooling": schooling, "living_with": "grandparents", "born": date(2016, 5, 20)}
    return make_child(**usual | facts)


def adopted(browser: Client, model: str, **settings: str) -> None:
    """The county reads the cost and adopts from the first of the month."""
    asked = {"place": COUNTY, "since": FIRST.isoformat()} | {f"p-{name}": value for name, value in settings.items()}
    page = browser.post(f"/care-models/{model}/adopt/", asked)
    assert 'id="cost"' in page.content.decode()
    answer = browser.post(f"/care-models/{model}/adopt/", asked | {"step": "adopt"})
    assert answer.status_code == 302, re.findall(r"form-error.*?</p>", answer.content.decode())


def log(browser: Client, kind: str, *children: Child, on: date = MONDAY, **more: Any) -> None:
    """The form of a kind as a browser would send it, every question answered plausibly."""
    form = definition(kind)
    sent: dict[str, Any] = {"entry_id": str(uuid7()), "on": on.isoformat(), "where": next(iter(form.form.where), ""), "spoken_to": ["carer"], "nobody": "on"}
    sent |= {f"c-{name}": value for name, value in answered(form.common, "").items()}
    for child in children:
        sent |= {f"{child.id.hex}-{name}": value for name, value in answered(form.own, "").items()} | {f"{child.id.hex}-seen": "yes"}
    answer = browser.post(f"/log/new/{kind}/?" + "&".join(f"child={child.id}" for child in children), sent | more)
    assert answer.status_code == 302, re.findall(r"<li>.*?</li>|form-error.*?</p>", answer.content.decode())[:5]


def waits(browser: Client, duty: str) -> bool:
    """Whether one's own list names something to do for a duty."""
    return "data-row" in re.sub(r"<table[^>]*data-rows", "", browser.get(f"/duties/?duty={duty}").content.decode())


def stands(duty: str, model: str, on: date = MONDAY) -> list[tuple[int, int]]:
    """Done and needed, of the windows that are on that day."""
    found: list[Duty] = rows(rule_id__in=list(Rule.objects.filter(model=model, duty=duty).values_list("id", flat=True)))
    return [(row.done, row.need) for row in found if row.window_from <= on < row.window_until]


@pytest.mark.req("LZH-2b")
def test_liangzihus_five_monthly_duties_leave_the_lists_as_they_are_done(officer: Post, director: Post, supervisor: Post, browser_of: Browsers):
    hers, township = browser_of(director), browser_of(supervisor)
    with day(MONDAY):
        adopted(browser_of(officer), "liangzihu", school_talk_per="term", visit_within="3", mastery_per="quarter")
        child = make_child(relatives=PARENTS)
    opened(date(2026, 11, 1))
    on = date(2026, 11, 2)
    with day(on):
        for kind, duty in (("activity", "activity"), ("home_visit", "home_visit"), ("letter", "letter"), ("family_call", "video_call")):
            assert waits(hers, f"liangzihu.{duty}"), duty
            log(hers, kind, child, on=on)
            assert not waits(hers, f"liangzihu.{duty}"), duty
        assert waits(township, "liangzihu.exchange")
        log(township, "exchange", on=on)
        assert not waits(township, "liangzihu.exchange")


@pytest.mark.req("P3-6a")
def test_the_three_twos_of_a_paired_teacher_in_her_own_browser(officer: Post, school: Unit, browser_of: Browsers):
    teacher = make_post("teacher", TOWNSHIP, name="刘老师")
    with day(FIRST):
        child = at_school(school)
    with day(MONDAY):
        adopted(browser_of(officer), "plan-3", screening_per="term", letter_per="month", call_per="month")
    with day(MONDAY):
        joined(child, "paired_teacher", teacher.person)
    opened(date(2026, 11, 2))
    hers, on = browser_of(teacher), date(2026, 11, 2)
    with day(on, 20):
        assert "刘老师" in browser_of(officer).get(f"/children/{child.id}/").content.decode()
        for kind in ("child_talk", "tutoring"):
            log(hers, kind, child, on=on)
        assert waits(hers, "plan-3.twice_a_week_talk")  # once of two
    with day(date(2026, 11, 5), 20):
        for kind in ("child_talk", "tutoring", "parent_contact", "school_talk", "carer_contact", "home_visit"):
            log(hers, kind, child, on=date(2026, 11, 5))
        for duty in ("twice_a_week_talk", "twice_a_week_homework"):
            assert stands(duty, "plan-3", on) == [(2, 2)], duty
    with day(date(2026, 11, 20), 20):
        for kind in ("parent_contact", "school_talk", "carer_contact", "home_visit"):
            log(hers, kind, child, on=date(2026, 11, 20))
        for duty in ("twice_a_month_parents", "twice_a_month_teachers", "twice_a_month_carers", "twice_in_two_months_visit"):
            assert not waits(hers, f"plan-3.{duty}"), duty


@pytest.mark.req("YC-12c")
def test_a_social_worker_visits_weekly_whom_the_county_has_named(officer: Post, browser_of: Browsers):
    worker = make_post("social_worker", COUNTY, name="赵社工")
    with day(FIRST):
        left, home = make_child(name="张留守", relatives=PARENTS), make_child(name="李在家")
    with day(MONDAY):
        adopted(browser_of(officer), "yichang", visited="left_behind", outreach_per="half_year")
        for child in (left, home):
            joined(child, "case_social_worker", worker.person)
    opened(MONDAY)
    theirs = browser_of(worker)
    with day(MONDAY, 20):
        page = theirs.get("/duties/?duty=yichang.weekly_visit").content.decode()
        assert "留守" in page
        assert "李在家" not in page
        log(theirs, "home_visit", left)
        assert stands("weekly_visit", "yichang") == [(1, 1)]


@pytest.mark.req("P4-2a")
def test_the_five_ones_of_a_volunteer_are_registered_by_the_director_for_them(officer: Post, director: Post, browser_of: Browsers):
    volunteer = make_person("王志愿")
    with day(FIRST):
        child = make_child(relatives=PARENTS)
    with day(MONDAY):
        adopted(browser_of(officer), "plan-4", publicity_per="month", letter_per="month", peer_times="2")
        joined(child, "volunteer_tutor", volunteer)
    opened(JANUARY)
    duties = {"visit_a_year": "home_visit", "message_a_month": "letter", "goods_a_term": "gift", "difficulty_solved": "support", "skill_learned": "tutoring"}
    hers = browser_of(director)
    with day(JANUARY, 20):
        for duty, kind in duties.items():
            (before,) = stands(duty, "plan-4", JANUARY)
            assert before[0] < before[1], duty
            log(hers, kind, child, on=JANUARY, doer=volunteer.id.hex)
            assert stands(duty, "plan-4", JANUARY) == [(1, 1)], duty
        assert "王志愿" in hers.get(f"/children/{child.id}/?tab=timeline").content.decode()


@pytest.mark.req("P6-7a")
def test_the_seven_ones_of_class_proxy_parent_and_school(officer: Post, director: Post, school: Unit, browser_of: Browsers):
    proxy = make_person("孙家长")
    with day(FIRST):
        child = at_school(school, born=date(2016, 10, 14))  # the birthday is in this week
    with day(MONDAY):
        adopted(browser_of(officer), "plan-6", meeting_per="quarter", inspection_per="term", roster_days="20", farm_help="1", growth_per="term")
        joined(child, "proxy_parent", proxy)
    opened(MONDAY)
    hers = browser_of(director)
    with day(MONDAY + timedelta(days=2), 20):
        on = MONDAY + timedelta(days=2)
        for duty, kind, doer in (
            ("weekly_talk", "child_talk", proxy.id.hex),
            ("monthly_call", "family_call", proxy.id.hex),
            ("goods", "gift", ""),
            ("monthly_letter", "letter", ""),
            ("birthday", "condolence", ""),
        ):
            log(hers, kind, child, on=on, doer=doer or director.person_id.hex)
            assert stands(duty, "plan-6", on) == [(1, 1)], duty
        key = f"school-{school.id.hex}"
        township = browser_of(make_post("supervisor", TOWNSHIP, name="陈督导"))
        log(township, "lesson", on=on, about=key)
        assert stands("monthly_counselling", "plan-6", on) == [(1, 1)]


@pytest.mark.req("P1-4a", "P1-4b")
def test_two_meetings_a_term_and_a_visit_on_a_festival(officer: Post, director: Post, supervisor: Post, school: Unit, browser_of: Browsers):
    with day(date(2026, 9, 1)):
        child = at_school(school)
    with day(MONDAY):
        adopted(browser_of(officer), "plan-1", roster_days="15", talk_per="week", visit_per="term", festivals="three", study_per="term", teacher_visit_per="term")
    opened(MONDAY)
    township = browser_of(supervisor)
    with day(MONDAY, 20):
        for back in (0, 1):
            log(township, "parents_meeting", on=MONDAY - timedelta(days=back), about=f"school-{school.id.hex}")
        assert stands("meeting", "plan-1") == [(2, 2)]
    opened(date(2027, 2, 6))  # the spring festival
    with day(date(2027, 2, 6), 20):
        log(browser_of(director), "condolence", child, on=date(2027, 2, 6))
        found = rows(rule_id__in=list(Rule.objects.filter(model="plan-1", duty="festival").values_list("id", flat=True)))
        assert [row.done for row in found if row.window_from <= date(2027, 2, 6) < row.window_until] == [1]


@pytest.mark.req("P3-1a")
def test_six_risks_are_screened_by_the_class_teacher(officer: Post, school: Unit, director: Post, browser_of: Browsers):
    with day(date(2026, 9, 1)):
        child = at_school(school)
    with day(MONDAY, 20):
        hers = browser_of(director)
        adopted(browser_of(officer), "plan-3", screening_per="term", letter_per="month", call_per="month")
        page = hers.get(f"/log/new/risk_screening/?child={child.id}").content.decode()
        assert all(word in page for word in ("失教", "失助", "失恒", "失落", "失保", "劳动过量"))
        log(hers, "risk_screening", child)
        assert "六失" in hers.get(f"/children/{child.id}/?tab=timeline").content.decode()


@pytest.mark.req("WH-2a")
def test_a_counsellor_is_paired_with_a_child_and_writes_down_sessions(officer: Post, browser_of: Browsers):
    worker = make_post("social_worker", COUNTY, name="钱咨询")
    with day(FIRST):
        child = make_child(name="张留守", relatives=PARENTS)
    with day(MONDAY):
        adopted(browser_of(officer), "wuhan", counselling_per="quarter", training_per="half_year", visit_per="quarter")
        joined(child, "counsellor", worker.person)
    opened(MONDAY)
    theirs = browser_of(worker)
    with day(MONDAY, 20):
        assert waits(theirs, "wuhan.counselled")
        log(theirs, "counselling", child)
        assert not waits(theirs, "wuhan.counselled")
        assert "钱咨询" in browser_of(officer).get(f"/children/{child.id}/").content.decode()


@pytest.mark.req("P6-4b")
def test_goods_and_support_stand_in_the_childs_log(director: Post, browser_of: Browsers):
    hers = browser_of(director)
    with day(MONDAY, 20):
        child = make_child()
        for kind in ("gift", "support"):
            log(hers, kind, child)
            assert definition(kind).form.label in hers.get(f"/children/{child.id}/?tab=timeline&kind={kind}").content.decode()


@pytest.mark.req("LZH-1b")
def test_each_child_has_a_named_person_and_the_director_her_ledger(officer: Post, director: Post, next_director: Post, browser_of: Browsers):
    with day(MONDAY, 20):
        adopted(browser_of(officer), "liangzihu", school_talk_per="term", visit_within="3", mastery_per="quarter")
        child = make_child(name="张留守", relatives=PARENTS)
        assert "李大妹" in browser_of(officer).get(f"/children/{child.id}/").content.decode()
        assert "张留守" in browser_of(director).get("/children/").content.decode()
        assert "张留守" not in browser_of(next_director).get("/children/").content.decode()


@pytest.mark.req("P4-1b")
def test_each_child_has_a_card_that_follows_the_child(officer: Post, director: Post, browser_of: Browsers):
    hers = browser_of(director)
    with day(MONDAY, 20):
        adopted(browser_of(officer), "plan-4", publicity_per="month", letter_per="month", peer_times="2")
        assert "留守少年儿童卡（档）" in hers.get("/care-models/plan-4/").content.decode()
        child = make_child(name="张留守", relatives=PARENTS)
        log(hers, "home_visit", child)
    for path, sent in ((f"/children/{child.id}/card/", {}), (f"/log/children/{child.id}/growth/", {"since": FIRST.isoformat(), "until": MONDAY.isoformat()})):
        with day(MONDAY, 21):
            sheet = hers.get(hers.post(path, {"content": "full", "why": "envelope"} | sent)["Location"])
            assert "张留守" in "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(sheet.content)).pages)
    with day(date(2026, 11, 20), 20):  # followed: what changes stands in the file with its day
        hers.post(f"/children/{child.id}/confirm/", {"asked": "carer"})
        log(hers, "home_visit", child, on=date(2026, 11, 20))
        timeline = hers.get(f"/children/{child.id}/?tab=timeline").content.decode()
        assert ("10-12" in timeline, "11-20" in timeline) == (True, True)


@pytest.mark.req("P4-3b")
def test_what_companions_did_together_is_chosen_from_the_plans_four(officer: Post, director: Post, browser_of: Browsers):
    hers = browser_of(director)
    with day(FIRST):
        one, two = make_child(name="张留守", relatives=PARENTS), make_child(name="李伙伴", relatives=PARENTS)
    with day(MONDAY, 20):
        assert "手拉手活动" not in hers.get("/log/new/").content.decode()  # nobody here has adopted it
        adopted(browser_of(officer), "plan-4", publicity_per="month", letter_per="month", peer_times="2")
        proposed = re.findall(r'name="pair" value="([^"]+)"', hers.get("/circles/pairing/?role=peer").content.decode())
        hers.post("/circles/pairing/?role=peer", {"pair": proposed})
        assert "李伙伴" in hers.get(f"/circles/child/{one.id}/").content.decode()
        form = hers.get(f"/log/new/hand_in_hand/?child={one.id}&child={two.id}").content.decode()
        assert all(word in form for word in ("共读一本好书", "雏鹰奖章", "互通一封书信", "同过一次队日"))
        log(hers, "hand_in_hand", one, two)
        for child in (one, two):
            assert "手拉手活动" in hers.get(f"/children/{child.id}/?tab=timeline").content.decode()


@pytest.mark.req("P6-4c")
def test_help_in_the_fields_and_a_reminder_of_the_birthday(officer: Post, director: Post, school: Unit, browser_of: Browsers):
    teacher, parent = make_post("teacher", COUNTY, name="刘老师"), make_person("孙家长")
    teacher = accounts.appoint(person=teacher.person, role="teacher", place=TOWNSHIP, since=FIRST - timedelta(days=30), unit_name=school.name, by=None)
    with day(FIRST):
        child = at_school(school, born=date(2016, 10, 14))
    with day(MONDAY):
        adopted(browser_of(officer), "plan-6", meeting_per="quarter", inspection_per="term", roster_days="20", farm_help="1", growth_per="term")
        joined(child, "caring_parent", parent)
        accounts.grant_children(post=teacher, children={child.id: child.scope_place}, cause="class", since=FIRST, by=officer)
    opened(MONDAY)
    with day(MONDAY, 20):
        hers = browser_of(teacher)
        hers.post("/post/", {"post": str(teacher.id)})
        reminded = hers.get("/duties/?duty=plan-6.birthday").content.decode()
        assert "快乐生日" in reminded
        log(browser_of(director), "support", child, doer=parent.id.hex)
        assert definition("support").form.label in browser_of(director).get(f"/children/{child.id}/?tab=timeline&kind=support").content.decode()
