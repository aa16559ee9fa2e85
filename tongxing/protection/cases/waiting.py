"""What of cases stands on the first page of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.ground.today import now
from tongxing.protection.cases import finding, seeing, timing
from tongxing.protection.models import Case, Task
from tongxing.protection.states import ENDED, State


def lines(post: Post, on: date) -> list[tuple[Promise, str, str, QuerySet[Any]]]:
    """The words, the tone, the address, what is counted. Nobody is told of a case that they do not see."""
    if not post.may("cases.view"):
        return []
    at, board = now(), reverse("cases:list")
    own = [each for each in (post.pk, post.deputy_of_id) if each]
    waiting = Task.objects.filter(owner__in=own, done_at=None, case__closed_at=None)
    mine = reverse("cases:mine")
    rows: list[tuple[Promise, str, str, QuerySet[Any]]] = []
    if post.may("cases.work"):
        rows = [
            (_("个案：孩子处于危险中"), "red", f"{board}?urgent=1", emergencies(post)),
            (_("个案：超过时限"), "red", f"{board}?overdue=1", timing.overdue(finding.base(post).exclude(state__in=ENDED), at)),
            (_("个案：疑为误报，待复核"), "amber", f"{board}?state=doubted", finding.base(post).filter(state=State.DOUBTED)),
            (_("个案：评估已交，待确认等级"), "amber", f"{board}?state=to_conclude", to_conclude(post)),
            (_("个案：到期要再次评估"), "amber", f"{board}?state=review", finding.base(post).exclude(state__in=ENDED).filter(review_on__lte=on)),
        ]
    if seeing.sees_places_cases(post) or post.definition.sees == "granted":
        rows += [(_("个案任务：逾期"), "red", mine, waiting.filter(due_at__lte=at)), (_("个案任务：等我办"), "amber", mine, waiting.exclude(due_at__lte=at))]
    return rows


def emergencies(post: Post) -> QuerySet[Case]:
    """Where a child is in danger, and nobody has said that it is over."""
    return finding.base(post).filter(urgent=True, state__in=[State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED])


def to_conclude(post: Post) -> QuerySet[Case]:
    """Where enough people have assessed, and nobody has confirmed a level."""
    return finding.to_conclude(finding.base(post))
