"""Asking those who are behind (催办): counted on each promise, and told to whoever answers for it. What is told names no child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.care.boards import holding
from tongxing.care.boards.periods import Period
from tongxing.care.boards.standing import Counts
from tongxing.duties import actions as duties
from tongxing.duties import rulebook
from tongxing.duties.models import Duty
from tongxing.ground.today import today
from tongxing.outbox import actions as outbox

ASKED = noop("%(place)s%(role)s催办：您有%(n)s项工作任务还没有完成，请尽快办理。")
GIVEN = noop("%(place)s%(role)s把%(n)s项工作任务交给了您，请登录查看。")


@transaction.atomic
def urge(*, ids: Collection[UUID], by: Post) -> tuple[list[Duty], int]:
    """Urge these promises: those that were urged, and how many people hear of it."""
    urged = duties.urge(duty_ids=list(ids), by=by)
    rules = rulebook.by_id({duty.rule_id for duty in urged})
    each: Counter[UUID] = Counter()
    for people in holding.of_duties(urged, rules, today()).values():
        each.update(person.id for person in people)
    for person, number in each.items():
        tell(person, ASKED, number, by)
    return urged, len(each)


def tell(person: UUID, about: str, number: int, by: Post) -> None:
    kind = "urge" if about == ASKED else "duty"
    outbox.tell(kind=kind, about=about, words={"place": by.place.short_name, "role": str(by.definition.name), "n": number}, people=[person], url=f"{reverse('boards:own')}?by=when")


@transaction.atomic
def give(*, ids: Sequence[UUID], to: UUID | None, reason: str, by: Post) -> list[Duty]:
    """Give promises to somebody else for a reason; who gets them hears of it. None gives them back."""
    given = duties.reassign(duty_ids=list(ids), to=to, reason=reason, by=by)
    if to:
        tell(to, GIVEN, len(given), by)
    return given


def nameless(counts: Counts, period: Period, *, place: str = "") -> str:
    """What may be copied into a WeChat group: numbers, no names (real-life 12)."""
    where = _("【%(place)s】") % {"place": place} if place else ""
    if not counts.undone:
        return where + _("%(period)s的工作任务都已完成，谢谢大家。") % {"period": period.word}
    late = _("，其中%(n)s项已逾期") % {"n": counts.overdue} if counts.overdue else ""
    return where + _("%(period)s还有%(n)s项工作任务未完成%(late)s，请登录查看。") % {"period": period.word, "n": counts.undone, "late": late}
