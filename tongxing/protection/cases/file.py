"""Cases on a child's file: a tab, a red flag while it is in danger, and what the list of children may be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import Asking, Chosen
from tongxing.children.page.alarms import Alarm
from tongxing.children.page.panels import TabOf
from tongxing.children.page.reader import Reader
from tongxing.ground.today import now
from tongxing.protection.cases import finding, timing
from tongxing.protection.models import CaseChild
from tongxing.protection.states import ENDED, State

DANGER = Q(urgent=True, state__in=[State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED])
MOST = 50


def _load(reader: Reader, _params: Mapping[str, str]) -> list[finding.Row]:
    of_child = CaseChild.objects.filter(child_id=reader.child.pk).values("case")
    rows = timing.timed(finding.base(reader.post).filter(pk__in=of_child)).order_by("-opened_at")[:MOST]
    return finding.lines(rows, reader.post, now())


TAB = TabOf(key="cases", word=noop("个案"), template="protection/cases/tab.html", load=_load, right="cases.view")


def alarms(post: Post, children: Collection[UUID]) -> dict[UUID, Alarm]:
    """Of these children, those who are in danger as far as this post may know: one query for a page."""
    if not post.may("cases.view"):
        return {}
    cases = finding.base(post).filter(DANGER)
    rows = CaseChild.objects.filter(child_id__in=children, case__in=cases.values("pk")).order_by("since").values_list("child_id", "case_id")
    return {child: Alarm(_("处于危险中"), "alert-octagon", reverse("cases:case", args=[case])) for child, case in rows}


def _children(asking: Asking, where: Q) -> Q:
    if not asking.post.may("cases.view"):
        return Q(pk__in=[])
    cases = finding.base(asking.post).filter(where)
    return Q(pk__in=CaseChild.objects.filter(case__in=cases.values("pk")).values("child_id"))


FILTER = Chosen(
    key="case",
    label=gettext_lazy("个案"),
    options={
        "danger": (gettext_lazy("孩子处于危险中"), lambda asking: _children(asking, DANGER)),
        "open": (gettext_lazy("有正在办理的个案"), lambda asking: _children(asking, ~Q(state__in=ENDED))),
    },
    more=True,
)
