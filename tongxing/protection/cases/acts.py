"""What somebody may do on a case now: buttons, the one that leads on first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.clocks.models import Clock
from tongxing.protection.actions import judging, steps
from tongxing.protection.cases.seeing import Look
from tongxing.protection.models import Assessment, Case, Conclusion, Line, Task
from tongxing.protection.states import LIFE, TRACKED, State, possible

ICONS = {
    "receive": "check",
    "handle": "alert-octagon",
    "assess": "clipboard-check",
    "assess_at_once": "clipboard-check",
    "plan": "list-check",
    "follow": "walk",
    "track": "walk",
    "close": "archive",
    "refer": "arrow-right",
    "doubt": "help",
    "dismiss": "x",
    "uphold": "check",
    "reopen": "refresh",
}
RARE = frozenset({"refer", "doubt", "reopen"})


@dataclass(frozen=True, slots=True)
class Act:
    """A button. ``group``: in sight, or in the menu of what is done rarely."""

    word: str
    url: str
    icon: str
    primary: bool = False
    group: str = "act"
    dialog: bool = True
    danger: bool = False


def url(case: Case, view: str, *more: object) -> str:
    return reverse(f"cases:{view}", args=[case.pk, *more])


def of(look: Look, at: object = None) -> list[Act]:
    """The acts of a case for this post."""
    case = look.case
    found: list[Act] = []
    if look.works:
        chosen = first(case)
        found = [
            Act(str(LIFE[name].label), url(case, "act", name), ICONS[name], primary=name == chosen, group="more" if name in RARE and name != chosen else "act")
            for name in possible(case.state, look.post.rights, kind=case.kind)
        ]
        found += _work(look, chosen)
    if look.whole and not case.ended:
        found.append(Act(_("记事"), url(case, "note"), "notes", group="act"))
    if look.whole:
        found.append(Act(_("打印个案材料"), url(case, "print"), "printer", group="more"))
    return found


def first(case: Case) -> str:
    """The act that usually comes next: of the table, or one of the page's own (``branch``, ``tasks``, ``assessors``, ``conclude``, ``measure``)."""
    match case.state:
        case State.RECEIVED if case.kind in TRACKED:
            found = "track"
        case State.RECEIVED if case.urgent:
            found = "handle"
        case State.EMERGENCY if not case.branch:
            found = "branch"
        case State.EMERGENCY if Task.objects.filter(case=case, done_at=None, required=True).exists():
            found = "tasks"
        case State.RECEIVED | State.EMERGENCY:
            found = _judged_first(case)
        case State.ASSESSED:
            found = "plan" if Task.objects.filter(case=case, kind=Task.Kind.MEASURE).exists() else "measure"
        case State.FOLLOWING:
            found = "" if Task.objects.filter(case=case, done_at=None).exists() else "close"
        case _:
            found = {State.REPORTED: "receive", State.PLANNED: "follow", State.DOUBTED: "dismiss"}.get(State(case.state), "")
    return found


def _judged_first(case: Case) -> str:
    if judging.concluded_since_it_began(case):
        return "assess" if case.state == State.EMERGENCY else "assess_at_once"
    enough = Assessment.objects.filter(case=case, round=judging.round_of(case)).values("assessor__person").distinct().count() >= judging.LEAST
    return "conclude" if enough else "assessors"


def _work(look: Look, chosen: str) -> list[Act]:
    case = look.case
    if case.ended:
        return _people(look)
    made = [
        Act(
            _("启动应急清单") if case.kind == "protection" else _("启动工作清单"),
            url(case, "branch"),
            "list-check",
            primary=chosen == "branch",
            group="act" if not case.branch else "more",
        ),
    ]
    if chosen == "tasks":
        made.append(Act(_("看清单"), "#tasks", "list-check", primary=True, dialog=False))
    if chosen == "assessors":
        made.append(Act(_("安排评估人"), url(case, "assessor"), "user-plus", primary=True))
    if chosen == "conclude":
        made.append(Act(_("确认评估等级"), url(case, "conclude"), "clipboard-check", primary=True, dialog=False))
    if chosen == "measure":
        made.append(Act(_("添加帮扶措施"), url(case, "measure"), "plus", primary=True))
    if case.kind == "dropout":
        made += [
            Act(_("登记劝返"), url(case, "persuaded"), "walk"),
            Act(_("书面报告"), url(case, "written"), "file-text"),
            Act(_("依法采取措施"), url(case, "legal"), "gavel", group="more"),
        ]
        if look.decides and case.state in LIFE["close"].origins:
            made.append(Act(_("已返校，结案"), url(case, "returned"), "school"))
    if case.kind == "judicial":
        made.append(Act(_("登记帮教"), url(case, "lesson"), "book"))
    clock = Clock.objects.filter(kind=steps.KIND, subject=case.pk).running().first()
    if clock is not None:
        made.append(Act(_("恢复计时"), url(case, "resume"), "refresh", group="more") if clock.rest is not None else Act(_("暂停计时"), url(case, "pause"), "clock", group="more"))
    made.append(Act(_("关联儿童档案"), url(case, "link_child"), "link", group="more", dialog=False))
    return [*made, *_people(look)]


