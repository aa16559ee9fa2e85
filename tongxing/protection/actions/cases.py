"""A case goes its way: each act is a line of the table in ``states``; its clock stops and starts with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.clocks import actions as clocks
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.places.models import Place
from tongxing.protection import codes, states
from tongxing.protection.actions import chains, judging, lines, promising, steps, telling
from tongxing.protection.actions.people import name_for
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, CaseChild, Involved, Line, Placement, Task
from tongxing.protection.states import ENDED, LIFE, State

STILL_PLACED = frozenset({"placed", "new_guardian", "referred", "moved_away", "handed_over", "died"})
WHY = "a case crosses places: its children, its people, its clocks"


@transaction.atomic
def advance(*, case: Case, act: str, by: Post, words: str = "", outcome: str = "", on_at: datetime | None = None) -> Case:
    """Do an act of the table on a case. ``on_at``: when it really was done, where that was earlier.

    Raises ``NotNow`` where the state does not allow it, ``ProtectionError`` where something is missing; nothing is written then.
    """
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        step, before = LIFE[act], case.state
        to = states.after(case.state, act, kind=case.kind)
        _ready(case, act, by, words=words, outcome=outcome)
        moment = now()
        if on_at is not None and on_at > moment:
            raise ProtectionError(_("时间在将来，请改正。"))
        case.state, case.state_since = to, moment
        case.closed_at = moment if to in ENDED else None
        case.outcome = outcome if to == State.CLOSED else ""
        if act == "receive" and case.owner_id is None:
            case.owner = by
            name_for(case, by, Involved.Cause.OWNER, informed=False)
        case.save()
        lines.write(case, act, by=by, words={"words": words}, data={"from": before, "to": to, **({"outcome": outcome} if step.outcome else {})}, on_at=on_at)
        chains.heard(case=case, by=by)
        steps.end(case)
        if act == "reopen":
            _again(case)
        if to in ENDED:
            _ended(case)
        else:
            steps.begin(case)
        return case


def _ready(case: Case, act: str, by: Post, *, words: str, outcome: str) -> None:
    """Whether everything is there that the act needs; says in a sentence what is not."""
    step = LIFE[act]
    if not by.may(step.right):
        raise ProtectionError(_("您的岗位不能%(act)s。") % {"act": step.label})
    if step.comment and not words.strip():
        raise ProtectionError(_("%(act)s需要写明情况。") % {"act": step.label})
    if step.outcome and (outcome not in codes.OUTCOME or (codes.OUTCOME[outcome].kinds and case.kind not in codes.OUTCOME[outcome].kinds)):
        raise ProtectionError(_("请选择结案的结果。"))
    if step.other and _doubted_by(case) == by.person_id:
        raise ProtectionError(_("误报要由另一个人复核，提出的人不能自己确认。"))
    if act in ("assess", "assess_at_once") and not judging.concluded_since_it_began(case):
        raise ProtectionError(_("还没有评估结论：至少两人评估，再由一人确认等级。"))
    if act == "plan" and not Task.objects.filter(case=case, kind=Task.Kind.MEASURE).exists():
        raise ProtectionError(_("方案里还没有帮扶措施，请先添加，写明责任人和期限。"))
    if act == "close" and outcome not in STILL_PLACED and Placement.objects.filter(case=case, until=None).exclude(kind="home").exists():
        raise ProtectionError(_("孩子还在临时安置中，请先结束安置，或者选择“已安置”的结果。"))
    if act in ("assess", "close"):
        left = Task.objects.filter(case=case, done_at=None, required=True).count()
        if left:
            raise ProtectionError(_("还有%(n)s项必做的步骤没有办结，请办结，或写明原因后跳过。") % {"n": left})


def _doubted_by(case: Case) -> UUID | None:
    line = Line.objects.filter(case=case, verb="doubt").order_by("-at", "-id").first()
    return line.person_id if line else None


def _again(case: Case) -> None:
    """What was left undone runs on."""
    for task in Task.objects.filter(case=case, done_at=None).exclude(due_at=None):
        assert task.due_at is not None
        clocks.start(kind="task", subject=task.pk, due_at=max(task.due_at, now()), place=case.scope_place)


def _ended(case: Case) -> None:
    """Nothing is asked of anybody any more."""
    for report_id in case.reports.values_list("pk", flat=True):
        clocks.stop(kind=chains.KIND, subject=report_id)
    for task in Task.objects.filter(case=case, done_at=None):
        clocks.stop(kind="task", subject=task.pk)
        promising.release(task, None)


@transaction.atomic
def pause(*, case: Case, by: Post, why: str) -> None:
    """The case's clock rests, with a reason (a hearing is awaited, a hospital says when)."""
    if not why.strip():
        raise ProtectionError(_("请写明为什么暂停计时。"))
    with scope.whole_country(why=WHY):
        if not clocks.pause(kind=steps.KIND, subject=case.pk, why=why):
            raise ProtectionError(_("现在没有正在计时的时限。"))
        lines.write(case, "paused", by=by, words={"words": why})


