"""One child, one plan (YC-14): what the child needs, and individual items with goal, owner and review date."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child, State
from tongxing.circles import codes
from tongxing.circles.actions.joining import check_people, may
from tongxing.circles.models import Plan, PlanItem, PlanReview
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.ground.today import today
from tongxing.journal import actions as journal

LONGEST = timedelta(days=366)  # an item is looked at again within a year


@transaction.atomic
def write_needs(*, child_id: UUID, needs: str, by: Post | None) -> Plan:
    """Say in words what the child needs: the plan's head. Made where there is none."""
    may(by)
    child, key = _begin(child_id)
    plan = _plan(child)
    if not needs.strip():
        raise FieldErrors({"needs": _("请写明孩子的需求。")})
    before = plan.needs_sealed
    plan.needs_sealed = key.seal("plan:needs", needs.strip()[:1000])
    plan.save(update_fields=["needs_sealed"])
    _record("plan_changed", plan, child, by, {"needs": [_hex(before), _hex(plan.needs_sealed)]})
    return plan


@transaction.atomic
def add_item(*, child_id: UUID, area: str, goal: str, owner: Person, review_on: date, by: Post | None, since: date | None = None) -> PlanItem:
    """One of the N items: a goal in an area, who sees to it, and when it is looked at again. The first one makes the plan."""
    may(by)
    child, key = _begin(child_id)
    plan = _plan(child)
    begins = since or today()
    _check(area, goal, review_on)
    owner = Person.objects.select_for_update().get(pk=owner.pk)
    check_people([owner])
    item = PlanItem(child=child, plan=plan, scope_place=child.scope_place, area=area, owner=owner, since=begins, review_on=review_on)
    item.goal_sealed = key.seal(f"plan_item:{item.id}:goal", goal.strip()[:500])
    item.save(force_insert=True)
    diff: dict[str, list[object]] = {"area": [None, area], "goal": [None, _hex(item.goal_sealed)], "owner": [None, owner.name], "review_on": [None, review_on.isoformat()]}
    _record("plan_item_added", item, child, by, diff)
    return item


@transaction.atomic
def change_item(*, item_id: UUID, area: str, goal: str, owner: Person, review_on: date, version: int, by: Post | None) -> PlanItem:
    """Change an open item. Raises ``CannotDo`` where somebody else changed or closed it since ``version``."""
    may(by)
    item, child, key = _open_item(item_id, version)
    _check(area, goal, review_on)
    owner = Person.objects.select_for_update().get(pk=owner.pk)
    if owner.pk != item.owner_id:
        check_people([owner])
    before = _hex(item.goal_sealed)
    diff: dict[str, list[object]] = {}
    if area != item.area:
        diff["area"] = [item.area, area]
    if goal.strip() != open_goal(item, key):
        item.goal_sealed = key.seal(f"plan_item:{item.id}:goal", goal.strip()[:500])
        diff["goal"] = [before, _hex(item.goal_sealed)]
    if owner.pk != item.owner_id:
        diff["owner"] = [item.owner.name, owner.name]
    if review_on != item.review_on:
        diff["review_on"] = [item.review_on and item.review_on.isoformat(), review_on.isoformat()]
    if diff:
        item.area, item.owner, item.review_on, item.version = area, owner, review_on, item.version + 1
        item.save(update_fields=["area", "goal_sealed", "owner", "review_on", "version"])
        _record("plan_item_changed", item, child, by, diff)
    return item


@transaction.atomic
def review_item(*, item_id: UUID, words: str, by: Post | None, version: int, next_on: date | None = None, result: str = "") -> PlanReview:
    """Look at an item: what was found, and either when it is looked at next or with which result it is closed."""
    may(by)
    item, child, key = _open_item(item_id, version)
    on = today()
    errors: dict[str, str] = {}
    if not words.strip():
        errors["words"] = _("请写明评估情况。")
    if result and result not in codes.RESULT:
        errors["result"] = _("请选择结果。")
    if not result and (next_on is None or not on < next_on <= on + LONGEST):
        errors["next_on"] = _("请填写下次评估日期，在明天到一年以内；项目完成的，请选择结果。")
    if errors:
        raise FieldErrors(errors)
    following = None if result else next_on
    review = PlanReview(child=child, item=item, scope_place=child.scope_place, on=on, next_on=following, by_name=by.person.name if by else "")
    review.words_sealed = key.seal(f"plan_review:{review.id}:words", words.strip()[:1000])
    review.save(force_insert=True)
    diff: dict[str, list[object]] = {"words": [None, _hex(review.words_sealed)], "review_on": [item.review_on and item.review_on.isoformat(), following and following.isoformat()]}
    item.review_on, item.version = following, item.version + 1
    if result:
        item.closed_on, item.result = on, result
        diff["result"] = [None, result]
    item.save(update_fields=["review_on", "version", "closed_on", "result"])
    _record("plan_item_closed" if result else "plan_item_reviewed", item, child, by, diff)
    return review


def open_goal(item: PlanItem, key: DataKey) -> str:
    return key.open(f"plan_item:{item.pk}:goal", item.goal_sealed)


def open_words(review: PlanReview, key: DataKey) -> str:
    return key.open(f"plan_review:{review.pk}:words", review.words_sealed)


def open_needs(plan: Plan, key: DataKey) -> str:
    return key.open("plan:needs", plan.needs_sealed) if plan.needs_sealed else ""


def _begin(child_id: UUID) -> tuple[Child, DataKey]:
    child = Child.objects.select_for_update().get(pk=child_id)
    if child.state == State.ENDED:
        raise CannotDo(_("%(name)s已退出名册，方案不再修改。") % {"name": child.name})
    return child, crypto.open_keys([child_id])[child_id]  # only an erased file, which has ended, has none


def _plan(child: Child) -> Plan:
    plan = Plan.objects.filter(child=child).first()
    if plan is None:
        plan = Plan(child=child, scope_place=child.scope_place, since=today())
        plan.save(force_insert=True)
    return plan


def _open_item(item_id: UUID, version: int) -> tuple[PlanItem, Child, DataKey]:
    """The item, its child locked before it, as everywhere."""
    child, key = _begin(PlanItem.objects.values_list("child", flat=True).get(pk=item_id))
    item = PlanItem.objects.select_for_update(of=("self",)).select_related("owner").get(pk=item_id)
    if item.closed_on is not None:
        raise CannotDo(_("这个项目已于%(on)s完成。") % {"on": item.closed_on.isoformat()})
    if item.version != version:
        raise CannotDo(_("您打开页面以后，别人改过这个项目，请刷新页面后再办理。"))
    return item, child, key


def _check(area: str, goal: str, review_on: date) -> None:
    errors: dict[str, str] = {}
    if area not in codes.AREA:
        errors["area"] = _("请选择方面。")
    if not goal.strip():
        errors["goal"] = _("请写明目标。")
    if not today() <= review_on <= today() + LONGEST:
        errors["review_on"] = _("评估日期应在今天到一年以内。")
    if errors:
        raise FieldErrors(errors)


def _hex(value: bytes | memoryview | None) -> str | None:
    """What the journal keeps of words about a child: the ciphertext."""
    return bytes(value).hex() if value else None


def _record(verb: str, row: Plan | PlanItem, child: Child, by: Post | None, diff: dict[str, list[object]]) -> None:
    journal.record(by=by, verb=verb, subject_kind="plan", subject_id=row.pk, child_id=child.pk, place=child.scope_place, diff=diff)
