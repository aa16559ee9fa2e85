"""What the list of children may be asked about circles."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxing.children.finding.conditions import Asking, Chosen
from tongxing.circles import queries, roles
from tongxing.circles.models import Membership


def _vacant(asking: Asking) -> Q:
    at = roles.of_places(queries.villages(), asking.on)
    return queries.to_care_for(asking.on) & queries.lacking(at, asking.on)


def _nobody(asking: Asking) -> Q:
    return queries.to_care_for(asking.on) & ~Q(pk__in=Membership.objects.filter(queries.holding(asking.on)).values("child_id"))


def _mine(asking: Asking) -> Q:
    return Q(pk__in=Membership.objects.filter(queries.holding(asking.on), person=asking.post.person_id).values("child_id"))


CIRCLE = Chosen(
    key="circle",
    label=_("结对包保"),
    options={"vacant": (_("包保责任有空缺"), _vacant), "nobody": (_("没有任何包保责任人"), _nobody), "mine": (_("我包保的"), _mine)},
    more=True,
)
