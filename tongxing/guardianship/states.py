"""The lives of an agreement and of a petition as one table each; ``docs/states/`` is drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxing.children.errors import CannotDo


class State(TextChoices):
    DRAFT = "draft", _("草稿")
    PRINTED = "printed", _("待签字")
    SIGNED = "signed", _("已签订")
    EXPIRED = "expired", _("已到期")
    ENDED = "ended", _("已终止")
    RENEWED = "renewed", _("已续签")


@dataclass(frozen=True, slots=True)
class Step[S: TextChoices]:
    """An act. ``right`` empty: the program does it by itself. ``comment``: it needs words."""

    label: Promise
    origins: tuple[S, ...]
    to: S
    right: str
    comment: bool = False


_EDIT = "guardianship.edit"
AGREEMENT: Final[Mapping[str, Step[State]]] = {
    "print": Step(_("定稿打印"), (State.DRAFT,), State.PRINTED, _EDIT),
    "reopen": Step(_("退回草稿修改"), (State.PRINTED,), State.DRAFT, _EDIT),
    "sign": Step(_("签订"), (State.DRAFT, State.PRINTED), State.SIGNED, _EDIT),
    "discard": Step(_("作废"), (State.DRAFT, State.PRINTED), State.ENDED, _EDIT, comment=True),
    "expire": Step(_("到期"), (State.SIGNED,), State.EXPIRED, ""),
    "end": Step(_("终止"), (State.SIGNED, State.EXPIRED), State.ENDED, _EDIT, comment=True),
    "renew": Step(_("续签"), (State.SIGNED, State.EXPIRED), State.RENEWED, _EDIT),
}
WAITING: Final = (State.DRAFT, State.PRINTED)
TONES: Final[Mapping[str, str]] = {
    State.DRAFT: "blue",
    State.PRINTED: "amber",
    State.SIGNED: "green",
    State.EXPIRED: "red",
    State.ENDED: "grey",
    State.RENEWED: "grey",
}


def after(state: str, act: str) -> State:
    """The state that the act leads to. Raises CannotDo."""
    step = AGREEMENT[act]
    if state not in step.origins:
        raise CannotDo(gettext("这份确认书%(state)s，不能%(act)s。") % {"state": State(state).label, "act": step.label})
    return step.to


def possible(state: str, rights: frozenset[str]) -> list[str]:
    """The acts that somebody with these rights may do."""
    return [name for name, step in AGREEMENT.items() if state in step.origins and step.right in rights]
