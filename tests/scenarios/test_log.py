"""What people do for a child, written down through the pages and read again: the log of work."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from tests.people import TOWNSHIP, make_post
from tongxing.caremodels.loading import library
from tongxing.children.models import Child
from tongxing.children.tests.make import away, make_child, make_siblings
from tongxing.forms.loading import TAGS
from tongxing.forms.queries import definitions
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.ledgers.tests.sample import xlsx
from tongxing.log.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
OWN = {"mood": "calm", "study_state": "steady", "conduct": "fine", "body": "well"}
WORDS = "孩子说想每周和妈妈视频"


def log(browser: Client, logged: str, *children: Child, where: str, own: dict[str, str] | None = None, days: int = 0, **answers: object) -> str:
    """Fill in the form of a kind as a browser would; the page that follows."""
    query = "&".join(f"child={child.id}" for child in children)
    sent: dict[str, object] = {
        "entry_id": str(uuid7()),
        "on": (today() - timedelta(days=days)).isoformat(),
        "where": where,
        "with": [str(child.id) for child in children[1:]],
        "late": "on",
        "nobody": "on",
    }
    asked = definitions()[logged].form.asks
    if "spoken_to" in asked:
        sent["spoken_to"] = answers.pop("spoken_to", ["carer"])
    for child in children:
        sent |= {f"{child.id.hex}-{key}": value for key, value in (own or {}).items()} | ({f"{child.id.hex}-seen": "yes"} if "seen" in asked else {})
    sent |= {f"c-{key}": value for key, value in answers.items()}
    answer = browser.post(f"/log/new/{logged}/?{query}", sent)
    assert answer.status_code == 302, re.findall(r"<li>.*?</li>", answer.content.decode())[:5]
    return browser.get(answer.headers["Location"]).content.decode()


def timeline(browser: Client, child: Child, **asked: str) -> str:
    return browser.get(f"/children/{child.id}/", {"tab": "timeline", **asked}).content.decode()


@pytest.mark.req("LHK-5a")
@pytest.mark.req("YM-5d")
def test_calls_and_visits_to_parents_away_stand_in_the_child_s_log(director, browser_of):
    child, browser = make_child(relatives=(away("51", "张强", today() - timedelta(days=400)),)), browser_of(director)
    log(browser, "parent_contact", child, where="phone", spoken_to=["father"], means="phone", reached="yes", told="孩子月考进步了", last_contact="week")
    log(browser, "parent_contact", child, where="home", spoken_to=["father"], means="visit", reached="yes", work="在东莞电子厂", days=20)
    shown = timeline(browser, child, kind="parent_contact")
    assert all(word in shown for word in ("联系在外父母", "谈过：父亲", "孩子月考进步了", "在东莞电子厂", "当面"))


@pytest.mark.req("LZH-4a")
@pytest.mark.req("P4-1a")
@pytest.mark.req("WH-6b")
def test_the_visit_asks_the_four_things_that_a_director_must_know(director, browser_of):
    child, browser = make_child(), browser_of(director)
    form = browser.get(f"/log/new/home_visit/?child={child.id}").content.decode()
    sections = re.findall(r'<fieldset class="form-section"><h2>([^<]+)</h2>', form)
    assert [word for word in sections if word in ("家庭情况", "思想表现", "学业成绩", "日常行为")] == ["家庭情况", "思想表现", "学业成绩", "日常行为"]
    shown = log(browser, "home_visit", child, where="home", own=OWN, carer_present="yes", changed="no")
    assert all(word in shown for word in ("家庭情况", "思想表现", "学业成绩", "日常行为", "见到孩子本人"))


@pytest.mark.req("LZH-4a")
def test_a_month_of_visits_that_a_director_kept_in_excel_counts_like_the_page_s(director, supervisor, browser_of, run_jobs):
    child, browser = make_child(name="张子轩"), browser_of(supervisor)
    empty = openpyxl.load_workbook(io.BytesIO(browser.get("/log/new/home_visit/sheet/file/").content)).worksheets[0]
    headings = [str(cell.value) for cell in empty[3]]
    said = {
        "日期": today() - timedelta(days=20),
        "儿童姓名": "张子轩",
        "村（社区）": "冯家湾社区",
        "在哪里": "孩子家里",
        "见到孩子本人": "是",
        "和谁谈过": "日常照看人",
        "谁做的": "李大妹",
        "日常照看人是否在家": "在家",
        "家庭情况和上次相比": "没有变化",
        "情绪": "平稳",
        "学习情况": "和以前一样",
        "这一段时间": "没有异常",
        "身体": "健康",
    }
    assert said.keys() <= set(headings)
    rows = [said, said | {"日期": today() - timedelta(days=6)}, said | {"儿童姓名": "没有这个人"}]
    sheet = xlsx(list(said), *(list(row.values()) for row in rows))
    page = browser.post("/imports/new/entry_home_visit/", {"file": SimpleUploadedFile("11月.xlsx", sheet)}).headers["Location"]
    run_jobs()
    assert "名册里没有“没有这个人”" in browser.get(page).content.decode()
    browser.post(f"{page}start/")
    run_jobs()
    shown = timeline(browser_of(director), child, kind="home_visit")
    assert shown.count("李大妹") >= 2
    assert "没有这个人" not in shown
    masteries = re.search(r'class="masteries".*?</ul>', shown, re.DOTALL)
    assert masteries
    assert "tone-amber" not in masteries[0]


@pytest.mark.req("LZH-4b")
def test_a_section_that_nobody_renewed_for_a_quarter_is_marked_on_the_file(director, browser_of):
    child, browser = make_child(), browser_of(director)
    log(browser, "home_visit", child, where="home", own=OWN, carer_present="yes", changed="no", days=120)
    log(browser, "child_talk", child, where="school", own={"mood": "good", "words": WORDS}, topics=["family"])
    masteries = re.search(r'class="masteries".*?</ul>', timeline(browser, child), re.DOTALL)
    assert masteries
    assert re.search(r"tone-amber[^<]*(?:<svg.*?</svg>)?[^<]*学业成绩", masteries[0]) or masteries[0].count("tone-amber") == 3


@pytest.mark.req("LZH-1c")
def test_what_school_and_class_teacher_say_of_thought_discipline_and_study_is_logged(director, browser_of):
    one, two = make_child(), make_child(name="李思源")
    browser = browser_of(director)
    shown = log(
        browser, "school_talk", one, two, where="school", spoken_to=["class_teacher"], own={"thought": "good", "discipline": "late", "study": "steady", "words": "上课爱走神"}
    )
    assert all(word in shown for word in ("张子轩", "李思源", "班主任"))
    mine = timeline(browser, two)
    assert all(word in mine for word in ("与学校、班主任沟通", "遵守纪律", "迟到早退", "有异常", "上课爱走神"))


@pytest.mark.req("P1-3a")
@pytest.mark.req("YM-5e")
def test_a_teacher_logs_talks_and_visits_of_the_children_granted_to_her(places, browser_of):
    child, other = make_child(), make_child(name="别的孩子")
    teacher = make_post("teacher", TOWNSHIP, name="刘老师")
    with scope.whole_country(why="the test grants a child"):
        Grant.objects.create(post_id=teacher.id, child_id=child.id, cause="class", since=today())
    browser = browser_of(teacher)
    log(browser, "child_talk", child, where="school", own={"mood": "low", "words": WORDS}, topics=["family", "mood"])
    log(browser, "home_visit", child, where="home", own=OWN, carer_present="yes", changed="no")
    shown = timeline(browser, child, person=str(teacher.person_id))
    assert all(word in shown for word in ("谈心", "家访", "刘老师（教师）", WORDS))
    assert (
        "刘老师" not in browser.get(f"/log/new/home_visit/?child={other.id}", follow=True).content.decode()
        or other.name not in browser.get("/log/new/child_talk/children/").content.decode()
    )


@pytest.mark.req("P3-3a")
def test_a_letter_is_typed_or_scanned(director, browser_of):
    child, browser = make_child(), browser_of(director)
    scan = io.BytesIO()
    Image.new("RGB", (800, 1100), "white").save(scan, "JPEG")
    scan.name = "letter.jpg"
    scan.seek(0)
    log(browser, "letter", child, where="school", direction="to_parents", delivered="posted", scan=scan)
    shown = log(browser, "letter", child, where="home", direction="from_parents", delivered="by_hand", words="儿子，爸爸过年回来")
    assert "儿子，爸爸过年回来" in shown
    assert re.search(r'<img src="[^"]+\?small=1" alt="信的扫描件"', shown)


@pytest.mark.req("P4-1c")
@pytest.mark.req("WH-6a")
def test_one_activity_with_its_children_is_one_form(director, browser_of):
    children = [make_child(name=f"张{word}") for word in "甲乙丙丁戊"]
    browser = browser_of(director)
    shown = log(browser, "activity", *children, where="school", title="防溺水主题班会", theme="safety", form="meeting")
    assert all(child.name in shown for child in children)
    log(browser, "activity", *children[:2], where="school", title="留守儿童专栏", theme="board", form="board")
    assert "防溺水主题班会" in timeline(browser, children[4])
    shown = log(browser, "training", *children[:2], where="school", own={"came": "carer"}, topic="隔代抚养", people="12")
    assert "照看人" in shown


@pytest.mark.req("P6-8b")
@pytest.mark.req("YM-5c")
def test_growth_immunisation_and_illness_are_registered(director, browser_of):
    child, browser = make_child(), browser_of(director)
    own = {"height": "131.2", "weight": "29.5", "vaccinated": "behind", "body": "follow", "finding": "龋齿两颗", "vision_left": "4.8"}
    shown = log(browser, "health_check", child, where="school", own=own)
    assert all(word in shown for word in ("131.2 厘米", "29.5 千克", "有漏种", "龋齿两颗", "4.8"))


@pytest.mark.req("LZH-2c")
@pytest.mark.req("P6-8c")
def test_each_child_has_a_growth_book_with_curves(director, browser_of):
    child, browser = make_child(), browser_of(director)
    for days, height in ((700, "120.5"), (330, "126"), (2, "131.2")):
        log(browser, "health_check", child, where="school", own={"height": height, "weight": "28", "body": "well"}, days=days)
    log(browser, "grades", child, where="school", own={"chinese": "91", "maths": "88.5", "study_state": "better"}, exam="midterm", days=5)
    log(browser, "home_visit", child, where="home", own=OWN | {"thought_words": WORDS}, carer_present="yes", changed="no", days=3)
    asked = {"since": (today() - timedelta(days=60)).isoformat(), "until": today().isoformat()}
    plain, full = (
        "".join(
            "".join(page.extract_text().split())
            for page in PdfReader(io.BytesIO(browser.get(browser.post(f"/log/children/{child.id}/growth/", asked | more)["Location"]).content)).pages
        )
        for more in ({"content": "plain"}, {"content": "full", "why": "交给监护人"})
    )
    assert all(word in plain for word in ("儿童成长记录册", "身高", "120.5", "131.2", "期中", "88.5", "家访1次"))
    assert WORDS not in plain
    assert WORDS in full


@pytest.mark.req("LZH-2a")
def test_the_director_prints_her_work_record(director, browser_of):
    one, two = make_siblings(2)
    browser = browser_of(director)
    log(browser, "home_visit", one, two, where="home", own=OWN, carer_present="yes", changed="no")
    asked = {"since": today().replace(day=1).isoformat(), "until": today().isoformat()}
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(browser.get(browser.post("/log/record/", asked)["Location"]).content)).pages)
    assert all(word in text for word in ("儿童主任工作记录", "李大妹", "家访1次", one.name, two.name, "督导员（签名）"))


@pytest.mark.req("LZH-5a")
@pytest.mark.req("YC-11a")
def test_every_kind_of_work_carries_a_coach_and_a_protection(director, browser_of):
    for model, group in (("liangzihu", "coach."), ("yichang", "protection.")):
        kinds = {kind for duty in library().models[model].duties for kind in duty.by.kinds}
        assert kinds
        assert not [kind for kind in kinds if not any(tag.startswith(group) for tag in definitions()[kind].tags)]
    child, browser = make_child(), browser_of(director)
    shown = log(browser, "gift", child, where="school", what="books", details="字典一本")
    entry = re.search(r"/log/([0-9a-f-]{36})/", shown)
    assert entry
    page = browser.get(f"/log/{entry[1]}/").content.decode()
    assert "生活起居" in page
    assert "社会保护" in page
    with scope.whole_country(why="the test looks at the row"):
        assert set(Entry.objects.get().tags) <= set(TAGS.values())


@pytest.mark.req("LZH-5b")
@pytest.mark.req("YC-11b")
def test_the_file_shows_the_balance_of_the_five_and_the_six(director, browser_of):
    child, browser = make_child(), browser_of(director)
    log(browser, "gift", child, where="school", what="books", details="字典一本")
    log(browser, "child_talk", child, where="school", own={"mood": "good"}, topics=["study"])
    shown = timeline(browser, child)
    counted = dict(re.findall(r"<span[^>]*>([\u4e00-\u9fff]+) <b>(\d+)</b></span>", shown))
    assert {counted[word] for word in ("生活起居", "思想品德", "情感交流")} == {"1"}
    assert counted["社会保护"] == "2"
    assert counted["司法保护"] == "0"


@pytest.mark.req("WH-2b")
def test_counselling_notes_are_read_by_who_wrote_them_and_named_posts(director, officer, browser_of):
    child = make_child()
    worker = make_post("social_worker", TOWNSHIP, name="何社工")
    with scope.whole_country(why="the test grants a child"):
        Grant.objects.create(post_id=worker.id, child_id=child.id, cause="circle", since=today())
    mine = browser_of(worker)
    log(mine, "counselling", child, where="school", own={"notes": WORDS}, kind="single", minutes="40")
    assert WORDS in timeline(mine, child)
    for post in (director, officer):
        shown = timeline(browser_of(post), child)
        assert WORDS not in shown
        assert "心理辅导" not in shown
    sent = {"entry_id": str(uuid7()), "on": today().isoformat(), "where": "school", "c-kind": "single", f"{child.id.hex}-notes": "第二次：情绪平稳", "readers": [director.id.hex]}
    assert mine.post(f"/log/new/counselling/?child={child.id}", sent).status_code == 302
    assert "第二次：情绪平稳" in timeline(browser_of(director), child)
    assert "第二次：情绪平稳" not in timeline(browser_of(officer), child)
