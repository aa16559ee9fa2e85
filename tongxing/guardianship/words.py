"""What the journal says of guardianship, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop as noop

from tongxing.guardianship import codes
from tongxing.guardianship.models import Party
from tongxing.guardianship.states import State

VERBS = {
    "agreement_drafted": noop("拟监护确认书"),
    "agreement_changed": noop("修改监护确认书"),
    "agreement_answered": noop("登记监护确认书的询问情况"),
    "agreement_printed": noop("定稿监护确认书"),
    "agreement_reopened": noop("监护确认书退回草稿"),
    "agreement_discarded": noop("作废监护确认书"),
    "agreement_party_signed": noop("在监护确认书上签字"),
    "agreement_signed": noop("签订监护确认书"),
    "agreement_renewed": noop("续签监护确认书"),
    "agreement_expired": noop("监护确认书到期"),
    "agreement_ended": noop("终止监护确认书"),
    "agreement_told": noop("登记书面告知"),
}
PARTS = {
    "agreement": noop("监护确认书"),
    "party": noop("签字人"),
    "standing": noop("状态"),
    "ending": noop("终止原因"),
    "signed_on": noop("签订日期"),
    "told_school_on": noop("书面告知学校、幼儿园的日期"),
    "told_village_on": noop("书面告知村（居）委会的日期"),
}


def _party(value: Any) -> str:
    return str(Party.Role(value).label) if value in Party.Role.values else str(value)


SAYINGS: dict[str, Callable[[Any], str]] = {
    "standing": lambda value: str(State(value).label) if value in State.values else str(value),
    "party": _party,
    "ending": lambda value: codes.ENDING.text(str(value)) if value in codes.ENDING else str(value),
}
