"""Reasons and faults in words, in the reader's language. The rules give data; this says it."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.children.codes import ABSENCE_PURPOSE, CIRCUMSTANCE, EVIDENCE, RELATION, RETURN_KIND, STATUS
from tongxing.children.identity import Fault, IdNumberError
from tongxing.children.rules import Age, Reason
from tongxing.children.rules.unsupported import Document

SIDES = {"father": noop("父亲"), "mother": noop("母亲")}

_CLAUSES: Mapping[str, str] = {
    "away": noop("%(who)s在%(where)s%(purpose)s %(since)s 起"),
    "back_for_short": noop("%(who)s %(since)s %(occasion)s，短期返乡不终止外出"),
    "back_until": noop("%(who)s %(since)s %(occasion)s，%(until)s 前短期返乡不终止外出"),
    "away_too_short": noop("%(who)s在%(where)s%(purpose)s %(since)s 起，时间未满，%(until)s 起计入"),
    "away_not_for_work": noop("%(who)s在%(where)s%(purpose)s %(since)s 起，不属外出务工"),
    "at_home": noop("%(who)s在家"),
    "incapable": noop("%(who)s在家，无监护能力（%(what)s）"),
    "gone": noop("%(who)s%(what)s %(since)s 起"),
    "not_counted": noop("%(who)s%(what)s %(since)s 起"),
    "in_set": noop("%(who)s%(what)s %(since)s 起"),
    "set_pending": noop("%(who)s%(what)s，%(until)s 起满足时间条件"),
    "not_reported": noop("%(who)s%(what)s，未见公安受理日期，时间无法起算"),
    "not_severe": noop("%(who)s残疾，未达重残等级"),
    "set_unclear": noop("%(who)s身份不明，规则不能判定，需人工认定"),
    "not_in_set": noop("%(who)s无事实无人抚养规定的情形"),
    "not_recorded": noop("%(who)s情况未登记"),
    "determined": noop("人工认定 %(since)s 起：%(where)s"),
    "nobody_away": noop("父母均无外出务工"),
    "of_age": noop("%(since)s 已满%(years)d周岁"),
    "not_born": noop("%(since)s 才出生"),
    "no_registration": noop("户籍地未登记"),
    "residence_unknown": noop("现居地未登记"),
    "lives_in_own_county": noop("在户籍所在县居住"),
    "not_long_outside": noop("%(since)s 起在户籍所在县以外居住，%(until)s 满六个月"),
    "lives_outside": noop("%(since)s 起随监护人在户籍所在县以外居住"),
}
_DATED = noop("%(who)s%(what)s（%(since)s）")
_UNDATED = noop("%(who)s%(what)s")
_INCAPABLE = noop("%(who)s在家，无监护能力")
_WITHHELD = noop("%(who)s不能履行监护职责")
_BY_DAY = frozenset({"back_for_short", "back_until"})

FAULTS: Mapping[Fault, str] = {
    Fault.EMPTY: noop("没有填写身份证号。"),
    Fault.LOST_DIGITS: noop("这个身份证号被 Excel 当作数字保存，末几位已经丢失。请把该列设为“文本”格式，按证件重新填写。"),
    Fault.OLD_NUMBER: noop("这是15位的旧身份证号，已经停用。请填写18位公民身份号码。"),
    Fault.LENGTH: noop("身份证号应为18位，这里有%(detail)s位。请对照证件核对。"),
    Fault.CHARACTERS: noop("身份证号只能有数字，末位可以是 X；这里有“%(detail)s”。请对照证件核对。"),
    Fault.MASKED: noop("这个身份证号被星号遮住了，不完整。请填写完整号码。"),
    Fault.PROVINCE: noop("身份证号前两位“%(detail)s”不是任何省份的代码。请对照证件核对。"),
    Fault.BIRTH_DATE: noop("身份证号中的出生日期“%(detail)s”不存在。请对照证件核对。"),
    Fault.BORN_LATER: noop("身份证号中的出生日期“%(detail)s”晚于今天。请对照证件核对。"),
    Fault.SEQUENCE: noop("身份证号第15至17位是“000”，没有这样的号码。请对照证件核对。"),
    Fault.CHECK_DIGIT: noop("身份证号校验码不对：可能有一位写错，或者两位写反。请对照证件核对。"),
}


def who(code: str) -> str:
    """A relation (GB/T 4761) or a side in words."""
    return _(SIDES[code]) if code in SIDES else RELATION.text(code)


def when(day: date | None, precision: str = "month") -> str:
    """A date no more exact than it is known."""
    if day is None:
        return ""
    match precision:
        case "day":
            return day.isoformat()
        case "year":
            return f"{day:%Y}"
        case "by":
            return _("不晚于 %(month)s") % {"month": f"{day:%Y-%m}"}
    return f"{day:%Y-%m}"


def reason(this: Reason, *, discreet: bool = False) -> str:
    """One reason as a clause without a full stop. ``discreet``: without what only those who need it may know (real-life 7)."""
    words: dict[str, object] = {
        "who": who(this.who),
        "where": this.where or _("外地"),
        "since": when(this.since, "day" if this.code in _BY_DAY else this.precision),
        "until": when(this.until, "day"),
    }
    clause = _CLAUSES[this.code]
    if this.kind in ABSENCE_PURPOSE:
        words["purpose"] = ABSENCE_PURPOSE.text(this.kind)
    if this.kind in RETURN_KIND:
        words["occasion"] = RETURN_KIND.text(this.kind)
    if this.code == "of_age":
        words["years"] = STATUS[this.kind].until_age
    if this.kind in CIRCUMSTANCE:
        words["what"] = CIRCUMSTANCE.text(this.kind)
        clause = _of_circumstance(this, discreet)
    return _(clause) % words


def _of_circumstance(this: Reason, discreet: bool) -> str:
    if discreet and CIRCUMSTANCE[this.kind].discreet:
        return _WITHHELD
    if this.code == "incapable" and (discreet or this.kind == "no_capacity"):
        return _INCAPABLE
    if this.code in ("gone", "not_counted", "in_set"):
        if not this.since:
            return _UNDATED
        if this.kind in ("dead", "declared_missing", "guardianship_revoked", "deported"):
            return _DATED
    return _CLAUSES[this.code]


def reasons(these: Iterable[Reason], *, discreet: bool = False) -> str:
    """All reasons as one sentence: ``父亲在东莞务工 2024-03 起；母亲在家，无监护能力``."""
    return _("；").join(reason(this, discreet=discreet) for this in these)


def age(this: Age) -> str:
    """An age in words, with months for the small and days for the newborn."""
    if not this.shows_months or (this.years and not this.months):
        return _("%(years)d岁") % {"years": this.years}
    if this.years:
        return _("%(years)d岁%(months)d个月") % {"years": this.years, "months": this.months}
    return _("%(months)d个月") % {"months": this.months} if this.months else _("%(days)d天") % {"days": this.days}


def document(this: Document) -> str:
    """A document about a parent: ``父亲：刑事判决书``."""
    return _("%(who)s：%(what)s") % {"who": who(this.who), "what": EVIDENCE.text(this.kind)}


def id_number_fault(error: IdNumberError) -> str:
    """What is wrong with an id number and what to do, as a sentence."""
    return _(FAULTS[error.fault]) % {"detail": error.detail}
