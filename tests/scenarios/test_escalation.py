"""What is overdue climbs: from its day on each level finds it in its own list, says since when, and hears of it once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from tests.people import COUNTY, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.calendars import actions as calendars
from tongxing.care import actions as care
from tongxing.care import telling
from tongxing.caremodels import actions as caremodels
from tongxing.caremodels.shapes import Escalation, Lapse
from tongxing.children.models import Child
from tongxing.children.tests.make import away, make_child, seen_by
from tongxing.duties import climbing, tallies
from tongxing.duties.models import Duty, overdue_at
from tongxing.duties.tests.make import day, moment, opened, promise, promised, rule
from tongxing.forms import queries as forms
from tongxing.ground import scope
from tongxing.ground.today import as_of
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Doer, Subject
from tongxing.log.tests.make import of_visit
from tongxing.outbox.models import Message

pytestmark = pytest.mark.django_db
type Browsers = Callable[[Post], Client]
PARENTS = (away("51", "张强", date(2025, 3, 1)), away("52", "李梅", date(2025, 3, 1)))
HEARD = date(2026, 11, 4)  # a Wednesday; the visit is due by the end of the 7th
CLIMBED = "/duties/list/?state=climbed&duty=liangzihu.visit_when_grade_dropped"


@pytest.fixture
def child(places: Any, director: Post) -> Child:
    with day(date(2026, 10, 2)):
        caremodels.adopt(place=COUNTY, model="liangzihu", parameters={"visit_within": "3d", "mastery_per": "quarter", "school_talk_per": "term"}, since=date(2026, 10, 1), by=None)
        made = make_child(name="张降分", relatives=PARENTS)
    opened(date(2026, 11, 1))
    return made


def grades(by: Post, child: Child, state: str = "dropped", on: date = HEARD) -> Entry:
    """A teacher's marks, brought in by somebody of the village."""
    with as_of(moment(on, 15)), seen_by(by):
        return care.log_entry(
            form=forms.definition("grades"),
            subject=Subject("child", child.id, child.scope_place),
            children=[child.id],
            told=Circumstances(on=on, where="school"),
            answers={"exam": "midterm"},
            own_answers={child.id: {"study_state": state}},
            by=by,
            doer=Doer("刘老师", role="teacher"),
        )


def listed(browser: Client, on: date, hour: int = 9) -> str:
    """The list of what has climbed, in words, as somebody opens it that day."""
    with as_of(moment(on, hour)):
        answer = browser.get(CLIMBED)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<tbody")[2]))


def counted(browser: Client, on: date) -> int:
    """The number on the first page of the day that leads to this list; a line with nothing in it has none."""
    with as_of(moment(on)):
        shown = browser.get("/").content.decode()
    return sum(int(number) for number in re.findall(r'href="/duties/list/\?state=climbed"><b>(\d+)</b><span>已升级到本级的工作任务', shown))


@pytest.mark.req("LZH-3a")
def test_a_dropped_grade_opens_a_visit_and_its_overdue_climbs_to_the_township_and_the_county(
    child: Child, director: Post, next_director: Post, supervisor: Post, officer: Post, browser_of: Browsers
) -> None:
    grades(director, child)
    township, county, village = browser_of(supervisor), browser_of(officer), browser_of(director)
    before = counted(township, date(2026, 11, 7))
    assert "张降分" not in listed(township, date(2026, 11, 7), 23)
    assert "张降分" in listed(township, date(2026, 11, 8))
    assert "11-08起已升级到乡级" in listed(township, date(2026, 11, 8))
    assert counted(township, date(2026, 11, 8)) == before + 1
    assert "张降分" not in listed(county, date(2026, 11, 14))
    assert "11-15起已升级到县级" in listed(county, date(2026, 11, 15))
    assert "张降分" in listed(township, date(2026, 11, 15))
    with as_of(moment(date(2026, 11, 15))):
        own = village.get("/duties/?when=overdue&duty=liangzihu.visit_when_grade_dropped").content.decode()
        assert "11-15起已升级到县级" in own
        assert "已升级到本级" not in village.get("/").content.decode()
        assert "已升级到本级" not in browser_of(next_director).get("/duties/list/?state=climbed").content.decode()
        assert "张降分" not in browser_of(next_director).get("/duties/list/?state=climbed").content.decode()
        assert Client().get(CLIMBED)["Location"].startswith("/sign-in/")
        assert browser_of(make_post("department", COUNTY)).get(CLIMBED).status_code == 403


def test_the_city_reads_masked_names_of_nothing_that_has_not_climbed_so_far(child: Child, director: Post, browser_of: Browsers) -> None:
    grades(director, child)
    city = browser_of(make_post("city_officer", 420500000000))
    assert "张" not in listed(city, date(2026, 11, 30))
    assert counted(city, date(2026, 11, 30)) == 0


