"""What the journal says of guardianship, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop as noop

from tongxing.guardianship import codes
from tongxing.guardianship.models import Party
from tongxing.guardianship.states import Stage, State

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
    "intervened": noop("登记劝诫训诫"),
    "intervention_checked": noop("查看劝诫训诫的改正情况"),
    "intervention_voided": noop("作废劝诫训诫登记"),
    "petition_opened": noop("开始收集撤销监护人资格的证据"),
    "evidence_added": noop("加入撤销监护人资格的证据"),
    "evidence_removed": noop("移除撤销监护人资格的证据"),
    "petition_prepared": noop("填写撤销监护人资格的申请"),
    "petition_decided": noop("决定申请撤销监护人资格"),
    "petition_sent_back": noop("撤销监护人资格的申请退回补充证据"),
    "petition_filed": noop("向人民法院提交撤销监护人资格的申请"),
    "petition_ruled": noop("登记撤销监护人资格的判决"),
    "petition_settled": noop("落实新的监护人"),
    "petition_closed": noop("不再申请撤销监护人资格"),
    "petition_restricted": noop("限定谁可以看撤销监护人资格的申请"),
    "restricted_act": noop("限定查看范围的事项"),
}
PARTS = {
    "agreement": noop("监护确认书"),
    "party": noop("签字人"),
    "standing": noop("状态"),
    "ending": noop("终止原因"),
    "measure": noop("措施"),
    "authority": noop("作出机关"),
    "heeded": noop("是否改正"),
    "petition": noop("撤销监护人资格的申请"),
    "stage": noop("状态"),
    "proof": noop("证据种类"),
    "signed_on": noop("签订日期"),
    "told_school_on": noop("书面告知学校、幼儿园的日期"),
    "told_village_on": noop("书面告知村（居）委会的日期"),
}


def _party(value: Any) -> str:
    return str(Party.Role(value).label) if value in Party.Role.values else str(value)


SAYINGS: dict[str, Callable[[Any], str]] = {
    "standing": lambda value: str(State(value).label) if value in State.values else str(value),
    "party": _party,
    "measure": lambda value: codes.MEASURE.text(str(value)) if value in codes.MEASURE else str(value),
    "authority": lambda value: codes.AUTHORITY.text(str(value)) if value in codes.AUTHORITY else str(value),
    "heeded": lambda value: codes.HEEDED.text(str(value)) if value in codes.HEEDED else str(value),
    "proof": lambda value: codes.PROOF.text(str(value)) if value in codes.PROOF else str(value),
    "stage": lambda value: str(Stage(value).label) if value in Stage.values else str(value),
    "ending": lambda value: codes.ENDING.text(str(value)) if value in codes.ENDING else str(value),
}
