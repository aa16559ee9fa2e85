"""Appointments and endings by Excel: seen before they are done, done once, and nothing beyond one's own."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from tests.people import COUNTY, NEXT_VILLAGE, VILLAGE, make_post
from tongxing.accounts import actions as accounts
from tongxing.accounts import handover
from tongxing.accounts.ledger import export
from tongxing.accounts.ledger.catalogue import CATALOGUE
from tongxing.accounts.ledger.kind import KIND
from tongxing.accounts.models import Person, Post
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.ledgers.kinds import Accepted, Context, Outcome, Verdict
from tongxing.ledgers.reading import Row, read
from tongxing.ledgers.writing import write_list

pytestmark = pytest.mark.django_db


def lines(post: Post) -> handover.Item | None:
    return handover.Item("在管儿童", 32)


def rows_of(*given: dict[str, object]) -> list[Row]:
    return [Row(number, dict(values), [], ()) for number, values in enumerate(given, start=2)]  # type: ignore[arg-type]


def line(name: str, place: str = "冯家湾社区", role: str = "child_director", **more: object) -> dict[str, object]:
    return {"name": name, "role": role, "place": place, **more}


def compared(by: Post, *given: dict[str, object]):
    context = Context(by=by, today=today(), run=uuid7())
    rows = rows_of(*given)
    KIND.check(rows, context)
    return rows, KIND.compare(rows, context), context


def applied(by: Post, *given: dict[str, object]) -> list[Outcome]:
    rows, found, context = compared(by, *given)
    assert not [problem.text() for row in rows for problem in row.problems]
    return KIND.apply([Accepted(row.number, row.values, each.subject) for row, each in zip(rows, found, strict=True)], context)


def problems(by: Post, *given: dict[str, object]) -> list[str]:
    rows, found, _context = compared(by, *given)
    return [problem.text() for row, each in zip(rows, found, strict=True) for problem in (*row.problems, *each.problems)]


def test_new_people_are_appointed_and_the_same_list_again_changes_nothing(supervisor: Post):
    given = [line("赵新", phone="13900001111", record_checked_on=today(), record_check="clear"), line("钱新", "小溪塔街道兴安社区", concurrent="村会计")]
    _rows, found, _context = compared(supervisor, *given)
    assert [each.verdict for each in found] == [Verdict.NEW, Verdict.NEW]
    assert applied(supervisor, *given) == [Outcome.IMPORTED, Outcome.IMPORTED]
    first, second = Post.objects.get(person__name="赵新"), Post.objects.get(person__name="钱新")
    assert (first.place_id, first.since, first.may("children.edit")) == (VILLAGE, today(), True)
    assert (second.place_id, second.concurrent, second.may("children.edit")) == (NEXT_VILLAGE, "村会计", False)
    assert [each.verdict for each in compared(supervisor, *given)[1]] == [Verdict.SAME, Verdict.SAME]
    assert applied(supervisor, *given) == [Outcome.SAME, Outcome.SAME]
    assert Person.objects.filter(name="赵新").count() == 1


def test_an_ending_shows_the_hand_over_before_it_is_done(supervisor: Post, director: Post, settings):
    settings.HANDOVER = ["tongxing.accounts.tests.test_ledger.lines"]
    ending = line("李大妹", change="end", until=today(), end_reason="换届")
    _rows, (found,), _context = compared(supervisor, ending)
    assert (found.verdict, found.subject) == (Verdict.CHANGED, director.person_id)
    assert [(each.column, each.old, each.new) for each in found.differences] == [("until", "", today().isoformat()), ("change", "交接：在管儿童 32", "接任：空缺")]
    assert applied(supervisor, line("赵新", record_checked_on=today(), record_check="clear"), ending) == [Outcome.IMPORTED, Outcome.IMPORTED]
    director.refresh_from_db()
    assert (director.until, director.end_reason) == (today(), "换届")
    assert [post.person.name for post in handover.successors(director)] == ["赵新"]


def test_a_namesake_is_asked_about_and_a_person_decides(supervisor: Post, director: Post):
    given = line("李大妹", "兴安社区")
    rows, (found,), context = compared(supervisor, given)
    assert found.verdict is Verdict.PROBABLE
    assert [each.id for each in found.candidates] == [director.person_id]
    assert "冯家湾社区" in found.candidates[0].label
    (same,) = KIND.compare(rows, context, {2: director.person_id})
    assert (same.verdict, same.subject) == (Verdict.CHANGED, director.person_id)
    (other,) = KIND.compare(rows, context, {2: None})
    assert (other.verdict, other.subject) == (Verdict.NEW, None)
    assert KIND.apply([Accepted(2, rows[0].values, None, decided=True)], context) == [Outcome.IMPORTED]
    assert Person.objects.filter(name="李大妹").count() == 2


def test_name_and_telephone_together_are_the_person(supervisor: Post, director: Post):
    accounts.edit_person(person=director.person, name="李大妹", phone="13900002222", by=None)
    _rows, (found,), _context = compared(supervisor, line("李大妹", "兴安社区", phone="13900002222"))
    assert (found.verdict, found.subject) == (Verdict.CHANGED, director.person_id)
    assert [(each.column, each.new) for each in found.differences] == [("role", "儿童主任")]


def test_a_record_check_by_list_gives_the_powers_back(supervisor: Post):
    post = make_post("child_director", VILLAGE, name="孙大姐", checked=False)
    assert applied(supervisor, line("孙大姐", record_checked_on=today(), record_check="clear", certificate="HB-1", certified_on=today())) == [Outcome.IMPORTED]
    post = Post.objects.select_related("person", "place").get(pk=post.pk)
    assert post.may("children.view")
    assert post.person.certificate == "HB-1"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (line("甲", "火星村"), "没有找到“火星村”"),
        (line("甲", "420506001099"), "没有找到"),
        (line("甲", "夷陵区", "county_officer"), "没有找到"),
        (line("甲", "小溪塔街道", "supervisor"), "不能在这里任命"),
        (line("甲", since=today(), until=today()), "离任日期应晚于任职日期"),
        (line("甲", since=today() + timedelta(days=3000)), "任职日期"),
        (line("甲", change="end", until=today(), end_reason="换届"), "此人没有在这个地点"),
        (line("李大妹", change="end", until=today()), "请填写离任原因"),
        (line("甲", record_check="clear"), "请填写从业查询日期"),
        (line("甲", certificate="HB-1"), "请填写取证日期"),
        (line("甲", record_checked_on=today(), record_check="found"), ""),
    ],
)
def test_what_cannot_be_done_is_said_by_cell(supervisor: Post, director: Post, given: dict[str, object], words: str):
    assert any(words in text for text in problems(supervisor, given)) or not words


def test_whoever_has_a_record_is_left(supervisor: Post):
    assert applied(supervisor, line("甲", record_checked_on=today(), record_check="found")) == [Outcome.LEFT]
    assert not Person.objects.filter(name="甲").exists()


def test_the_same_line_twice_is_told(supervisor: Post):
    assert problems(supervisor, line("甲"), line("甲", "小溪塔街道冯家湾社区")) == ["与第 2 行重复"]


def test_a_person_who_also_stands_elsewhere_is_not_written_about(supervisor: Post, director: Post):
    accounts.appoint(person=director.person, role="department", place=COUNTY, since=today(), unit_name="妇联", by=None)
    assert problems(supervisor, line("李大妹", phone="13999999999")) == ["此人还有不归您管理的岗位，不能修改其电话、从业查询和证书。请删去这几列"]
    assert problems(supervisor, line("李大妹")) == []


def test_what_was_exported_can_be_imported_and_changes_nothing(officer: Post, supervisor: Post, director: Post, next_director: Post, places):
    make_post("social_worker", COUNTY, name="徐静")
    Post.objects.filter(role="social_worker").update(unit_name="社会工作服务中心")
    stream = io.BytesIO()
    posts = list(Post.objects.exclude(pk=officer.pk).select_related("person", "place").order_by("place_id"))
    write_list(CATALOGUE, export.rows(posts), stream)
    with read(stream.getvalue(), CATALOGUE, today=today()) as found:
        rows = list(found.rows())
    context = Context(by=officer, today=today(), run=uuid7())
    KIND.check(rows, context)
    assert [problem.text() for row in rows for problem in row.problems] == []
    assert [each.verdict for each in KIND.compare(rows, context)] == [Verdict.SAME] * 4


def test_a_director_imports_no_posts(director: Post, browser_of):
    assert browser_of(director).get("/imports/new/posts/").status_code == 403
