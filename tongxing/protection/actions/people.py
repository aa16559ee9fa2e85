"""Who is involved in a case, and who alone may see a restricted one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.protection.actions import lines, promising, telling
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, CaseChild, Involved, Task

GLASS = timedelta(days=1)
WHY = "who is named for a case may sit anywhere"


def name_for(case: Case, post: Post, cause: Involved.Cause, *, informed: bool = True, why: str = "", until: date | None = None) -> Involved:
    """Name a post for a case, once for each cause."""
    found, made = Involved.objects.get_or_create(case=case, post=post, cause=cause, until=until, defaults={"informed": informed, "why": why})
    if not made and found.informed and not informed:
        found.informed = False
        found.save(update_fields=["informed"])
    return found


@transaction.atomic
def involve(*, case: Case, post: Post, by: Post, why: str = "") -> Involved:
    """Let a post work on a case that its place does not show it."""
    with scope.whole_country(why=WHY):
        row = name_for(case, post, Involved.Cause.NAMED, informed=False, why=why)
        lines.write(case, "involved", by=by, data={"post": str(post.pk)})
        telling.tell(case, telling.TOLD, [post], key=f"named:{row.pk}", urgent=False)
        return row


@transaction.atomic
def uninvolve(*, case: Case, post: Post, by: Post) -> None:
    """From today the post sees the case no longer, unless its place shows it. Somebody must remain with a restricted one."""
    with scope.whole_country(why=WHY):
        rows = Involved.objects.filter(case=case, post=post, until=None)
        if case.restricted and not Involved.objects.filter(case=case, until=None, informed=False).exclude(post=post).exists():
            raise ProtectionError(_("这是最后一个能办理这个个案的人，请先指定别人。"))
        rows.update(until=today())
        lines.write(case, "uninvolved", by=by, data={"post": str(post.pk)})


@transaction.atomic
def restrict(*, case: Case, posts: Sequence[Post], by: Post) -> None:
    """From now on only those who are named see it: not even its number is counted for others."""
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=case.pk)
        for post in {each.pk: each for each in (*posts, by)}.values():
            name_for(case, post, Involved.Cause.NAMED, informed=False)
        kept = [each.pk for each in (*posts, by)]
        Involved.objects.filter(case=case, until=None).exclude(post__in=kept).update(until=today())
        _restricted(case, restricted=True)
        for task in Task.objects.filter(case=case).exclude(duty_id=None):
            promising.release(task, by)  # a promise stands on boards that others see
        lines.write(case, "restricted", by=by, data={"posts": len(kept)})


@transaction.atomic
def open_up(*, case: Case, by: Post, why: str) -> None:
    """The restriction ends: the place sees the case again."""
    with scope.whole_country(why=WHY):
        _restricted(case, restricted=False)
        lines.write(case, "opened_up", by=by, words={"words": why})


def _restricted(case: Case, *, restricted: bool) -> None:
    case.restricted = restricted
    case.save(update_fields=["restricted"])
    CaseChild.unscoped.filter(case=case).update(restricted=restricted)


@transaction.atomic
def break_glass(*, number: str, by: Post, why: str) -> Case:
    """Open a restricted case of one's own place for a day, with a reason; those who are named hear of it at once.

    Raises ``ProtectionError``: in the same words whether there is no such case, or it is elsewhere.
    """
    if len(why.strip()) < 5:
        raise ProtectionError(_("请写明为什么必须查看（至少5个字）。"))
    reach = by.scope()
    with scope.whole_country(why="a glass is broken by somebody who cannot see the case"):
        case = Case.objects.filter(number=number.strip().upper()).first()
        if case is None or not reach.covers(case.scope_place):
            raise ProtectionError(_("没有这个编号的个案，或者不在您的辖区。"))
        if not case.restricted or Involved.objects.on(today()).filter(case=case, post=by, informed=False).exists():
            return case
        named = [row.post for row in Involved.objects.filter(case=case, until=None, informed=False).select_related("post")]
        row = name_for(case, by, Involved.Cause.GLASS, informed=False, why=why.strip()[:200], until=today() + GLASS)
        lines.write(case, "glass", by=by, words={"words": why})
        telling.tell(case, telling.GLASS, named, key=f"glass:{row.pk}", urgent=True)
        return case
