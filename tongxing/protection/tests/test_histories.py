"""Random histories of acts through the real actions: whatever people do, the tables hold, and clocks run where they should."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import VILLAGE
from tongxing.accounts.models import Post
from tongxing.children.tests.make import seen_by
from tongxing.clocks import ticking
from tongxing.clocks.models import Clock
from tongxing.ground.today import as_of, now
from tongxing.outbox.models import Message
from tongxing.protection import actions, codes
from tongxing.protection.actions import judging, placing, steps
from tongxing.protection.branches import branches
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Conclusion, Involved, Line, Task
from tongxing.protection.states import ENDED, LIFE, NotNow
from tongxing.protection.tests.make import case_of, make_report
from tongxing.protection.tests.working import CALM, emergency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
KINDS = ("missing", "dropout", "outstanding_issue", "low_mood", "street")
type Act = Callable[[Case, Post, random.Random], object]


def _tick(case: Case, by: Post, rng: random.Random, *, skip: bool = False) -> object:
    with seen_by(None):
        waiting = list(Task.objects.filter(case=case, done_at=None))
    if not waiting:
        return None
    task = rng.choice(waiting)
    return actions.skip(task=task, by=by, why="不需要") if skip else actions.finish(task=task, by=by, result="已办")


def _end_stays(case: Case, by: Post) -> None:
    with seen_by(None):
        stays = list(case.placements.filter(until=None))
    for stay in stays:
        placing.end_placement(placement=stay, by=by, words="回家")


def _place(case: Case, by: Post, rng: random.Random) -> None:
    if rng.random() < 0.5:
        _end_stays(case, by)
    else:
        placing.place(case=case, kind="relatives", by=by, with_whom="姑姑")


OTHER: dict[str, Act] = {
    "branch": lambda case, by, rng: actions.start_branch(case=case, branch=rng.choice(list(branches())), by=by),
    "tick": _tick,
    "skip": lambda case, by, rng: _tick(case, by, rng, skip=True),
    "measure": lambda case, by, _rng: actions.add_task(
        case=case, name="监护指导", by=by, owner=by, due_at=now() + timedelta(days=3), kind=Task.Kind.MEASURE, step="guardianship_guidance"
    ),
    "assess": lambda case, by, _rng: judging.assess(case=case, scale="four_colours", answers=CALM, by=by),
    "conclude": lambda case, by, _rng: judging.conclude(case=case, band="green", why="一致", by=by),
    "place": _place,
    "pause": lambda case, by, _rng: actions.pause(case=case, by=by, why="等待鉴定"),
    "resume": lambda case, by, _rng: actions.resume(case=case, by=by),
    "owner": lambda case, by, _rng: actions.take_charge(case=case, owner=by, by=by),
    "note": lambda case, by, _rng: actions.note(case=case, by=by, words="记事"),
    "restrict": lambda case, by, _rng: actions.restrict(case=case, posts=[], by=by),
    "open_up": lambda case, by, _rng: actions.open_up(case=case, by=by, why="不再需要"),
    "hand_over": lambda case, by, _rng: actions.hand_over(case=case, place=VILLAGE, by=by, words="移交"),
    "report": lambda case, by, _rng: make_report(by=by, situation=case.situation, words="又一次"),
}


def _do(name: str, case: Case, by: Post, rng: random.Random) -> str:
    """One act, whether it is possible or not; what was said where it is not."""
    try:
        if name in OTHER:
            OTHER[name](case, by, rng)
        else:
            outcome = rng.choice(list(codes.OUTCOME.values())) if name == "close" else ""
            actions.advance(case=case, act=name, by=by, words="情况说明", outcome=outcome)
    except (ProtectionError, NotNow) as refused:
        return str(refused)
    return "done"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), situation=st.sampled_from(KINDS), length=st.integers(5, 25))
def test_whatever_people_do_the_tables_hold(seed: int, situation: str, length: int, director: Post, supervisor: Post, officer: Post):
    rng = random.Random(seed)
    moment: datetime = now()
    with as_of(moment):
        case = case_of(make_report(by=director, situation=situation, words=f"{seed} {situation} {length}"))
    for _step in range(length):
        moment += timedelta(minutes=rng.choice((1, 30, 600, 5000)))
        with as_of(moment):
            if rng.random() < 0.3:
                ticking.tick()
            assert len(_do(rng.choice([*LIFE, *OTHER]), _now(case), rng.choice((supervisor, officer)), rng)) > 3
            _holds(case)


def _now(case: Case) -> Case:
    with seen_by(None):
        return Case.objects.get(pk=case.pk)


def _holds(case: Case) -> None:
    with seen_by(None):
        found = Case.objects.get(pk=case.pk)
        running = list(Clock.objects.filter(kind=steps.KIND, subject=case.pk).running())
        assert len(running) <= 1
        if found.state in ENDED:
            assert not running
            assert found.closed_at is not None
            tasks = Task.objects.filter(case=case, done_at=None).values_list("pk", flat=True)
            assert not Clock.objects.filter(kind="task", subject__in=list(tasks)).running().exists()
        elif running:
            assert running[0].step == found.state
        moves = list(Line.objects.filter(case=case, verb__in=LIFE).order_by("at", "id").values_list("data", flat=True))
        assert [move["from"] for move in moves] == ["reported", *[move["to"] for move in moves]][: len(moves)]
        assert (moves[-1]["to"] if moves else "reported") == found.state
        if found.restricted:
            assert Involved.objects.filter(case=case, until=None, informed=False).exists()
        for conclusion in Conclusion.objects.filter(case=case):
            assert case.assessments.filter(round=conclusion.round).values("assessor__person").distinct().count() >= 2


def test_the_history_of_a_case_cannot_be_rewritten(director: Post):
    case = emergency(director)
    with pytest.raises(Exception, match="append"), seen_by(None):
        Line.unscoped.filter(case=case).update(verb="note")
    with pytest.raises(IntegrityError), seen_by(None):
        Case.unscoped.filter(pk=case.pk).update(state="closed")


def test_each_breach_goes_one_level_up_and_is_told_once(director: Post, supervisor: Post, officer: Post):
    case = emergency(director, situation="outstanding_issue")
    with seen_by(None):
        clock = Clock.objects.get(kind=steps.KIND, subject=case.pk)
    levels = []
    moment = clock.due_at + timedelta(minutes=1)
    for _turn in range(6):
        with as_of(moment):
            ticking.tick()
            ticking.tick()
        with seen_by(None):
            levels = list(Line.objects.filter(case=case, verb="late").order_by("at", "id").values_list("data__level", flat=True))
        moment += timedelta(days=4)
    assert levels[:2] == ["township", "county"]
    assert len(levels) == len(set(levels))
    with seen_by(None):
        late = Message.objects.filter(about__contains="已超过时限，请督办")
        assert late.filter(person_id=supervisor.person_id).count() == 1
        assert late.filter(person_id=officer.person_id).count() == 1


def test_a_paused_case_is_not_late(director: Post, supervisor: Post):
    case = emergency(director)
    actions.pause(case=case, by=supervisor, why="等待医院")
    with as_of(now() + timedelta(days=9)):
        ticking.tick()
        with seen_by(None):
            assert not Line.objects.filter(case=case, verb="late").exists()
        actions.resume(case=case, by=supervisor)
    with as_of(now() + timedelta(days=19)):
        ticking.tick()
        with seen_by(None):
            assert Line.objects.filter(case=case, verb="late").exists()


def test_a_restricted_case_that_is_late_tells_the_named_alone(director: Post, supervisor: Post, officer: Post):
    case = emergency(director)
    actions.restrict(case=case, posts=[], by=officer)
    with seen_by(None):
        before = set(Message.objects.values_list("pk", flat=True))
    with as_of(now() + timedelta(days=9)):
        ticking.tick()
        ticking.tick()
    with seen_by(None):
        told = set(Message.objects.exclude(pk__in=before).filter(about__contains="个案").values_list("person_id", flat=True))
    assert told <= {officer.person_id}


def test_a_task_that_is_late_is_said_once(director: Post, supervisor: Post):
    case = emergency(director)
    task = actions.add_task(case=case, name="联系父母", by=supervisor, owner=supervisor, due_at=now() + timedelta(hours=2))
    for days in (1, 2):
        with as_of(now() + timedelta(days=days)):
            ticking.tick()
    with seen_by(None):
        assert Line.objects.filter(case=case, verb="task_late", data__task=str(task.pk)).count() == 1
