"""What waits on the first page of the day: papers that run out, and children who have none."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.guardianship import queries
from tongxing.guardianship.models import Agreement, Intervention
from tongxing.guardianship.rules import Standing

type Work = tuple[Promise, str, str, QuerySet[Any]]


def lines(post: Post, on: date) -> list[Work]:
    """The words, the tone, the address, what is counted."""
    if not post.may("guardianship.edit"):
        return []
    url, days = reverse("guardianship:list"), queries.soon_days(post.place_id, on)
    return [
        (_("监护确认书已过期，没有续签"), "red", f"{url}?standing=lapsed", Agreement.objects.filter(queries.standing_q(Standing.LAPSED, on, days))),
        (_("30天内到期的监护确认书"), "amber", f"{url}?standing=soon", queries.to_renew(on, days)),
        (_("父母外出，没有监护确认书"), "amber", reverse("guardianship:without"), queries.without(on)),
        (
            _("劝诫训诫以后，到了查看改正情况的日期"),
            "amber",
            reverse("guardianship:interventions") + "?state=check",
            Intervention.objects.filter(voided_on=None, merged_from=None, next_check__lte=on),
        ),
        (_("等签字的监护确认书"), "blue", f"{url}?standing=waiting", Agreement.objects.filter(queries.standing_q(Standing.WAITING, on, days))),
    ]
