"""The life of a file as one table: which act leads from which state to which, and what it needs. `docs/states/` is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.children.models import State, Transfer


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a file. ``right`` is what the acting post must hold, ``comment`` says that the act needs words."""

    label: Promise
    origins: frozenset[State]
    to: State
    right: str
    comment: bool = False


LIFE: Mapping[str, Step] = {
    "submit": Step(_("提交审核"), frozenset({State.DRAFT, State.RETURNED}), State.SUBMITTED, "children.submit"),
    "withdraw": Step(_("撤回提交"), frozenset({State.SUBMITTED}), State.DRAFT, "children.submit"),
    "return": Step(_("退回修改"), frozenset({State.SUBMITTED}), State.RETURNED, "children.approve", comment=True),
    "approve": Step(_("审核通过"), frozenset({State.SUBMITTED}), State.CURRENT, "children.approve"),
    "discard": Step(_("删除草稿"), frozenset({State.DRAFT}), State.ENDED, "children.edit"),
    "end": Step(_("办理退出"), frozenset({State.CURRENT, State.RETURNED, State.SUBMITTED}), State.ENDED, "children.end", comment=True),
    "re_enter": Step(_("重新进入"), frozenset({State.ENDED}), State.DRAFT, "children.register"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An act on a transfer. ``side`` says whose: the owner's (``from``), the receiver's (``to``) or the owner's county's (``county``)."""

    label: Promise
    origins: frozenset[Transfer.State]
    to: Transfer.State
    right: str
    side: Literal["from", "to", "county"]
    moves: bool = False
    comment: bool = False


_OPEN = frozenset({Transfer.State.REQUESTED})
_UNSETTLED = frozenset({Transfer.State.REQUESTED, Transfer.State.REFUSED})  # the county: after the deadline, or when the receiver refused
TRANSFER: Mapping[str, Answer] = {
    "accept": Answer(_("接收"), _OPEN, Transfer.State.ACCEPTED, "transfers.accept", "to", moves=True),
    "refuse": Answer(_("拒收"), _OPEN, Transfer.State.REFUSED, "transfers.accept", "to", comment=True),
    "take_back": Answer(_("撤回转移"), _OPEN, Transfer.State.WITHDRAWN, "transfers.request", "from"),
    "decide_move": Answer(_("决定转移"), _UNSETTLED, Transfer.State.DECIDED, "transfers.decide", "county", moves=True, comment=True),
    "decide_keep": Answer(_("决定不转移"), _UNSETTLED, Transfer.State.KEPT, "transfers.decide", "county", comment=True),
}

EDITABLE = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.CURRENT})


def possible(state: str, rights: frozenset[str]) -> list[str]:
    """The acts that somebody with these rights may do on a file in this state."""
    return [name for name, step in LIFE.items() if state in step.origins and step.right in rights]
