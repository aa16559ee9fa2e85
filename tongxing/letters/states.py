"""The life of a letter (联函) as one table: 拟稿—核稿—签发—用印. ``docs/states/letter.md`` is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    DRAFTED = "drafted", _("拟稿")
    CHECKING = "checking", _("待核稿")
    CHECKED = "checked", _("待签发")
    SIGNED = "signed", _("待用印")
    SENT = "sent", _("待复函")
    ANSWERED = "answered", _("已复函")
    CLOSED = "closed", _("已办结")
    WITHDRAWN = "withdrawn", _("已撤回")


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a letter. ``apart``: whoever did one of these acts leaves it to somebody else, where there is one.

    ``automatic``: it follows from another act and is never chosen. ``order``: on a hand-over of a matter, which is passed on without a seal, only.
    """

    label: Promise
    origins: tuple[State, ...]
    to: State
    right: str
    comment: bool = False
    apart: tuple[str, ...] = ()
    automatic: bool = False
    order: bool | None = False


UNSENT: Final = (State.DRAFTED, State.CHECKING, State.CHECKED, State.SIGNED)
OPEN: Final = (State.SENT, State.ANSWERED)
"""The department has it, and sees the children."""

LIFE: Final[Mapping[str, Step]] = {
    "submit": Step(_("送核稿"), (State.DRAFTED,), State.CHECKING, "letters.write"),
    "check": Step(_("核稿通过"), (State.CHECKING,), State.CHECKED, "letters.write", apart=("draft",)),
    "sign": Step(_("签发"), (State.CHECKED,), State.SIGNED, "letters.sign", apart=("draft", "check")),
    "return": Step(_("退回修改"), (State.CHECKING, State.CHECKED, State.SIGNED), State.DRAFTED, "letters.write", comment=True, order=None),
    "seal": Step(_("用印发出"), (State.SIGNED,), State.SENT, "letters.write"),
    "dispatch": Step(_("交办"), (State.DRAFTED,), State.SENT, "letters.write", order=True),
    "answer": Step(_("复函"), (State.SENT,), State.ANSWERED, "letters.reply", automatic=True, order=None),
    "reopen": Step(_("继续办理"), (State.ANSWERED,), State.SENT, "letters.write", comment=True, order=None),
    "close": Step(_("办结"), (State.ANSWERED,), State.CLOSED, "letters.write", order=None),
    "give_up": Step(_("不再等待，办结"), (State.SENT,), State.CLOSED, "letters.write", comment=True, order=None),
    "withdraw": Step(_("撤回"), (*UNSENT, State.SENT), State.WITHDRAWN, "letters.write", comment=True, order=None),
}
TONES: Final = {
    State.DRAFTED: "grey",
    State.CHECKING: "amber",
    State.CHECKED: "amber",
    State.SIGNED: "amber",
    State.SENT: "blue",
    State.ANSWERED: "green",
    State.CLOSED: "grey",
    State.WITHDRAWN: "grey",
}


class NotNow(Exception):
    """The wished step is not possible; ``str()`` is a sentence for the person."""


def after(state: str, act: str, *, order: bool = False) -> State:
    """The state that the act leads to. ``order``: of a hand-over. Raises NotNow."""
    step = LIFE[act]
    if state not in step.origins or step.order not in (None, order):
        raise NotNow(gettext("这份函件%(state)s，不能%(act)s。") % {"state": State(state).label, "act": step.label})
    return step.to
