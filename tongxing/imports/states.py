"""The life of an import as one table; `docs/states/import.md` is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    READING = "reading", _("正在读取")
    COLUMNS = "columns", _("待对应列")
    PREVIEW = "preview", _("待核对")
    IMPORTING = "importing", _("正在导入")
    DONE = "done", _("已完成")
    UNDOING = "undoing", _("正在撤销")
    UNDONE = "undone", _("导入已撤销")
    CANCELLED = "cancelled", _("已取消")
    FAILED = "failed", _("未能完成")


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from one of ``origins`` to another state. ``right`` empty: the job does it; else a post needs its kind's own right."""

    label: Promise
    origins: tuple[State, ...]
    to: State
    right: str = ""
    comment: bool = False


OF_THE_KIND: Final = "ListKind.right"
LIFE: Final[dict[str, Step]] = {
    "recognise": Step(_("核对完毕"), (State.READING,), State.PREVIEW),
    "ask_columns": Step(_("缺少必需的列"), (State.READING,), State.COLUMNS),
    "fail": Step(_("无法读取或出错"), (State.READING, State.IMPORTING, State.UNDOING), State.FAILED),
    "correct": Step(_("按更正的列重新读取"), (State.COLUMNS, State.PREVIEW, State.FAILED), State.READING, OF_THE_KIND),
    "start": Step(_("开始导入"), (State.PREVIEW,), State.IMPORTING, OF_THE_KIND),
    "resume": Step(_("接着导入"), (State.FAILED,), State.IMPORTING, OF_THE_KIND),
    "rest": Step(_("所选的已写入"), (State.IMPORTING,), State.PREVIEW),
    "close": Step(_("结束核对"), (State.PREVIEW,), State.DONE, OF_THE_KIND),
    "finish": Step(_("全部写入"), (State.IMPORTING,), State.DONE),
    "cancel": Step(_("取消"), (State.READING, State.COLUMNS, State.PREVIEW, State.IMPORTING, State.UNDOING, State.FAILED), State.CANCELLED, OF_THE_KIND),
    "undo": Step(_("撤销导入"), (State.DONE, State.CANCELLED, State.FAILED), State.UNDOING, OF_THE_KIND, comment=True),
    "taken_back": Step(_("全部撤销"), (State.UNDOING,), State.UNDONE),
}

AT_WORK: Final = (State.READING, State.IMPORTING, State.UNDOING)
TONES: Final = {
    State.READING: "blue",
    State.COLUMNS: "amber",
    State.PREVIEW: "amber",
    State.IMPORTING: "blue",
    State.DONE: "green",
    State.UNDOING: "blue",
    State.UNDONE: "grey",
    State.CANCELLED: "grey",
    State.FAILED: "red",
}


class NotNow(Exception):
    """The import is in a state from which the wished step does not lead; ``str()`` is a sentence for the person."""


def possible(state: str, step: str) -> bool:
    return state in LIFE[step].origins


def after(state: str, step: str) -> State:
    """The state that the step leads to. Raises NotNow."""
    if not possible(state, step):
        raise NotNow(gettext("这次导入“%(state)s”，不能再做这一步。") % {"state": State(state).label})
    return LIFE[step].to
