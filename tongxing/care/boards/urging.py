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
RESUMED = noop("%(place)s%(role)s恢复了暂缓的%(n)s项工作任务，请继续办理。")
ASKED_AGAIN = noop("%(place)s%(role)s取消了%(n)s项工作任务的本期免办，请继续办理。")


@transaction.atomic
def urge(*, ids: Collection[UUID], by: Post) -> tuple[list[Duty], int]:
    """Urge these promises: those that were urged, and how many people hear of it."""
    urged = duties.urge(duty_ids=list(ids), by=by)
    return urged, _tell_all(urged, ASKED, by)


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


@transaction.atomic
def resume(*, children: Collection[UUID], reason: str, by: Post) -> list[Duty]:
    """Let the promises about these children go on; whoever answers for them hears of it."""
    return _again([duty for child in children for duty in duties.resume(child_id=child, reason=reason, by=by)], RESUMED, by)


@transaction.atomic
def unwaive(*, ids: Sequence[UUID], reason: str, by: Post) -> list[Duty]:
    """Ask again what had been let be; whoever answers for it hears of it."""
    return _again(duties.unwaive(duty_ids=ids, reason=reason, by=by), ASKED_AGAIN, by)


def _again(found: list[Duty], about: str, by: Post) -> list[Duty]:
    _tell_all([duty for duty in found if duty.is_open], about, by)
    return found


def _tell_all(found: Sequence[Duty], about: str, by: Post) -> int:
    """Tell whoever answers for these promises how many of them are meant; how many people hear of it."""
    each: Counter[UUID] = Counter()
    for people in holding.of_duties(found, rulebook.by_id({duty.rule_id for duty in found}), today()).values():
        each.update(person.id for person in people)
    for person, number in each.items():
        tell(person, about, number, by)
    return len(each)


def nameless(counts: Counts, period: Period, *, place: str = "") -> str:
    """What may be copied into a WeChat group: numbers, no names (real-life 12)."""
    where = _("【%(place)s】") % {"place": place} if place else ""
    if not counts.undone:
        return where + _("%(period)s的工作任务都已完成，谢谢大家。") % {"period": period.word}
    late = _("，其中%(n)s项已逾期") % {"n": counts.overdue} if counts.overdue else ""
    return where + _("%(period)s还有%(n)s项工作任务未完成%(late)s，请登录查看。") % {"period": period.word, "n": counts.undone, "late": late}
