"""Three months of work in the demo county: models adopted, circles joined, promises opened week by week, most of them kept, some not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.care.actions import log_entry
from tongxing.caremodels import actions as caremodels
from tongxing.caremodels.parameters import Setting
from tongxing.children.models import Child, Leave, State
from tongxing.children.rules.ages import add_months, age
from tongxing.circles import queries as circles
from tongxing.circles.models import Membership
from tongxing.demo import COUNTY, TOWN
from tongxing.demo.circles import WORKER, Helpers, surround
from tongxing.demo.county import township_of
from tongxing.demo.life import Life
from tongxing.duties import tallies
from tongxing.duties.actions import open_windows
from tongxing.forms import queries as forms
from tongxing.ground.today import today
from tongxing.log.shapes import Circumstances, Doer, Subject
from tongxing.places import codes

MONTHS = 2  # before this one
PILOTS = (TOWN + 1, TOWN + 2)  # two villages try Liangzihu's model
OF_A_PILOT: dict[str, Setting] = {"school_talk_per": "term", "visit_within": "3d", "mastery_per": "quarter"}
ADOPTED: tuple[tuple[str, int, dict[str, Setting]], ...] = (
    ("national", COUNTY, {"followup_per": "month", "entrusted_per": "quarter", "report_per": "quarter", "guidance_per": "quarter"}),
    ("yiling", COUNTY, {"link_within": "30m"}),
    ("yichang", COUNTY, {"visited": "unsupported", "outreach_per": "year"}),
    *(("liangzihu", village, OF_A_PILOT) for village in PILOTS),
)
WORDS = ("最近爱说话了，喜欢画画", "想爸爸妈妈，盼着过年", "和同学处得不错", "说晚上一个人有点怕", "想学骑自行车", "")
WORK = ("在工地做木工，工资按月结", "换了一家电子厂，常上夜班", "和老乡一起跑装修", "在服装厂，最近订单多", "")
TOPICS = ("怎样和隔代照料的老人沟通", "家访记录怎样写得真实", "孩子情绪不好时怎么谈", "假期安全怎么抓")

type Answers = dict[str, object]


@dataclass(slots=True)
class Work:
    """Who does what, and how reliably: a director who keeps nine of ten promises stands beside one who keeps three."""

    life: Life
    helpers: Helpers = field(default_factory=Helpers)
    diligence: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def keeps(self, village: int) -> bool:
        if village not in self.diligence:
            self.diligence[village] = self.life.rng.choice((0.97, 0.95, 0.92, 0.85, 0.6, 0.35))
        return self.life.rng.random() < self.diligence[village]


def plan(life: Life) -> None:
    """Everything from the day of adoption until today."""
    first = add_months(life.now.replace(day=1), -MONTHS)
    work = Work(life)
    life.plan(first, lambda: _begin(work))
    for month in (add_months(first, number) for number in range(MONTHS + 1)):
        _plan_month(work, month)
    monday = first + timedelta(days=-first.weekday() % 7 or 7)
    while monday <= life.now:
        life.plan(monday, _open)
        life.plan(monday + timedelta(days=life.rng.randint(1, 4)), lambda: _weekly(work))
        monday += timedelta(days=7)


def _begin(work: Work) -> None:
    caremodels.sync_versions()
    for model, place, parameters in ADOPTED:
        caremodels.adopt(place=place, model=model, parameters=parameters, since=today(), by=work.life.staff.officer)
    work.helpers = surround(work.life)
    _open()


def _open() -> None:
    open_windows(*codes.span(COUNTY))


def finish() -> None:
    """What is due today is open, however many days ago the last Monday was, and the boards have their numbers."""
    _open()
    tallies.refresh()


def _plan_month(work: Work, month: date) -> None:
    """Each village on days of its own; what lies behind today does not happen."""
    last = min(add_months(month, 1) - timedelta(days=2), work.life.now)
    for village in sorted(work.life.staff.directors):
        day = work.life.day_between(month + timedelta(days=3), last)
        if month + timedelta(days=3) <= day <= work.life.now:
            work.life.plan(day, lambda village=village: _round(work, village))  # type: ignore[misc]
            if village % 3 == month.month % 3:  # each village once a quarter
                work.life.plan(day, lambda village=village: _guide(work, village))  # type: ignore[misc]
    meeting = month + timedelta(days=9)
    if meeting <= work.life.now:
        work.life.plan(meeting, lambda: _exchange(work))


def _present(village: int) -> list[Child]:
    """Children with a circle who are at home."""
    away = Leave.objects.filter(returned_on=None, left_on__lte=today()).values("child")
    return list(Child.objects.filter(circles.to_care_for(today()), scope_place=village, state=State.CURRENT).exclude(pk__in=away).order_by("household_id", "born"))


def _round(work: Work, village: int) -> None:
    """The director's days: parents are asked after, the children who need it are visited, the township's model is worked off."""
    by = work.life.staff.director(village)
    households: dict[UUID, list[Child]] = defaultdict(list)
    for child in _present(village):
        households[child.household_id].append(child)
    if by is None or not households:
        return
    thorough = village in PILOTS
    for children in households.values():
        if work.keeps(village):
            _contact(work, children, by)
        if (thorough or any(_needs_followup(child) for child in children)) and work.keeps(village):
            _visit(work, children, by)
        if thorough and work.keeps(village):
            _call(work, children, by)
            for child in children:
                _letter(work, child, by)
    if thorough and work.keeps(village):
        _activity(work, [child for children in households.values() for child in children], village, by)
    if work.keeps(village):
        _report(by)


def _needs_followup(child: Child) -> bool:
    return (
        child.guardianship in ("nobody", "incapable_parent", "weak_entrusted")
        or child.school_stage == "dropout"
        or child.registration == "none"
        or child.health in ("disabled", "ill")
    )


def _log(
    kind: str, children: Sequence[Child], by: Post, told: Circumstances, answers: Answers, own: Callable[[Child], Answers] | None = None, *, subject: Subject | None = None
) -> None:
    own_answers = {child.id: own(child) for child in children} if own else None
    about = subject or Subject("child", children[0].id, children[0].scope_place)
    log_entry(
        form=forms.definition(kind),
        subject=about,
        children=[child.id for child in children],
        told=told,
        answers=answers,
        own_answers=own_answers,
        by=by,
        doer=Doer.of(by),
        source="demo",
    )


def _contact(work: Work, children: Sequence[Child], by: Post) -> None:
    rng = work.life.rng
    reached = rng.choices(("yes", "no_answer", "wrong_number"), (90, 8, 2))[0]
    answers: Answers = {"means": rng.choice(("phone", "video", "message")), "reached": reached}
    if reached == "yes":
        answers |= {"work": rng.choice(WORK), "last_contact": rng.choices(("week", "month", "longer"), (80, 16, 4))[0]}
    _log("parent_contact", children, by, Circumstances(on=today(), spoken_to=(rng.choice(("father", "mother")),) if reached == "yes" else ()), answers)


def _visit(work: Work, children: Sequence[Child], by: Post) -> None:
    rng = work.life.rng
    seen = {child.id: rng.random() < 0.93 for child in children}
    common: Answers = {
        "carer_present": rng.choices(("yes", "out"), (9, 1))[0],
        "home_state": rng.choices(("good", "fair"), (3, 2))[0],
        "changed": "no",
        "parents_contact": rng.choices(("weekly", "sometimes", "none"), (80, 17, 3))[0],
    }

    def own(child: Child) -> Answers:
        if not seen[child.id]:
            return {}
        return {
            "mood": rng.choices(("good", "calm", "low"), (60, 38, 2))[0],
            "thought_words": rng.choice(WORDS),
            "study_state": rng.choices(("better", "steady", "dropped"), (20, 78, 2))[0] if age(child.born, today()).years > 5 else "none",
            "conduct": rng.choices((["fine"], ["late"], ["quarrel"]), (96, 2, 2))[0],
            "body": rng.choices(("well", "ill"), (98, 2))[0],
        }

    _log("home_visit", children, by, Circumstances(on=today(), where="home", seen=seen, spoken_to=(rng.choice(("carer", "relative")),)), common, own)


def _call(work: Work, children: Sequence[Child], by: Post) -> None:
    rng = work.life.rng
    answers: Answers = {"means": rng.choice(("video", "phone")), "with": [rng.choice(("father", "mother"))], "minutes": rng.randint(5, 40)}
    _log(
        "family_call",
        children,
        by,
        Circumstances(on=today(), where="childrens_home", seen={child.id: True for child in children}),
        answers,
        lambda _child: {"reaction": rng.choices(("happy", "calm"), (4, 1))[0]},
    )


def _letter(work: Work, child: Child, by: Post) -> None:
    where = "school" if age(child.born, today()).years > 6 else "home"
    _log("letter", [child], by, Circumstances(on=today(), where=where), {"direction": "to_parents", "delivered": work.life.rng.choice(("posted", "online"))})


def _activity(work: Work, children: Sequence[Child], village: int, by: Post) -> None:
    theme = work.life.rng.choice((("亲情连线", "affection"), ("防溺水安全课", "safety"), ("共读一本书", "study")))
    _log("activity", children, by, Circumstances(on=today(), where="childrens_home"), {"title": theme[0], "theme": theme[1]}, subject=Subject.of_place(village))


def _guide(work: Work, village: int) -> None:
    by = work.life.staff.supervisors.get(township_of(village))
    if by and work.keeps(township_of(village)):
        _log("guidance", [], by, Circumstances(on=today(), where="village_office"), {"done": ["files", "visits"]}, subject=Subject.of_place(village))


def _report(by: Post) -> None:
    _log("work_report", [], by, Circumstances(on=today()), {"done": "走访、核实档案，和在外父母联系。"}, subject=Subject.of_post(by))


def _weekly(work: Work) -> None:
    """Social workers visit the children whom nobody supports; one of ten visits is missed."""
    rows = Membership.objects.filter(role=WORKER, until=None, child__state=State.CURRENT, child__unsupported_since__lte=today(), child__unsupported_until__gt=today())
    for row in rows.select_related("child", "person").order_by("child_id"):
        if row.person and work.life.rng.random() < 0.9:
            _visit(work, [row.child], work.helpers.posts[row.person.id])


def _exchange(work: Work) -> None:
    by = work.life.staff.supervisors.get(TOWN)
    if by:
        answers: Answers = {"topic": work.life.rng.choice(TOPICS), "people": work.life.rng.randint(8, 20), "shared": "几位主任介绍了各自的做法。"}
        _log("exchange", [], by, Circumstances(on=today(), where="village_office"), answers, subject=Subject.of_place(TOWN))