@pytest.mark.parametrize(("role", "place"), [("city_officer", 420500000000), ("province_officer", 420000000000)])
def test_whoever_only_reads_of_it_is_not_told_that_all_is_done_while_something_is_overdue_below(child: Child, director: Post, role: str, place: int, browser_of: Browsers) -> None:
    said, done = "下级逾期的工作任务", "都办完了，没有要等您处理的事。"
    browser = browser_of(make_post(role, place))
    for on, overdue in ((date(2026, 11, 4), False), (date(2026, 12, 5), True)):
        with as_of(moment(on)):
            tallies.refresh()
            shown, board = browser.get("/").content.decode(), browser.get("/duties/board/").context["board"].total.overdue
        found = re.findall(rf'<a href="/duties/board/"><b>(\d+)</b><span>{said}</span>', shown)
        assert found == ([str(board)] if overdue else [])
        assert bool(board) is overdue
        assert (done in shown) is not overdue


def test_working_days_are_those_of_the_place(places: Any, director: Post, officer: Post) -> None:
    """The county states a holiday of its own: what climbs after a working day waits for the first one that is worked there."""
    steps = (Escalation(after=Lapse.parse("1wd"), to="township"),)
    monday = date(2026, 11, 9)
    with day(date(2026, 10, 2)):
        make_child(name="张一")
    with promised(rule(promise("weekly", per="week", escalate=steps))):
        opened(date(2026, 11, 2))
    with as_of(moment(date(2026, 11, 3))), seen_by(officer):
        calendars.state_holiday(place=COUNTY, names=["national_day"], since=monday, last=date(2026, 11, 10), by=officer)
    for on, seen in ((date(2026, 11, 10), 0), (date(2026, 11, 11), 0), (date(2026, 11, 12), 1)):
        with seen_by(officer):
            for place in (VILLAGE, COUNTY, 420500000000):
                late = Duty.objects.filter(overdue_at(moment(on)), climbing.reached(place, "township", moment(on)))
                assert late.count() == seen, (place, on)
            climbs = climbing.climbs(list(Duty.objects.all()), _rules(), moment(on))
            assert len(climbs) == seen


def _rules() -> Any:
    from tongxing.duties.models import Rule

    return Rule.objects.in_bulk()


def heard(post: Post) -> list[Message]:
    """What the holder of a post has not read yet."""
    with scope.whole_country(why="the test reads messages"):
        return list(Message.objects.filter(person_id=post.person_id, read_at=None).order_by("at"))


def test_whoever_answers_for_what_an_event_opened_hears_of_it_at_once(child: Child, director: Post, next_director: Post, supervisor: Post, browser_of: Browsers) -> None:
    entry = grades(supervisor, child)
    (message,) = heard(director)
    assert message.text == "您有1项新的工作任务：学习成绩下降必访，请在11-07以前办理。"
    assert not message.urgent  # the model does not say so of a grade
    assert "张降分" not in str(message.words)
    with as_of(moment(HEARD, 16)):
        assert "张降分" in browser_of(director).get(message.url).content.decode()
    assert heard(next_director) == heard(supervisor) == []
    with as_of(moment(HEARD, 17)), seen_by(supervisor):
        care.void_entry(entry=entry, reason="登记错了", by=supervisor)
    assert heard(director) == []


def test_an_urgent_event_rings_at_once_and_a_correction_takes_it_back(child: Child, director: Post, supervisor: Post) -> None:
    def said(**own: str) -> dict[str, Any]:
        return {
            "form": forms.definition("grades"),
            "children": [child.id],
            "told": Circumstances(on=HEARD, where="school"),
            "answers": {"exam": "midterm"},
            "own_answers": {child.id: own},
        }

    entry = grades(supervisor, child)
    with as_of(moment(HEARD, 17)), seen_by(supervisor):
        care.correct_entry(entry=entry, **said(study_state="steady"), reason="看错了行", by=supervisor)
    assert heard(director) == []
    with as_of(moment(HEARD, 18)), seen_by(supervisor), patch("tongxing.care.telling._urgent", lambda event: event == "grade_dropped"):
        care.log_entry(subject=Subject("child", child.id, child.scope_place), **said(study_state="dropped"), by=supervisor)
    (message,) = heard(director)
    assert message.urgent


def test_who_logs_what_opens_her_own_visit_needs_no_message(child: Child, director: Post) -> None:
    with as_of(moment(HEARD, 15)), seen_by(director):
        care.log_entry(**of_visit(director, child, on=HEARD, own={child.id: {"study_state": "dropped"}}))
        assert Duty.objects.filter(window__startswith="event:grade_dropped").count() == 1
    assert heard(director) == []


def test_each_level_hears_once_how_much_climbed_to_it(child: Child, director: Post, next_director: Post, supervisor: Post, officer: Post) -> None:
    grades(supervisor, child)
    for on, township, county in ((date(2026, 11, 7), 0, 0), (date(2026, 11, 9), 1, 0), (date(2026, 11, 10), 1, 0), (date(2026, 11, 16), 1, 1)):
        with as_of(moment(on)):
            telling.climbed()
            telling.climbed()
        assert (len(heard(supervisor)), len(heard(officer))) == (township, county), on
    (message,) = heard(supervisor)
    assert message.text == "小溪塔街道有1项逾期的工作任务新升级到本级，请督办。"
    assert message.url == "/duties/list/?state=climbed"
    assert [each.kind for each in heard(director)] == ["duty"]  # of the visit itself
    assert heard(next_director) == []