@transaction.atomic
def resume(*, case: Case, by: Post) -> None:
    """The clock goes on with what was left."""
    with scope.whole_country(why=WHY):
        if clocks.resume(kind=steps.KIND, subject=case.pk):
            lines.write(case, "resumed", by=by)


@transaction.atomic
def take_charge(*, case: Case, owner: Post, by: Post) -> Case:
    """Say who is in charge; whoever was before stays informed."""
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        if not owner.may("cases.work"):
            raise ProtectionError(_("负责人要有办理个案的权限，请选择督导员或县民政干部。"))
        case.owner = owner
        case.save(update_fields=["owner"])
        name_for(case, owner, Involved.Cause.OWNER, informed=False)
        line = lines.write(case, "owner", by=by, data={"post": str(owner.pk)})
        if owner.pk != by.pk:
            telling.tell(case, telling.OWNER, [owner], key=f"owner:{line.pk}")
        return case


@transaction.atomic
def link_child(*, case: Case, child_id: UUID, by: Post | None) -> None:
    """The child was unknown, and turns out to be on file: the case belongs to its place from now on, where it was nobody's before."""
    with scope.whole_country(why=WHY):
        child = Child.objects.filter(pk=child_id).first()
        if child is None:
            raise ProtectionError(_("没有这个孩子的档案。"))
        case = Case.objects.select_for_update().get(pk=case.pk)
        first = not CaseChild.unscoped.filter(case=case).exists()
        _row, made = CaseChild.unscoped.get_or_create(case=case, child_id=child.pk, defaults={"scope_place": child.scope_place, "restricted": case.restricted})
        if not made:
            return
        if first:
            case.scope_place = child.scope_place
            case.save(update_fields=["scope_place"])
            case.reports.filter(child_id=None).update(child_id=child.pk)
        lines.write(case, "child_linked", by=by, data={"child": str(child.pk)})


@transaction.atomic
def hand_over(*, case: Case, place: int, by: Post, words: str) -> Case:
    """The case goes to another place's offices, as when the child has moved: the old one stays informed until then."""
    with scope.whole_country(why=WHY):
        if not words.strip():
            raise ProtectionError(_("请写明为什么移交。"))
        if not Place.objects.filter(pk=place).exists():
            raise ProtectionError(_("请选择移交给哪里。"))
        case = Case.objects.select_for_update().get(pk=case.pk)
        before, case.scope_place, case.owner = case.scope_place, place, None
        case.save(update_fields=["scope_place", "owner"])
        name_for(case, by, Involved.Cause.NAMED, informed=True)
        line = lines.write(case, "handed_over", by=by, words={"words": words}, data={"from": before, "to": place})
        receivers = chains.level_posts(case, "township") or chains.level_posts(case, "county")
        for post in receivers:
            name_for(case, post, Involved.Cause.TOLD, informed=False)
        telling.tell(case, telling.HANDED, receivers, key=f"handed:{line.pk}")
        return case


@transaction.atomic
def note(*, case: Case, by: Post, words: str, on_at: datetime | None = None) -> None:
    """Write something down in the case's history."""
    if not by.may("cases.view"):
        raise ProtectionError(_("您的岗位不能查看个案。"))
    if not words.strip():
        raise ProtectionError(_("请写下情况。"))
    if on_at is not None and on_at > now():
        raise ProtectionError(_("时间在将来，请改正。"))
    with scope.whole_country(why=WHY):
        lines.write(case, "note", by=by, words={"words": words}, on_at=on_at)
