"""Cases of the demo county: one or two in every state, each made and led on by the acts of those who did so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.circles import queries
from tongxing.demo.life import Life
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import as_of, now, today
from tongxing.protection import actions, scales
from tongxing.protection.actions import NewReport, judging, placing, returning
from tongxing.protection.branches import branch
from tongxing.protection.models import Case, Task

SEED = 2026
HOUR = timedelta(hours=1)
TOLD = {
    "missing": ("孩子放学以后没有回家，手机打不通。", "中心小学门口到村口一段路"),
    "domestic_violence": ("邻居听到打骂声，孩子胳膊上有淤青。", "3组老屋"),
    "living_alone": ("父母外出打工，孩子一个人住了一个多月。", "5组"),
    "guardian_failing": ("爷爷住院，没有人照看两个孩子。", "2组"),
    "dropout": ("开学两周没有到校，说要去打工。", ""),
    "low_mood": ("最近不说话，不愿意上学。", ""),
    "outstanding_issue": ("学校到村里的路没有路灯，孩子晚上回家不安全。", "村口到学校"),
}


class Story:
    """One case, told forward from some hours ago."""

    def __init__(self, life: Life, child: Child, situation: str, hours: int) -> None:
        self.moment: datetime = now() - HOUR * hours
        self.staff, self.child = life.staff, child
        by = life.staff.director(child.scope_place) or life.staff.officer
        self.supervisor: Post = life.staff.supervisor(child.scope_place) or life.staff.officer
        self.officer: Post = life.staff.officer
        words, where = TOLD[situation]
        with self.after(0):
            report = actions.report(new=NewReport(id=uuid7(), channel="office", situation=situation, place=child.scope_place, child_id=child.pk, words=words, where=where), by=by)
            self.case: Case = report.case

    @contextmanager
    def after(self, hours: float) -> Iterator[None]:
        """So many hours later, but never in the future."""
        self.moment = min(self.moment + HOUR * hours, now() - timedelta(minutes=5))
        with as_of(self.moment), scope.active(scope.Scope(None, *scope.WHOLE_COUNTRY)):
            yield

    def act(self, name: str, words: str = "", *, by: Post | None = None, hours: float = 2, outcome: str = "") -> None:
        with self.after(hours):
            self.case = actions.advance(case=self.case, act=name, by=by or self.supervisor, words=words, outcome=outcome)

    def emergency(self, *, done: bool = True) -> None:
        """The checklist, ticked or half of it."""
        self.act("receive")
        self.act("handle", hours=0.2)
        name = "living_alone" if self.case.situation == "living_alone" else self.case.situation
        with self.after(0.1):
            tasks = actions.start_branch(case=self.case, branch=name, by=self.supervisor)
        if any(branch(name)[task.step].needs == "placement" for task in tasks):
            with self.after(2):
                placing.place(case=self.case, kind="relatives", by=self.supervisor, child_id=self.child.pk, with_whom="外祖母", order="派出所通知")
        for task in tasks if done else tasks[: len(tasks) // 2]:
            with self.after(0.5):
                actions.finish(task=task, by=self.supervisor, result="已按要求办理，情况属实。")

    def judged(self, band: str) -> None:
        """Two people by one scale, who do not quite agree; the county confirms."""
        scale = scales.scale("four_colours")
        calm = {each.id: min(each.options, key=lambda option: option.points).value for each in scale.indicators}
        worse = {each.id: max(each.options, key=lambda option: option.points).value for each in scale.indicators[2:8]}
        for post, answers in ((self.supervisor, calm | dict(list(worse.items())[:4])), (self.officer, calm | worse)):
            with self.after(20):
                judging.assess(case=self.case, scale=scale.id, answers=answers, by=post, child_id=self.child.pk)
        with self.after(2):
            judging.conclude(case=self.case, band=band, why="两份评估基本一致，监护能力不足，需要帮扶。", review_on=today() + timedelta(days=90), by=self.officer)

    def measure(self, name: str, words: str) -> Task:
        with self.after(2):
            return actions.add_task(
                case=self.case, name=words, by=self.supervisor, owner=self.supervisor, due_at=now() + timedelta(days=20), kind=Task.Kind.MEASURE, step=name, child_id=self.child.pk
            )


def make(life: Life) -> None:
    """A dozen cases. Children of the first township come first, so that its known supervisor has work on the desk."""
    rng = Random(SEED)  # noqa: S311 - the same county every time
    children = list(Child.objects.filter(queries.to_care_for(today())).order_by("scope_place", "id")[:120])
    rng.shuffle(children)
    children.sort(key=lambda child: child.scope_place // 1000)
    if len(children) < len(STORIES):
        return
    for child, (situation, hours, tell) in zip(children, STORIES, strict=False):
        tell(Story(life, child, situation, hours))


def _emergency(story: Story) -> None:
    story.emergency(done=False)


def _doubted(story: Story) -> None:
    story.act("doubt", "打电话给外婆，孩子在外婆家，手机没有电。")


def _assessed(story: Story) -> None:
    story.emergency()
    story.judged("yellow")
    story.act("assess", "孩子已经安全，监护不足。")


def _following(story: Story) -> None:
    _assessed(story)
    story.measure("counselling", "心理疏导")
    story.act("plan", "先稳定照料，再做心理疏导。")
    story.act("follow")


def _closed(story: Story) -> None:
    _assessed(story)
    task = story.measure("guardianship_guidance", "监护指导")
    story.act("plan", "父亲返乡，开展监护指导。")
    story.act("follow")
    with story.after(24):
        actions.finish(task=task, by=story.supervisor, result="父亲已返乡，学会了怎样陪孩子。")
        for stay in story.case.placements.filter(until=None):
            placing.end_placement(placement=stay, by=story.supervisor, words="回父亲家")
    story.act("close", "父亲返乡照看，孩子情绪稳定。", by=story.officer, outcome="guardian_in_place", hours=24)


def _unfounded(story: Story) -> None:
    _doubted(story)
    story.act("dismiss", "村里上门核实，孩子在家，一切正常。", by=story.officer)


def _dropout(story: Story) -> None:
    story.act("receive")
    story.act("track", "安排班主任和儿童主任上门劝返。")
    with story.after(24):
        actions.start_branch(case=story.case, branch="dropout", by=story.supervisor)
    for who, met in (("班主任和儿童主任", "奶奶"), ("校长和督导员", "孩子和奶奶，电话联系了父亲")):
        with story.after(48):
            returning.persuaded(case=story.case, by=story.supervisor, who_went=who, whom_met=met, words="讲了义务教育法，孩子说成绩跟不上，不想去。")


def _issue(story: Story) -> None:
    story.act("receive")
    story.act("track", "已和村委会、供电所联系。")


def _waiting(_story: Story) -> None:
    """Nobody has received it yet."""


def _received(story: Story) -> None:
    story.act("receive")


STORIES = (
    ("missing", 1, _waiting),
    ("domestic_violence", 9, _emergency),
    ("guardian_failing", 160, _assessed),
    ("living_alone", 400, _following),
    ("dropout", 300, _dropout),
    ("missing", 30, _doubted),
    ("low_mood", 20, _received),
    ("outstanding_issue", 90, _issue),
    ("domestic_violence", 900, _closed),
    ("missing", 700, _unfounded),
)
