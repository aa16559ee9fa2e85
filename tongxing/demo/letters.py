"""Letters of the demo county to departments and their answers, a work order of 12345, the joint meeting and what it agreed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.demo import COUNTY, TOWN
from tongxing.demo.life import Life, on_day
from tongxing.demo.schools import DEPARTMENTS
from tongxing.ground.today import today
from tongxing.letters import codes, departments, suggesting, texts
from tongxing.letters.actions import add_need, matters, meetings, passing, replying, writing
from tongxing.letters.actions.matters import Intake, Part
from tongxing.letters.actions.replying import Answer
from tongxing.letters.actions.writing import Draft
from tongxing.letters.models import Item, Letter, Meeting, Member
from tongxing.letters.views.showing import unit_of
from tongxing.places.codes import span
from tongxing.units.models import Unit

SEED = 8
NOTES = ("左耳听力差，上课听不清", "走路不稳，需要康复训练", "想学画画，家里买不起颜料", "冬天没有厚衣服")
GRANTED = {"device": "已评估并安排适配，下周取件", "rehabilitation": "已纳入康复救助，每周三次", "insurance": "已参保，个人缴费全额资助", "treatment": "已按规定救助，出院时结算"}
PROGRAMMES = (
    ("家庭监护网络", "network", "women", "家庭教育指导进村，监护情况差的逐户结对", "每个乡镇开两场家长课堂", 40),
    ("学校教育网络", "network", "education", "控辍保学，班主任结对，寄宿生关爱", "寒假前完成一轮家访", 30),
    ("校园周边整治行动", "campaign", "police", "学校周边200米网吧、摊点、交通、水塘隐患", "对发现的隐患逐一销号", 12),
)
REFUSED = ("年龄超过救助范围", "不符合低收入条件，建议申请临时救助")
AGENDA = "一、通报留守儿童和困境儿童摸排情况\n二、研究残疾儿童辅具适配和失学儿童劝返\n三、部署校园周边整治"
MINUTES = """会议通报了全区摸排情况，各成员单位汇报了上季度工作。
会议要求：
一、残联在年底前完成困难残疾儿童辅具适配，民政按名单函告。
二、教育、公安对疑似辍学的逐人见面，十五个工作日内函复。
三、公安、教育、妇联联合开展一次校园周边整治。
四、各单位明确联络员，收到联函当天签收、按期复函。"""
ITEMS = (("完成困难残疾儿童辅具适配", "disabled", -20, False), ("疑似辍学儿童逐人见面并劝返", "education", -35, True), ("开展校园周边联合整治", "police", 25, False))


def make(life: Life) -> None:
    """What the county wrote in the last weeks, on its days."""
    rng, officer = Random(SEED), life.staff.officer  # noqa: S311 - the same county every time
    days: dict[int, list[Callable[[], None]]] = {
        75: [lambda: _meet(officer)],
        50: [lambda: _minutes(officer)],
        42: [lambda: _by_hand(life, rng)],
        40: [lambda: _letter(officer, "disabled", "夷民函〔%d〕21号", 8)],
        34: [lambda: _answer("disabled", rng, open_last=True), lambda: _done(officer)],
        30: [lambda: _letter(officer, "education", "夷民函〔%d〕22号", 5), lambda: _letter(officer, "medical_insurance", "夷民函〔%d〕23号", 10)],
        16: [lambda: _answer("medical_insurance", rng, paper=officer), lambda: _matter(officer)],
        12: [_answer_matter, lambda: _hazards(life)],
        6: [lambda: _letter(officer, "health", "夷民函〔%d〕26号", 6)],
        1: [lambda: _letter(officer, "police", "", 4)],
    }
    for ago in sorted(days, reverse=True):
        with on_day(life.now - timedelta(days=ago)):
            for act in days[ago]:
                act()


def _by_hand(life: Life, rng: Random) -> None:
    """Directors wrote down what they saw on their rounds."""
    for child in Child.objects.filter(state="current", scope_place__range=span(TOWN)).order_by("id")[:40:7]:
        if by := life.by(child):
            add_need(child=child.id, need=rng.choice(("rehabilitation", "student_aid", "relief", "counselling")), source="hand", by=by, note=rng.choice(NOTES))


def _letter(officer: Post, department: str, number: str, most: int) -> None:
    """Gathered, drafted and sent; without a number it waits for its checker."""
    picked: dict[UUID, list[str]] = {}
    kinds = [need.value for need in codes.needs_of(department)]
    for kind in kinds:
        for child in suggesting.with_need(kind, today()).filter(scope_place__range=span(COUNTY)).order_by("scope_place", "id")[: max(1, most // len(kinds))]:
            picked.setdefault(child.id, []).append(kind)
    if not picked:
        return
    named = list(dict.fromkeys(kind for each in picked.values() for kind in each))
    title, text = texts.beginning(department=department, unit=unit_of(department, COUNTY), kinds=named, count=len(picked))
    draft = Draft(department=department, title=title, text=text, days=codes.ADDRESSEE[department].days, children=picked)
    letter = writing.draft(draft=draft, by=officer)
    passing.advance(letter_id=letter.id, act="submit", by=officer)
    if number:
        passing.advance(letter_id=letter.id, act="check", by=officer)
        passing.advance(letter_id=letter.id, act="sign", by=officer)
        passing.advance(letter_id=letter.id, act="seal", by=officer, number=number % today().year)


def _answer(department: str, rng: Random, *, open_last: bool = False, paper: Post | None = None) -> None:
    """The department answers child by child; one line may stay in progress."""
    letter = Letter.objects.filter(department=department, state="sent").first()
    by = paper or next(iter(departments.posts(department, COUNTY, today())), None)
    if letter is None or by is None:
        return
    items = list(Item.objects.filter(letter=letter).order_by("id"))
    answers = {
        item.id: Answer(outcome="refused", words=rng.choice(REFUSED)) if rng.random() < 0.2 else Answer(outcome="granted", words=GRANTED.get(item.kind, "已落实")) for item in items
    }
    if open_last:
        answers[items[-1].id] = Answer(outcome="progress", words="已列入下一批，等厂家到货", next_on=today() + timedelta(days=60))
    if paper is None:
        passing.acknowledge(letter_id=letter.id, by=by)
    replying.reply(letter_id=letter.id, answers=answers, by=by, paper=paper is not None)


def _matter(officer: Post) -> None:
    """A work order of 12345, handed to two departments at once."""
    asked = Intake(
        channel="order_12345",
        outer_number=f"{today():%Y%m%d}0137",
        title="反映外来务工人员子女入学和校门口交通问题",
        words="来电人反映，孩子随祖母回乡，转学手续不清楚；学校门口没有减速带，放学时车多。",
        asker="市民（12345转），要求电话答复",
        received_on=today(),
        due_on=today() + timedelta(days=21),
    )
    matter = matters.receive(intake=asked, by=officer)
    ask = "请核实来电反映的情况，依职责办理，并函复办理结果。"
    matters.fan_out(matter_id=matter.id, parts=[Part(department="education", text=ask, days=8), Part(department="police", text=ask, days=5)], by=officer)


def _answer_matter() -> None:
    letter = Letter.objects.filter(department="police", kind="order", state="sent").first()
    by = next(iter(departments.posts("police", COUNTY, today())), None)
    if letter is not None and by is not None:
        replying.reply(letter_id=letter.id, whole=Answer(outcome="granted", words="已在校门两侧设置减速带，放学时段安排执勤。"), by=by)


def _meet(officer: Post) -> None:
    """The joint meeting: its members, and the quarter's meeting."""
    for name, department in DEPARTMENTS:
        post = officer if department == "civil_affairs" else next(iter(departments.posts(department, COUNTY, today())), None)
        meetings.add_member(name=name, department=department, post=post, contact="" if post else "办公室主任", leads=department == "civil_affairs", by=officer)
    by_department = {member.department: member for member in Member.objects.filter(until=None)}
    for name, kind, department, words, item, days in PROGRAMMES:
        lead = by_department[department]
        made = meetings.open_programme(name=name, kind=kind, words=words, lead=lead, by=officer)
        meetings.assign(words=item, owner=lead, due_on=today() + timedelta(days=75 + days), by=officer, programme=made)
    meetings.call(title="第三季度未成年人保护工作联席会议", on=today() + timedelta(days=25), room="区政府三楼会议室", agenda=AGENDA, by=officer)


