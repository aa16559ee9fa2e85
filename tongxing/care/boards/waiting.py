"""What of promises stands on the first page of the day."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.duties import queries as duties
from tongxing.duties import rules
from tongxing.duties.models import OPEN, Duty
from tongxing.duties.queries import LOOK_BACK
from tongxing.ground.today import now, today
from tongxing.places import codes


def own(post: Post) -> list[tuple[str, Promise, str, QuerySet[Duty]]]:
    """One's own: (group, words, tone, rows): overdue, due today, due this week."""
    at, day = now(), today()
    held = (Duty.unscoped if post.unit_id and post.definition.sees is Sees.GRANTED else Duty.objects).filter(OPEN & duties.mine(post, at) & Q(suspended_on=None))
    midnight = rules.end_of(day)
    sunday = rules.end_of(day + timedelta(days=7 - day.isoweekday()))
    return [
        ("overdue", _("我的工作任务：逾期"), "red", held.filter(due__gt=at - LOOK_BACK, due__lte=at)),
        ("today", _("我的工作任务：今天到期"), "amber", held.filter(due__gt=at, due__lte=midnight)),
        ("week", _("我的工作任务：本周到期"), "amber", held.filter(due__gt=max(at, midnight), due__lte=sunday)),
    ]


def late(post: Post) -> QuerySet[Duty]:
    """What is overdue in the post's place, whoever promised it."""
    at = now()
    return Duty.objects.filter(OPEN, suspended_on=None, due__gt=at - LOOK_BACK, due__lte=at, scope_place__range=codes.span(post.place_id))
