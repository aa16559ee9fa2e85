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


class Stage(TextChoices):
    GATHERING = "gathering", _("收集证据")
    DECIDED = "decided", _("拟提交法院")
    FILED = "filed", _("已提交法院")
    REVOKED = "revoked", _("已判决撤销")
    DISMISSED = "dismissed", _("法院不予撤销")
    SETTLED = "settled", _("已落实监护人")
    CLOSED = "closed", _("不再申请")


_DECIDE = "guardianship.decide"
PETITION: Final[Mapping[str, Step[Stage]]] = {
    "decide": Step(_("决定申请"), (Stage.GATHERING,), Stage.DECIDED, _DECIDE),
    "back": Step(_("退回补充证据"), (Stage.DECIDED,), Stage.GATHERING, _DECIDE, comment=True),
    "file": Step(_("登记提交法院"), (Stage.DECIDED,), Stage.FILED, _DECIDE),
    "revoke": Step(_("登记判决撤销"), (Stage.FILED,), Stage.REVOKED, _DECIDE),
    "dismiss": Step(_("登记不予撤销"), (Stage.FILED,), Stage.DISMISSED, _DECIDE, comment=True),
    "settle": Step(_("落实新的监护人"), (Stage.REVOKED,), Stage.SETTLED, _DECIDE),
    "close": Step(_("不再申请"), (Stage.GATHERING, Stage.DECIDED), Stage.CLOSED, _DECIDE, comment=True),
}
STAGE_TONES: Final[Mapping[str, str]] = {
    Stage.GATHERING: "amber",
    Stage.DECIDED: "amber",
    Stage.FILED: "blue",
    Stage.REVOKED: "red",
    Stage.DISMISSED: "grey",
    Stage.SETTLED: "green",
    Stage.CLOSED: "grey",
}


def stage_after(stage: str, act: str) -> Stage:
    """The stage that the act leads to. Raises CannotDo."""
    step = PETITION[act]
    if stage not in step.origins:
        raise CannotDo(gettext("这项申请%(state)s，不能%(act)s。") % {"state": Stage(stage).label, "act": step.label})
    return step.to


def acts_on(stage: str, rights: frozenset[str]) -> list[str]:
    """The acts that somebody with these rights may do on a petition."""
    return [name for name, step in PETITION.items() if stage in step.origins and step.right in rights]
