"""One's own list, the boards, what a superior decides: as the director, the supervisor, the officer, the next village and strangers meet them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.people import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, make_post
from tongxing.accounts.models import Post
from tongxing.care.boards import own as lists
from tongxing.care.boards import standing
from tongxing.care.boards.periods import last_day, period
from tongxing.care.boards.tests.make import TODAY, World, november
from tongxing.care.boards.urging import nameless
from tongxing.caremodels.shapes import By
from tongxing.children.errors import CannotDo
from tongxing.children.tests.make import seen_by
from tongxing.duties import actions as duties
from tongxing.duties import tallies
from tongxing.duties.models import Duty, Urge
from tongxing.duties.tests.make import moment, promise, rule
from tongxing.ground import scope
from tongxing.ground.models import Grant
from tongxing.outbox.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
type Browsers = Callable[[Post], Client]


@pytest.fixture
def world(places: Any, director: Post, next_director: Post, supervisor: Post, officer: Post) -> Iterator[World]:
    with november() as made:
        yield made


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup.partition("<main")[2].partition("</main>")[0]))


# One's own list


def test_a_director_finds_her_day(world: World, director: Post, browser_of: Browsers) -> None:
    shown = text(page(browser_of(director), "/duties/"))
    assert "李没见" in shown
    assert "每月一次家访 2026年11月" in shown
    assert "逾期" in shown  # October's visit of one child
    assert "赵邻村" not in shown
    late = text(page(browser_of(director), "/duties/?when=overdue"))
    assert "王错过" in late
    assert "2026年10月" in late
    by_duty = text(page(browser_of(director), "/duties/?by=duty&duty=test.talk"))
    assert "每周谈心" in by_duty
    assert "共 3 项" in by_duty or "共" in by_duty


def test_the_list_is_of_the_next_village_for_its_director(world: World, next_director: Post, browser_of: Browsers) -> None:
    shown = text(page(browser_of(next_director), "/duties/"))
    assert "赵邻村" in shown
    assert "李没见" not in shown


def test_nobody_signed_out_and_no_department_reads_a_list(world: World, places: Any, browser_of: Browsers) -> None:
    department = make_post("department", COUNTY)
    auditor = make_post("auditor", COUNTY)
    for address in ("/duties/", "/duties/list/", "/duties/calendar/", "/duties/coverage/", "/duties/urge/"):
        assert Client().get(address)["Location"].startswith("/sign-in/")
        for post in (department, auditor):
            assert browser_of(post).get(address).status_code == 403, address


def test_a_teacher_sees_promises_about_her_own_children_only(world: World, places: Any, browser_of: Browsers) -> None:
    teacher = make_post("teacher", COUNTY)
    Grant.objects.create(post_id=teacher.id, child_id=world.unseen.id, cause="circle", since=TODAY)
    shown = text(page(browser_of(teacher), "/duties/list/?state=all"))
    assert "李没见" in shown
    assert "陈见到" not in shown
    assert "赵邻村" not in shown
    assert "没有要做的任务" in text(page(browser_of(teacher), "/duties/"))  # the visit is the director's
    assert browser_of(teacher).get("/duties/board/").status_code == 403


def test_the_list_takes_eight_queries_however_long_it_is(world: World, director: Post, django_assert_max_num_queries: Any) -> None:
    with seen_by(director), django_assert_max_num_queries(8):
        found = lists.own(director, lists.asked({}), moment(TODAY), TODAY)
    assert found.whole > 3


def test_an_address_that_means_nothing_shows_the_whole_list(world: World, director: Post, browser_of: Browsers) -> None:
    shown = text(page(browser_of(director), "/duties/?by=x&when=never&day=2026-13-45&page=999999&place=abc"))
    assert "没有符合条件的任务" in shown
    assert "李没见" in text(page(browser_of(director), "/duties/?by=x&when=never&day=2026-13-45&page=99999"))


def test_the_first_page_counts_ones_own_promises(world: World, director: Post, supervisor: Post, browser_of: Browsers) -> None:
    counted = dict(re.findall(r"<b>(\d+)\+?</b><span>([^<]*工作任务[^<]*)</span>", page(browser_of(director), "/")))
    counted = {word: int(number) for number, word in counted.items()}
    assert counted["我的工作任务：逾期"] >= 1
    assert any("下级逾期的工作任务" in word for _n, word in re.findall(r"<b>(\d+)\+?</b><span>([^<]*)</span>", page(browser_of(supervisor), "/")))


# The boards


def board(post: Post, by: str = "place", key: str = "now") -> dict[str, standing.Counts]:
    with seen_by(post):
        read = {"place": standing.by_place, "duty": standing.by_duty, "person": standing.by_person}[by]
        return {row.name: row.counts for row in read(post.place_id, period(key, TODAY), moment(TODAY)).rows}


def test_who_is_behind_comes_first(world: World, supervisor: Post) -> None:
    found = board(supervisor)
    assert list(found) == ["冯家湾社区", "兴安社区"]
    assert found["冯家湾社区"].overdue > found["兴安社区"].overdue
    visits = board(supervisor, "duty")["每月一次家访"]
    assert (visits.asked, visits.kept, visits.overdue, visits.open) == (5, 1, 1, 3)  # four of November, and October's missed one
    last = board(supervisor, "duty", "last_month")["每月一次家访"]
    assert (last.asked, last.kept, last.overdue) == (4, 3, 1)


def test_by_person_the_same_promises_are_counted(world: World, supervisor: Post) -> None:
    people, villages = board(supervisor, "person"), board(supervisor)
    assert people["李大妹"] == villages["冯家湾社区"]
    assert people["王小兰"] == villages["兴安社区"]


def test_a_seat_that_nobody_holds_is_a_line_of_its_own(places: Any, supervisor: Post, director: Post) -> None:
    with november(), seen_by(supervisor):
        rows = standing.by_person(TOWNSHIP, period("now", TODAY), moment(TODAY)).rows
    assert [row.name for row in rows if row.vacant] == ["兴安社区 儿童主任"]


def test_what_a_township_promises_itself_is_a_line_of_its_own(places: Any, supervisor: Post, browser_of: Browsers) -> None:
    exchange = rule(promise("exchange", about="place", level="township", who="supervisor", name="儿童主任交流", by=By(kinds=("exchange",))))
    with november(exchange):
        markup = page(browser_of(supervisor), "/duties/board/")
        (line,) = [each for each in markup.split("<tr") if "本级" in each]
        (link, number) = re.findall(r'href="(/duties/list/[^"]*state=all[^"]*)">(\d+)</a>', line)[0]
        assert "alone=1" in link
        assert f"共 <b>{number}</b> 条" in page(browser_of(supervisor), link.replace("&amp;", "&"))


@pytest.mark.parametrize("by", ["place", "duty", "person"])
@pytest.mark.parametrize("key", ["now", "month", "last_month", "quarter", "last_quarter"])
def test_every_number_leads_to_as_many_promises(world: World, supervisor: Post, browser_of: Browsers, by: str, key: str) -> None:
    browser = browser_of(supervisor)
    markup = page(browser, f"/duties/board/?by={by}&period={key}")
    links = re.findall(r'href="(/duties/list/[^"]*)">(\d+)</a>', markup)
    assert links or key == "last_quarter"
    for link, number in links:
        shown = page(browser, link.replace("&amp;", "&"))
        assert f"共 <b>{number}</b> 条" in shown, link


def test_the_board_goes_down_to_the_village_and_no_further_than_the_post(world: World, supervisor: Post, director: Post, officer: Post, browser_of: Browsers) -> None:
    assert "李大妹" in text(page(browser_of(supervisor), f"/duties/board/?place={VILLAGE}"))
    assert "小溪塔街道" in text(page(browser_of(officer), "/duties/board/"))
    page(browser_of(director), f"/duties/board/?place={NEXT_VILLAGE}", 404)
    page(browser_of(director), f"/duties/board/?place={TOWNSHIP}", 404)
    page(browser_of(supervisor), "/duties/board/?place=12ab", 404)
    assert "赵邻村" not in text(page(browser_of(director), f"/duties/list/?place={NEXT_VILLAGE}&state=all"))


def test_who_sees_no_children_reads_totals_without_the_small_ones(world: World, places: Any, browser_of: Browsers) -> None:
    auditor = make_post("auditor", COUNTY)
    shown = text(page(browser_of(auditor), "/duties/board/"))
    assert "还没有工作任务" in shown or "每月一次家访" not in shown  # 1 kept of 5
    assert "催办" not in shown.replace("催办过", "")
    page(browser_of(auditor), f"/duties/board/?place={TOWNSHIP}", 404)


def test_small_numbers_take_their_line_with_them() -> None:
    rows = [standing.Row("a", "a", standing.Counts(asked=20, kept=10, overdue=10)), standing.Row("b", "b", standing.Counts(asked=20, kept=17, overdue=3))]
    found = standing.hidden(standing.Board(rows, rows[0].counts + rows[1].counts, {}), 5)
    assert [row.key for row in found.rows] == ["a"]
    assert found.total == standing.Counts()


def test_the_text_for_the_group_names_nobody(world: World, supervisor: Post, browser_of: Browsers) -> None:
    shown = page(browser_of(supervisor), "/duties/board/")
    said = re.search(r"<textarea[^>]*>([^<]*)</textarea>", shown)
    assert said
    assert "请登录查看" in said[1]
    assert not any(name in said[1] for name in ("李没见", "王错过", "陈见到", "赵邻村"))
    assert nameless(standing.Counts(asked=3, kept=0), period("month", TODAY)) == "本月还有3项工作任务未完成，请登录查看。"


def test_the_board_is_a_workbook(world: World, supervisor: Post, browser_of: Browsers) -> None:
    answer = browser_of(supervisor).post("/duties/board/export/?by=place")
    assert answer.status_code == 302
    taken = browser_of(supervisor).get(f"{answer['Location']}file/")
    sheet = load_workbook(BytesIO(taken.content)).active
    cells = [str(cell.value) for row in sheet.rows for cell in row if cell.value is not None]
    assert "冯家湾社区" in cells
    assert not any("没见" in cell for cell in cells)


# Deciding


def heard(post: Post) -> list[Message]:
    """What the holder of a post was told."""
    with scope.whole_country(why="the test reads messages"):
        return list(Message.objects.filter(person_id=post.person_id))


def test_the_promises_behind_a_number_are_given_away_as_a_workbook_and_noted(world: World, supervisor: Post, director: Post, next_director: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    listed = page(browser, "/duties/list/?state=overdue")
    assert "/duties/list/export/" in listed
    assert browser.post("/duties/list/export/?state=overdue", {"recipient": "", "purpose": ""}).status_code == 422
    answer = browser.post("/duties/list/export/?state=overdue", {"recipient": "区民政局", "purpose": "督办"})
    assert answer.status_code == 302
    sheet = load_workbook(BytesIO(browser.get(answer["Location"] + "file/").content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (head,) = [row for row in cells if "工作任务" in row]
    rows = cells[cells.index(head) + 1 :]
    assert len(rows) == int(re.findall(r"共 <b>(\d+)</b> 条", listed)[0])
    assert {row[head.index("责任人")] for row in rows} >= {director.person.name}
    assert "区民政局" in str(cells)
    assert browser_of(next_director).get(answer["Location"] + "file/").status_code == 404


def test_a_supervisor_urges_and_the_director_hears_of_it(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    browser = browser_of(supervisor)
    address = f"/duties/urge/?place={VILLAGE}&state=overdue&all=1"
    dialog = page(browser, address)
    assert "催办" in dialog
    confirmed = dict(re.findall(r'name="(counted)" value="(\d+)"', dialog))
    assert browser.post(address, confirmed).status_code == 302
    with scope.whole_country(why="the test reads"):
        urged = list(Duty.objects.filter(urged=1))
        assert world.missed.id in {duty.child_id for duty in urged}
        assert not [duty for duty in urged if duty.scope_place != VILLAGE]
        assert Urge.objects.count() == len(urged)
    (told,) = heard(director)
    assert told.url.startswith("/duties/")
    assert "王错过" not in str(told.words)
    again = browser.post(address, confirmed)
    assert again.status_code == 422  # within twelve hours


def test_letting_be_needs_a_reason_and_a_superior(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    assert browser_of(director).get(f"/duties/waive/?pick={duty.id}").status_code == 403
    browser = browser_of(supervisor)
    assert browser.post("/duties/waive/", {"pick": str(duty.id), "reason": ""}).status_code == 422
    assert browser.post("/duties/waive/", {"pick": str(duty.id), "reason": "随父母外出"}).status_code == 302
    assert world.duty(world.unseen).waive_reason == "随父母外出"
    assert browser.post("/duties/waive/", {"pick": "nonsense", "reason": "x"}).status_code == 422


def test_a_childs_promises_rest(world: World, supervisor: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    browser = browser_of(supervisor)
    assert "涉及1名儿童" in page(browser, f"/duties/suspend/?pick={duty.id}")
    assert browser.post("/duties/suspend/", {"pick": str(duty.id), "reason": "住院"}).status_code == 302
    assert world.duty(world.unseen).suspended_on
    with scope.whole_country(why="counting"):
        tallies.refresh()
    assert board(supervisor)["冯家湾社区"].resting >= 1


def test_a_promise_is_handed_over_and_counts_for_whoever_got_it(world: World, supervisor: Post, director: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    before = board(supervisor, "person")
    browser = browser_of(supervisor)
    assert "陈督导" in page(browser, f"/duties/hand-over/?pick={duty.id}")
    answer = browser.post("/duties/hand-over/", {"pick": str(duty.id), "to": str(supervisor.person_id), "reason": "请假"})
    assert answer.status_code == 302
    after = board(supervisor, "person")
    assert after["陈督导"].asked == 1
    assert after["李大妹"].asked == before["李大妹"].asked - 1
    assert len(heard(supervisor)) == 1
    assert "李没见" in text(page(browser_of(supervisor), "/duties/"))
    assert "每月一次家访 2026年11月" not in text(page(browser_of(director), f"/duties/?child={world.unseen.id}"))


def test_nobody_is_given_what_he_cannot_see(world: World, places: Any, supervisor: Post, next_director: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    browser = browser_of(supervisor)
    assert "王小兰" not in page(browser, f"/duties/hand-over/?pick={duty.id}")
    assert "王小兰" in page(browser, f"/duties/hand-over/?pick={world.duty(world.away).id}")
    given = {"pick": str(duty.id), "to": str(next_director.person_id), "reason": "请假"}
    assert browser.post("/duties/hand-over/", given).status_code == 422
    with seen_by(supervisor), pytest.raises(CannotDo, match="1项不能交给这个人"):
        duties.reassign(duty_ids=[duty.id], to=next_director.person_id, reason="请假", by=supervisor)
    Grant.objects.create(post_id=next_director.id, child_id=world.unseen.id, cause="circle", since=TODAY)
    assert browser.post("/duties/hand-over/", given).status_code == 302
    assert "李没见" in text(page(browser_of(next_director), "/duties/"))


def test_what_whoever_got_it_sees_no_more_has_nobody_and_never_vanishes(world: World, supervisor: Post, next_director: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    grant = Grant.objects.create(post_id=next_director.id, child_id=world.unseen.id, cause="circle", since=TODAY)
    browser = browser_of(supervisor)
    browser.post("/duties/hand-over/", {"pick": str(duty.id), "to": str(next_director.person_id), "reason": "请假"})
    before = board(supervisor, "person")
    grant.delete()
    assert "没有责任人" in text(page(browser, f"/duties/list/?child={world.unseen.id}&duty=test.home_visit"))
    after = board(supervisor, "person")
    assert after["移交后接手人看不到"].asked == 1
    assert after["王小兰"].asked == before["王小兰"].asked - 1


def test_the_next_townships_supervisor_can_decide_nothing_here(world: World, places: Any, browser_of: Browsers) -> None:
    from tests.people import NAMES, make_place

    NAMES[420506002000] = "鸦鹊岭镇"
    try:
        make_place(420506002000, "鸦鹊岭镇")
        other = make_post("supervisor", 420506002000)
    finally:
        del NAMES[420506002000]
    duty = world.duty(world.unseen)
    assert browser_of(other).post("/duties/waive/", {"pick": str(duty.id), "reason": "x"}).status_code == 422
    assert world.duty(world.unseen).is_open


# Calendar and file


def test_the_month_says_what_ends_when(world: World, director: Post, supervisor: Post, browser_of: Browsers) -> None:
    shown = page(browser_of(director), "/duties/calendar/")
    assert "/duties/?day=2026-11-30" in shown
    assert "2026-11-30" in text(page(browser_of(director), "/duties/?day=2026-11-30"))
    assert "/duties/list/?day=2026-11-30" in page(browser_of(supervisor), "/duties/calendar/?of=place")
    page(browser_of(director), "/duties/calendar/?month=never")
    assert "2027-02" in text(page(browser_of(director), "/duties/calendar/?month=2027-02"))


def test_the_file_shows_the_promises_of_this_window(world: World, director: Post, next_director: Post, browser_of: Browsers) -> None:
    shown = text(page(browser_of(director), f"/children/{world.missed.id}/"))
    assert "本期工作任务" in shown
    assert "每月一次家访 2026年10月" in shown
    assert "已完成" in text(page(browser_of(director), f"/children/{world.seen.id}/"))
    page(browser_of(next_director), f"/children/{world.missed.id}/", 404)


def test_together_leads_nowhere_for_what_one_may_not_see(world: World, next_director: Post, browser_of: Browsers) -> None:
    duty = world.duty(world.unseen)
    answer = browser_of(next_director).get(f"/duties/together/?pick={duty.id}")
    assert str(world.unseen.id) not in answer["Location"]


# Periods


@pytest.mark.parametrize(
    ("key", "on", "first", "until"),
    [
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 3, 1)),
        ("last_month", date(2026, 1, 15), date(2025, 12, 1), date(2026, 1, 1)),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
        ("last_quarter", date(2026, 1, 1), date(2025, 10, 1), date(2026, 1, 1)),
        ("nonsense", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)),
    ],
)
def test_periods_over_the_edges_of_years(key: str, on: date, first: date, until: date) -> None:
    found = period(key, on)
    assert (found.first, found.until) == (first, until)


def test_what_is_due_at_midnight_is_in_time_the_day_before() -> None:
    assert last_day(moment(date(2026, 12, 1), 0)) == date(2026, 11, 30)
    assert last_day(moment(date(2026, 12, 1), 0) + timedelta(minutes=1)) == date(2026, 12, 1)
