"""The life of a case (个案) as one table: which act leads from which state to which, and what it needs. ``docs/states/case.md`` is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    REPORTED = "reported", _("待受理")
    RECEIVED = "received", _("已受理")
    EMERGENCY = "emergency", _("应急处置")
    ASSESSED = "assessed", _("已评估")
    PLANNED = "planned", _("已定方案")
    FOLLOWING = "following", _("帮扶跟进")
    DOUBTED = "doubted", _("疑为误报，待复核")
    CLOSED = "closed", _("已结案")
    REFERRED = "referred", _("已转出")
    UNFOUNDED = "unfounded", _("误报")


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a case. ``right`` is what the acting post must hold; ``comment``: it needs words; ``outcome``: it needs one of the outcomes.

    ``other``: somebody else than who brought the case into this state (a second pair of eyes). ``light``: open to the lighter kind of
    case (突出问题), which knows neither emergency nor assessment.
    """

    label: Promise
    origins: frozenset[State]
    to: State
    right: str
    comment: bool = False
    outcome: bool = False
    other: bool = False
    light: bool = False


S = State
_AT_WORK: Final = frozenset({S.RECEIVED, S.EMERGENCY, S.ASSESSED, S.PLANNED, S.FOLLOWING})
ENDED: Final = frozenset({S.CLOSED, S.REFERRED, S.UNFOUNDED})
LIGHT: Final = frozenset({"issue"})  # kinds of case that are followed, not assessed
TRACKED: Final = LIGHT | {"dropout", "street", "judicial"}  # kinds with a checklist of their own, or none: they need no assessment first

LIFE: Final[Mapping[str, Step]] = {
    "receive": Step(_("受理"), frozenset({S.REPORTED}), S.RECEIVED, "cases.work", light=True),
    "handle": Step(_("启动应急处置"), frozenset({S.RECEIVED, S.ASSESSED, S.PLANNED, S.FOLLOWING}), S.EMERGENCY, "cases.work"),
    "assess": Step(_("应急结束，确认评估"), frozenset({S.EMERGENCY}), S.ASSESSED, "cases.work", comment=True),
    "assess_at_once": Step(_("无需应急，确认评估"), frozenset({S.RECEIVED}), S.ASSESSED, "cases.work", comment=True),
    "plan": Step(_("定帮扶方案"), frozenset({S.ASSESSED}), S.PLANNED, "cases.work", comment=True),
    "follow": Step(_("开始帮扶跟进"), frozenset({S.PLANNED}), S.FOLLOWING, "cases.work"),
    "track": Step(_("直接跟踪处理"), frozenset({S.RECEIVED}), S.FOLLOWING, "cases.work", comment=True, light=True),
    "close": Step(_("结案"), frozenset({S.ASSESSED, S.PLANNED, S.FOLLOWING}), S.CLOSED, "cases.decide", comment=True, outcome=True, light=True),
    "refer": Step(_("转出"), _AT_WORK, S.REFERRED, "cases.decide", comment=True, light=True),
    "doubt": Step(_("疑为误报"), frozenset({S.REPORTED, S.RECEIVED, S.EMERGENCY}), S.DOUBTED, "cases.work", comment=True, light=True),
    "dismiss": Step(_("确认误报"), frozenset({S.DOUBTED}), S.UNFOUNDED, "cases.work", comment=True, other=True, light=True),
    "uphold": Step(_("不是误报，继续办理"), frozenset({S.DOUBTED}), S.RECEIVED, "cases.work", comment=True, other=True, light=True),
    "reopen": Step(_("重新办理"), ENDED, S.RECEIVED, "cases.work", comment=True, light=True),
}
TONES: Final[Mapping[State, str]] = {
    S.REPORTED: "red",
    S.RECEIVED: "amber",
    S.EMERGENCY: "red",
    S.ASSESSED: "amber",
    S.PLANNED: "blue",
    S.FOLLOWING: "blue",
    S.DOUBTED: "amber",
    S.CLOSED: "green",
    S.REFERRED: "grey",
    S.UNFOUNDED: "grey",
}


class NotNow(Exception):
    """The wished act is not possible; ``str()`` is a sentence for the person."""


def possible(state: str, rights: frozenset[str], *, kind: str = "protection") -> list[str]:
    """The acts that somebody with these rights may do on a case in this state. Who brought it there is not looked at."""
    return [
        act for act, step in LIFE.items() if state in step.origins and step.right in rights and (step.light or kind not in LIGHT) and not (act == "track" and kind not in TRACKED)
    ]


def after(state: str, act: str, *, kind: str = "protection") -> State:
    """The state that the act leads to. Raises NotNow."""
    step = LIFE[act]
    if state not in step.origins or (kind in LIGHT and not step.light) or (act == "track" and kind not in TRACKED):
        raise NotNow(gettext("这个个案%(state)s，不能%(act)s。") % {"state": State(state).label, "act": step.label})
    return step.to
