"""What of promises stands on the first page of the day."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.care.boards import standing
from tongxing.care.boards.periods import period
from tongxing.duties import climbing, rules
from tongxing.duties import queries as duties
from tongxing.duties.models import OPEN, Duty, overdue_at
from tongxing.duties.rules import LOOK_BACK
from tongxing.ground.today import now, today
from tongxing.places import codes
from tongxing.places.codes import Level


def own(post: Post) -> list[tuple[str, Promise, str, QuerySet[Duty]]]:
    """One's own: (group, words, tone, rows): overdue, due today, due this week."""
    at, day = now(), today()
    held = duties.rows_of(post).filter(OPEN & duties.mine(post, at) & Q(suspended_on=None))
    midnight = rules.end_of(day)
    sunday = duties.end_of_week(day)
    return [
        ("overdue", _("我的工作任务：逾期"), "red", held.filter(due__gt=at - LOOK_BACK, due__lte=at)),
        ("today", _("我的工作任务：今天到期"), "amber", held.filter(due__gt=at, due__lte=midnight)),
        ("week", _("我的工作任务：本周到期"), "amber", held.filter(due__gt=max(at, midnight), due__lte=sunday)),
    ]


def late(post: Post) -> QuerySet[Duty]:
    """What is overdue in the post's place, whoever promised it."""
    at = now()
    return Duty.objects.filter(overdue_at(at), due__gt=at - LOOK_BACK, scope_place__range=codes.span(post.place_id))


def below(post: Post) -> int:
    """The same number from the board's tallies: for whoever only reads of it, in places where the rows are millions."""
    return standing.by_place(post.place_id, period("now", today()), now()).total.overdue


def climbed(post: Post) -> QuerySet[Duty]:
    """Of those, what has climbed to the level of the post."""
    return late(post).filter(climbing.reached(post.place_id, climbing.height(Level(post.place.level)), now()))
