"""Somebody leaves: the children go to another person in one act, and no place is left empty by it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.circles import codes
from tongxing.circles.actions.joining import begin, end, locked_children, locked_people, may, posts_with_access, roles_at
from tongxing.circles.models import Membership
from tongxing.ground.today import today


@transaction.atomic
def hand_over(
    *,
    person: Person,
    to: Person,
    reason: str,
    by: Post | None,
    memberships: Collection[UUID] | None = None,
    seen: Collection[UUID] | None = None,
    on: date | None = None,
    note: str = "",
) -> list[Membership]:
    """Give what a person holds in the scope (all of it, or these memberships) to another, from ``on``; return what the other holds now.

    ``seen`` are the memberships that the page showed: where somebody added or ended one since, nothing happens and the sentence says so.
    Where the other stands in the same place already, the first just leaves. Raises ``CannotDo``, ``FieldErrors``.
    """
    day = on or today()
    may(by)
    if person.pk == to.pk:
        raise FieldErrors({"to": _("请选择另一个人。")})
    if reason not in codes.LEAVING or not codes.LEAVING[reason].moves:
        raise FieldErrors({"reason": _("请选择交接的原因。")})
    people = locked_people([person.pk, to.pk])
    children = locked_children(_held(person).values_list("child", flat=True))
    held = {row.pk: row for row in _held(person).select_for_update(of=("self",)).select_related("post", "person", "child")}
    if seen is not None and set(seen) != held.keys():
        raise CannotDo(_("您打开页面以后，%(name)s的包保名单有变化，请核对后再交接。") % {"name": person.name})
    chosen = list(held.values()) if memberships is None else [held[each] for each in memberships if each in held]
    if not chosen or (memberships is not None and len(chosen) != len(set(memberships))):
        raise CannotDo(_("请选择要交接的孩子。") if not chosen else _("有的包保已经结束，请刷新页面后再交接。"))
    if any(not row.since <= day <= today() for row in chosen):
        raise FieldErrors({"on": _("交接日期应在包保开始以后、今天以前。")})
    for role in {row.role for row in chosen}:
        roles_at([children[row.child_id] for row in chosen if row.role == role], role, day)
    end(chosen, reason, on=day, by=by, note=note, verb="circle_handed_over")
    return _taken_over(chosen, people[to.pk], day, by)


def _held(person: Person) -> QuerySet[Membership]:
    return Membership.objects.filter(person=person, until=None).order_by("pk")


def _taken_over(left: list[Membership], to: Person, day: date, by: Post | None) -> list[Membership]:
    """The other takes the places that were left; where the other stood already, nothing is written twice."""
    already = set(Membership.objects.filter(child__in=[row.child_id for row in left], person=to, until=None).values_list("child_id", "role"))
    post = posts_with_access([to.pk], day).get(to.pk)
    made = [
        Membership(child=row.child, scope_place=row.scope_place, role=row.role, person=to, post=post, team=row.team, since=day, source="handed_over")
        for row in left
        if (row.child_id, row.role) not in already
    ]
    begin(made, by=by)
    return made