def _people(look: Look) -> list[Act]:
    case = look.case
    made = []
    if not case.ended:
        made += [
            Act(_("指定负责人"), url(case, "owner"), "user-check", group="more"),
            Act(_("增加参与人"), url(case, "involve"), "user-plus", group="more"),
            Act(_("移交别处办理"), url(case, "hand_over"), "arrows-exchange", group="more", dialog=False),
        ]
    if look.decides:
        made.append(
            Act(_("取消仅指定人员可见"), url(case, "open_up"), "eye", group="more")
            if case.restricted
            else Act(_("设为仅指定人员可见"), url(case, "restrict"), "lock", group="more", dialog=False)
        )
    return made


def of_task(look: Look, row: Task) -> list[Act]:
    """What can be done about one task."""
    if row.done_at is not None or look.case.ended:
        return []
    mine = look.owns(row)
    if row.step == judging.ASSESS:
        made = [Act(_("做评估"), url(look.case, "assess"), "clipboard-check", primary=True, dialog=False)] if mine else []
    else:
        made = [Act(_("办结"), reverse("cases:finish", args=[row.pk]), "check", primary=mine)] if mine or look.works else []
    if look.works:
        made.append(Act(_("指定责任人") if row.owner_id is None else _("改责任人、期限"), reverse("cases:assign", args=[row.pk]), "user-check"))
        made.append(Act(_("跳过"), reverse("cases:skip", args=[row.pk]), "arrow-forward-up"))
    return made


def next_words(look: Look, rows: Sequence[Task]) -> str:
    """What is next, in a sentence."""
    case = look.case
    waiting = [row for row in rows if row.done_at is None]
    left = [row for row in waiting if row.kind == Task.Kind.STEP and row.required]
    match case.state:
        case State.RECEIVED if case.kind in TRACKED:
            said = _("启动工作清单，安排人跟踪处理。")
        case State.RECEIVED if case.urgent:
            said = _("启动应急处置，先保证孩子安全。")
        case State.EMERGENCY if not case.branch:
            said = _("选择应急类型，按清单办理。")
        case State.EMERGENCY if left:
            said = _("办结应急清单里必做的步骤，还有%(n)s项。") % {"n": len(left)}
        case State.RECEIVED | State.EMERGENCY:
            said = _judge_words(case, rows)
        case State.FOLLOWING if waiting:
            said = _("办结帮扶任务，还有%(n)s项。") % {"n": len(waiting)}
        case _:
            said = str(NEXT.get(State(case.state), NOTHING_LEFT))
    return said


NEXT: Mapping[State, Promise] = {
    State.REPORTED: gettext_lazy("受理：核实情况，决定怎么办。"),
    State.DOUBTED: gettext_lazy("由另一个人复核是不是误报。"),
    State.ASSESSED: gettext_lazy("定帮扶方案：添加措施，写明责任人和期限。"),
    State.PLANNED: gettext_lazy("开始帮扶跟进。"),
}
NOTHING_LEFT = gettext_lazy("没有未办的任务，可以结案；还要继续关注的，再添加任务。")


def _judge_words(case: Case, rows: Sequence[Task]) -> str:
    if judging.concluded_since_it_began(case):
        return _("评估已经确认，转入定方案。")
    done = Assessment.objects.filter(case=case, round=judging.round_of(case)).count()
    asked = sum(row.step == judging.ASSESS and row.done_at is None for row in rows)
    if done >= judging.LEAST:
        return _("评估已有%(n)s份，请确认风险等级。") % {"n": done}
    if asked + done >= judging.LEAST:
        return _("等评估人交评估，已交%(n)s份。") % {"n": done}
    return _("安排评估：至少两个人分别评估，已交%(n)s份。") % {"n": done}


def new_since_judged(case: Case) -> bool:
    """Whether a report came in after the last conclusion: a new clue, to be assessed at once."""
    last = Conclusion.objects.filter(case=case).order_by("-at").values_list("at", flat=True).first()
    return last is not None and Line.objects.filter(case=case, verb="reported", at__gt=last).exists()
