"""What the demo county told its people: rules that they confirmed, notices that most of them read, a year of school terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tongxing.accounts.models import Post
from tongxing.calendars import actions as calendars
from tongxing.calendars import terms
from tongxing.demo import COUNTY, TOWN
from tongxing.demo.life import Life
from tongxing.notices import actions, queries
from tongxing.notices.actions import Draft
from tongxing.notices.models import Notice, Receipt

RNG = Random(31)  # noqa: S311 - the same readers every time, and nobody else's dice
DIRECTORS, BOTH = ("child_director",), ("child_director", "supervisor")
RULES = Draft(
    title="儿童主任、儿童督导员工作行为规范",
    text="一、平等对待每一个孩子，不歧视、不打骂、不羞辱。\n二、入户走访两人同行，不单独与孩子待在封闭的房间。\n三、不拍摄、不转发孩子的照片和家庭情况，微信群里不出现孩子的姓名。\n"
    "四、发现孩子受到伤害或面临危险，立即报告公安机关，同时报告乡镇，不隐瞒、不拖延。\n五、不收受孩子家庭的财物。",
    place=COUNTY,
    roles=BOTH,
    confirm=True,
    standing=True,
)
MEETING = Draft(
    title="关于召开儿童主任经验交流会的通知",
    text="请各乡镇督导员通知本乡镇儿童主任参加，每个乡镇准备一个走访案例，讲清楚做了什么、孩子有什么变化。发言材料不出现孩子的姓名和住址。",
    place=COUNTY,
    roles=BOTH,
)
CHECK = Draft(
    title="关于开展本季度信息核实的通知",
    text="请各村儿童主任在季度末前逐户核实监护情况、父母务工地点和联系方式，没有变化的也要点“情况无变化”。\n督导员抽查不少于一成。",
    place=COUNTY,
    roles=BOTH,
)
WRONG = Draft(title="关于报送冬季取暖物资需求的通知", text="请各村于本月10日前在系统中登记。", place=TOWN, roles=DIRECTORS)
RIGHT = Draft(title="关于报送冬季取暖物资需求的通知", text="请各村于本月20日前在系统中登记，原定10日有误。", place=TOWN, roles=DIRECTORS)


def plan(life: Life) -> None:
    """The county speaks to everybody, the town to its villages; the last notice is a day old."""
    county, town = life.staff.officer, life.staff.supervisors[TOWN]
    life.plan(life.now - timedelta(days=200), lambda: _terms(life.now, county))
    _tell(life, life.now - timedelta(days=170), RULES, county, readers=0.97, within=20)
    _tell(life, life.now - timedelta(days=45), MEETING, county, readers=1, within=9)
    _tell(life, life.now - timedelta(days=12), WRONG, town, readers=0.5, within=1)
    life.plan(life.now - timedelta(days=10), lambda: _correct(town))
    _tell(life, life.now - timedelta(days=1), CHECK, county, readers=0.4, within=1)
    life.plan(life.now, lambda: _remind(town))


def _terms(now: date, county: Post) -> None:
    """The year before and this year as they were usual; the education bureau's dates are the county's to correct."""
    for year in (terms.school_year(now) - 1, terms.school_year(now)):
        for term in terms.assumed(year):
            calendars.state_term(place=COUNTY, year=year, number=term.number, since=term.since, last=term.until - timedelta(days=1), source="教育局校历", by=county)


def _tell(life: Life, day: date, draft: Draft, by: Post, *, readers: float, within: int) -> None:
    """Send a notice on a day; those who read it do so within some days."""

    def send() -> None:
        notice = actions.send(draft=_words(draft), by=by)
        for receipt in Receipt.unscoped.filter(notice=notice).select_related("post").order_by("scope_place", "id"):
            known = receipt.post.person_id in {post.person_id for post in life.staff.known}
            if RNG.random() < (min(readers, 0.5) if known and within == 1 else readers):
                acts.append((day + timedelta(days=RNG.randint(0, within)), notice, receipt.post))

    acts: list[tuple[date, Notice, Post]] = []
    life.plan(day, send)
    for later in range(within + 1):
        life.plan(day + timedelta(days=later), _reading(acts, day + timedelta(days=later)))


def _reading(acts: list[tuple[date, Notice, Post]], day: date) -> Callable[[], None]:
    def read() -> None:
        for on, notice, post in acts:
            if on == day:
                (actions.confirm if notice.confirm else actions.read)(notice=notice, by=post)

    return read


def _correct(town: Post) -> None:
    wrong = Notice.unscoped.filter(title=WRONG.title, withdrawn_at=None).first()
    if wrong is not None and queries.manages(town, wrong):
        actions.correct(notice=wrong, draft=_words(RIGHT), by=town)


def _remind(town: Post) -> None:
    """Those of the town who have not read it hear of it again, on their telephones too."""
    right = Notice.unscoped.filter(title=RIGHT.title, withdrawn_at=None).first()
    if right is not None:
        actions.remind(notice=right, by=town)


def _words(draft: Draft) -> Draft:
    """Nobody asks here whether a word is meant as a name."""
    return replace(draft, no_names=True)