def _minutes(officer: Post) -> None:
    meeting = Meeting.objects.get(title__startswith="第三季度")
    members = list(Member.objects.filter(until=None).order_by("name"))
    came = {member.id: (number % 6 != 5, member.post.person.name if member.post else "办公室主任") for number, member in enumerate(members)}
    meetings.write_minutes(meeting_id=meeting.id, minutes=MINUTES, attendance=came, version=meeting.version, by=officer)
    by_department = {member.department: member for member in members}
    for words, department, days, _done in ITEMS:
        meetings.assign(words=words, owner=by_department[department], due_on=today() + timedelta(days=50 + days), by=officer, meeting=meeting)


def _done(officer: Post) -> None:
    words = next(words for words, _department, _days, done in ITEMS if done)
    action = Meeting.objects.get(title__startswith="第三季度").actions.get(words=words)
    meetings.done(action_id=action.id, note="已逐人见面，返校三人，一人办理休学。", by=officer)


def _hazards(life: Life) -> None:
    officer = life.staff.officer
    schools = list(Unit.objects.filter(kind="school", place__code__range=span(TOWN)).order_by("id")[:3])
    found = (("food", "校门口流动摊点无证经营"), ("traffic", "上下学时段车辆乱停，没有减速带"), ("water", "校后水塘没有护栏和警示牌"))
    for school, (kind, words) in zip(schools, found, strict=False):
        hazard = meetings.report_hazard(school=school, kind=kind, words=words, found_on=today() - timedelta(days=20 if kind == "food" else 3), by=officer)
        if kind == "food":
            meetings.rectify_hazard(hazard_id=hazard.id, how="已取缔，城管每天巡查。", on=today(), by=officer)
