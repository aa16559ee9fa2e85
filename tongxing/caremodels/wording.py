"""How quotas, deadlines, expressions and parameters are said in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tongxing.calendars.festivals import FESTIVALS
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import And, Compare, Duty, Expression, Fact, In, Lapse, Load, Not, Or, Parameter, Per, Quota, Subject
from tongxing.caremodels.vocabulary import FactKind, vocabulary

WEEKDAYS = (lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"))
LEVELS = {
    "village": lazy("每个村（社区）"),
    "township": lazy("每个乡镇（街道）"),
    "county": lazy("每个县（市、区）"),
    "city": lazy("每个市（州）"),
    "province": lazy("全省"),
}
HEIGHTS = {"village": lazy("村（社区）"), "township": lazy("乡镇"), "county": lazy("县级"), "city": lazy("市级"), "province": lazy("省级")}
SUBJECTS: dict[Subject, object] = {
    "child": lazy("每名儿童"),
    "class": lazy("每个班级"),
    "school": lazy("每所学校"),
    "home": lazy("每个儿童之家"),
}
OFTEN: dict[Per, tuple[object, object]] = {  # one window, and several that make one
    "week": (lazy("每周至少%(count)s次"), lazy("每%(every)s周至少%(count)s次")),
    "month": (lazy("每月至少%(count)s次"), lazy("每%(every)s个月至少%(count)s次")),
    "quarter": (lazy("每季度至少%(count)s次"), lazy("每%(every)s个季度至少%(count)s次")),
    "half_year": (lazy("每半年至少%(count)s次"), lazy("每%(every)s个半年至少%(count)s次")),
    "term": (lazy("每学期至少%(count)s次"), lazy("每%(every)s个学期至少%(count)s次")),
    "vacation": (lazy("每个假期至少%(count)s次"), lazy("每%(every)s个假期至少%(count)s次")),
    "year": (lazy("每年至少%(count)s次"), lazy("每%(every)s年至少%(count)s次")),
    "once": (lazy("至少%(count)s次，不再重复"), ""),
    "festival": (lazy("%(festivals)s，每个节日至少%(count)s次"), ""),
    "birthday": (lazy("生日时至少%(count)s次"), ""),
}
COMPARED = {
    "==": lazy("%(fact)s为%(value)s"),
    "<": lazy("%(fact)s小于%(value)s"),
    "<=": lazy("%(fact)s不超过%(value)s"),
    ">": lazy("%(fact)s大于%(value)s"),
    ">=": lazy("%(fact)s不小于%(value)s"),
}


def quota(said: Quota) -> str:
    """``每月至少2次（学期内）``."""
    one, several = OFTEN[said.per]
    names = _("、").join(_(FESTIVALS[each].label) for each in said.festivals)
    text = str(several if said.every > 1 else one) % {"count": said.count, "every": said.every, "festivals": names}
    more = []
    if said.calendar == "lunar":
        more.append(_("按农历"))
    if said.season == "term":
        more.append(_("学期内"))
    if said.season == "vacation":
        more.append(_("假期内"))
    if said.weekday:
        more.append(str(WEEKDAYS[said.weekday - 1]))
    if said.month:
        more.append(_("%(month)s月") % {"month": said.month})
    if said.first_days:
        more.append(ngettext("开始后%(count)s天内", "开始后%(count)s天内", said.first_days) % {"count": said.first_days})
    return _("%(text)s（%(more)s）") % {"text": text, "more": _("，").join(more)} if more else text


def lapse(said: Lapse) -> str:
    """``3天以内``; at once where there is no time."""
    if said.amount == 0:
        return _("立即")
    return _("%(length)s以内") % {"length": length(said)}


def after(said: Lapse) -> str:
    """``逾期7天``; on the day itself where there is no time."""
    if said.amount == 0:
        return _("一逾期")
    return _("逾期超过%(length)s") % {"length": length(said)}


def length(said: Lapse) -> str:
    """``3天``."""
    amount = {"count": said.amount}
    match said.unit:
        case "m":
            return ngettext("%(count)s分钟", "%(count)s分钟", said.amount) % amount
        case "h":
            return ngettext("%(count)s小时", "%(count)s小时", said.amount) % amount
        case "d":
            return ngettext("%(count)s天", "%(count)s天", said.amount) % amount
        case "wd":
            return ngettext("%(count)s个工作日", "%(count)s个工作日", said.amount) % amount


def load(said: Load) -> str:
    """``每人最多2名儿童``."""
    amount = {"count": said.children}
    if said.ceiling:
        return ngettext("每人最多%(count)s名儿童", "每人最多%(count)s名儿童", said.children) % amount
    return ngettext("每人%(count)s名儿童（不是上限）", "每人%(count)s名儿童（不是上限）", said.children) % amount


def subject(duty: Duty, role: Callable[[str], str]) -> str:
    """For whom or what a duty is: ``每名儿童（留守儿童）``."""
    match duty.about:
        case "post":
            text = _("每名%(role)s") % {"role": role(duty.who)}
        case "place":
            text = str(LEVELS[duty.level or "village"])
        case _:
            text = str(SUBJECTS[duty.about])
    return _("%(text)s（%(more)s）") % {"text": text, "more": expression(duty.for_, duty.about, role)} if duty.for_ else text


def expression(said: Expression, about: Subject, role: Callable[[str], str], *, inside: bool = False) -> str:
    """``留守儿童，并且周岁小于6``."""
    facts = vocabulary().facts(about)

    def value(kind: FactKind, given: str | int) -> str:
        return role(str(given)) if kind.type == "roles" else kind.text(given)

    match said:
        case Fact(name):
            return _(facts[name].label)
        case Compare(fact, op, given):
            return str(COMPARED[op]) % {"fact": _(facts[fact].label), "value": value(facts[fact], given)}
        case In(fact, values):
            return _("%(fact)s有：%(values)s") % {"fact": _(facts[fact].label), "values": _("、").join(value(facts[fact], each) for each in values)}
        case Not(Fact(name)):
            return _("非%(fact)s") % {"fact": _(facts[name].label)}
        case Not(term):
            return _("除去：%(what)s") % {"what": expression(term, about, role, inside=True)}
        case And(terms):
            text = _("，并且").join(expression(term, about, role, inside=True) for term in terms)
        case Or(terms):
            text = _("，或者").join(expression(term, about, role, inside=True) for term in terms)
    return f"[{text}]" if inside else text


def choices(said: Parameter) -> str:
    """What it may be set to: the options by name, or the bounds; what the file sets where nobody does."""
    text = _("、").join(_(option.label) for option in said.options) or bounds(said)
    if said.default is None:
        return text
    usual = _("不填就是%(value)s") % {"value": setting(said, said.default)}
    return _("；").join([text, usual]) if text else usual


def bounds(said: Parameter) -> str:
    """``1天到15天``; empty where there are none to say."""
    if said.kind not in ("number", "lapse") or said.least is None or said.most is None:
        return ""
    least, most = (setting(said, f"{value}{said.unit}" if said.kind == "lapse" else value) for value in (said.least, said.most))
    return _("%(least)s到%(most)s") % {"least": least, "most": most}


def setting(parameter: Parameter, value: Setting) -> str:
    """The value of a parameter as an official says it."""
    from tongxing.caremodels.files import WEEKDAYS as DAYS

    match parameter.kind:
        case "choice":
            return next((_(option.label) for option in parameter.options if option.value == value), str(value))
        case "lapse":
            given = Lapse.parse(str(value))
            return length(given) if given.amount else _("立即")
        case "month":
            return _("%(month)s月") % {"month": value}
        case "weekday":
            return str(WEEKDAYS[DAYS.index(value)]) if value in DAYS else str(value)
        case "number":
            return _("%(value)s%(unit)s") % {"value": value, "unit": _(parameter.unit)} if parameter.unit else str(value)
