"""The life of a return (报表) as one table; ``docs/states/return.md`` is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    OPEN = "open", _("填报中")
    SUBMITTED = "submitted", _("已上报")
    RETURNED = "returned", _("退回修改")
    CONFIRMED = "confirmed", _("已确认")


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a return. ``above``: it is done by the office one level up, else by the return's own."""

    label: Promise
    origins: tuple[State, ...]
    to: State
    right: str
    comment: bool = False
    above: bool = False


LIFE: Final[Mapping[str, Step]] = {
    "submit": Step(_("上报"), (State.OPEN, State.RETURNED), State.SUBMITTED, "figures.report"),
    "withdraw": Step(_("撤回上报"), (State.SUBMITTED,), State.OPEN, "figures.report"),
    "return": Step(_("退回修改"), (State.SUBMITTED,), State.RETURNED, "figures.collect", comment=True, above=True),
    "confirm": Step(_("确认"), (State.SUBMITTED,), State.CONFIRMED, "figures.collect", above=True),
}
TONES: Final = {State.OPEN: "amber", State.SUBMITTED: "blue", State.RETURNED: "red", State.CONFIRMED: "green"}


class NotNow(Exception):
    """The wished step is not possible; ``str()`` is a sentence for the person."""


def after(state: str, act: str) -> State:
    """The state that the act leads to. Raises NotNow."""
    step = LIFE[act]
    if state not in step.origins:
        raise NotNow(gettext("这份报表%(state)s，不能%(act)s。") % {"state": State(state).label, "act": step.label})
    return step.to
