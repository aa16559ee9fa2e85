"""The life of an import as one table: state → verb → state. `docs/states/imports.md` is drawn from it."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    READING = "reading", _("正在读取")
    COLUMNS = "columns", _("待对应列")
    PREVIEW = "preview", _("待核对")
    IMPORTING = "importing", _("正在导入")
    DONE = "done", _("已完成")
    CANCELLED = "cancelled", _("已取消")
    FAILED = "failed", _("未能读取")


MOVES: Final[dict[State, dict[str, State]]] = {
    State.READING: {"recognise": State.PREVIEW, "ask_columns": State.COLUMNS, "fail": State.FAILED, "cancel": State.CANCELLED},
    State.COLUMNS: {"correct": State.READING, "cancel": State.CANCELLED},
    State.PREVIEW: {"correct": State.READING, "start": State.IMPORTING, "cancel": State.CANCELLED},
    State.IMPORTING: {"finish": State.DONE, "cancel": State.CANCELLED, "fail": State.FAILED},
    State.FAILED: {"correct": State.READING, "cancel": State.CANCELLED},
    State.DONE: {},
    State.CANCELLED: {},
}

AT_WORK: Final = (State.READING, State.IMPORTING)
TONES: Final = {
    State.READING: "blue",
    State.COLUMNS: "amber",
    State.PREVIEW: "amber",
    State.IMPORTING: "blue",
    State.DONE: "green",
    State.CANCELLED: "grey",
    State.FAILED: "red",
}


class NotNow(Exception):
    """The import is in a state from which the wished step does not lead; ``str()`` is a sentence for the person."""


def after(state: str, verb: str) -> State:
    """The state that ``verb`` leads to. Raises NotNow."""
    try:
        return MOVES[State(state)][verb]
    except KeyError:
        raise NotNow(_("这次导入“%(state)s”，不能再做这一步。") % {"state": State(state).label}) from None
