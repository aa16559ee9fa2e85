"""What the pages of cases say: acts, states, colours, how long is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import Post
from tongxing.protection import codes
from tongxing.protection.models import Case
from tongxing.protection.states import LIFE, TONES, State

COLOURS: Mapping[str, tuple[str, Promise]] = {
    "red": ("red", gettext_lazy("红色（高风险）")),
    "amber": ("amber", gettext_lazy("黄色（中风险）")),
    "blue": ("blue", gettext_lazy("蓝色（低风险）")),
    "green": ("green", gettext_lazy("绿色（正常）")),
}
VERBS: Mapping[str, Promise] = {
    "reported": gettext_lazy("收到报告"),
    "told": gettext_lazy("系统告知"),
    "vacant": gettext_lazy("没有人在岗，转告下一级"),
    "unheard": gettext_lazy("超过时限没有人确认"),
    "acknowledged": gettext_lazy("确认收到，继续上报"),
    "held": gettext_lazy("确认收到，不再上报"),
    "added": gettext_lazy("补充报告"),
    "told_by_hand": gettext_lazy("当面或电话告知"),
    "praised": gettext_lazy("表扬及时报告"),
    "late": gettext_lazy("办理超过时限"),
    "task_late": gettext_lazy("任务超过时限"),
    "paused": gettext_lazy("暂停计时"),
    "resumed": gettext_lazy("恢复计时"),
    "owner": gettext_lazy("指定负责人"),
    "child_linked": gettext_lazy("关联儿童档案"),
    "street_described": gettext_lazy("描述孩子"),
    "street_searched": gettext_lazy("信息比对"),
    "street_matched": gettext_lazy("比中"),
    "family_found": gettext_lazy("找到家人"),
    "escorted": gettext_lazy("护送"),
    "handed_home": gettext_lazy("交接"),
    "child_moved": gettext_lazy("孩子的档案转到别处"),
    "child_ended": gettext_lazy("孩子的档案已注销"),
    "handed_over": gettext_lazy("移交别处办理"),
    "note": gettext_lazy("记事"),
    "involved": gettext_lazy("增加参与人"),
    "uninvolved": gettext_lazy("不再参与"),
    "restricted": gettext_lazy("设为仅指定人员可见"),
    "opened_up": gettext_lazy("取消仅指定人员可见"),
    "glass": gettext_lazy("紧急查看"),
    "branch": gettext_lazy("启动应急清单"),
    "task": gettext_lazy("安排任务"),
    "assigned": gettext_lazy("指定任务责任人"),
    "task_done": gettext_lazy("任务办结"),
    "task_skipped": gettext_lazy("任务跳过"),
    "assessed_once": gettext_lazy("完成一份评估"),
    "concluded": gettext_lazy("确认评估等级"),
    "reassess": gettext_lazy("启动再次评估"),
    "placed": gettext_lazy("临时安置"),
    "placement_ended": gettext_lazy("结束安置"),
    "persuaded": gettext_lazy("上门劝返"),
    "reported_in_writing": gettext_lazy("书面报告"),
    "legal_measure": gettext_lazy("依法采取措施"),
    "notified": gettext_lazy("通报乡镇（街道）"),
    "education": gettext_lazy("帮教记录"),
    "file_added": gettext_lazy("上传材料"),
    "printed": gettext_lazy("打印个案材料"),
}


JOURNAL: Mapping[str, Promise] = {f"case_{name}": word for name, word in VERBS.items()} | {f"case_{name}": step.label for name, step in LIFE.items()}


def verb(name: str) -> str:
    """What was done, in words."""
    if name in LIFE:
        return str(LIFE[name].label)
    return str(VERBS[name]) if name in VERBS else name


def state(case: Case) -> tuple[str, str]:
    """Tone and word."""
    found = State(case.state)
    return TONES[found], str(found.label)


def colour(name: str) -> tuple[str, str] | None:
    """Tone and word of a level of risk."""
    if name not in COLOURS:
        return None
    tone, word = COLOURS[name]
    return tone, str(word)


def situation(name: str) -> str:
    return codes.SITUATION.text(name)


def post(found: Post | None) -> str:
    """陈督导（小溪塔街道儿童督导员）."""
    if found is None:
        return ""
    where = found.unit_name or found.place.short_name
    return _("%(name)s（%(where)s%(role)s）") % {"name": found.person.name, "where": where, "role": found.definition.name}


def left(due: datetime, at: datetime) -> tuple[str, str]:
    """Tone and words of the time until something is due: 还剩 2 小时, 超时 3 天."""
    late = due <= at
    span = span_words(at - due if late else due - at)
    if late:
        return "red", _("超时%(span)s") % {"span": span}
    return ("amber" if due - at <= timedelta(hours=24) else "blue"), _("还剩%(span)s") % {"span": span}


def span_words(span: timedelta) -> str:
    """2天3小时, 1小时20分钟, 5分钟."""
    minutes = max(int(span.total_seconds() // 60), 1)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("%(days)s天%(hours)s小时") % {"days": days, "hours": hours} if hours and days < 3 else _("%(n)s天") % {"n": days}
    if hours:
        return _("%(hours)s小时%(minutes)s分钟") % {"hours": hours, "minutes": minutes} if minutes else _("%(n)s小时") % {"n": hours}
    return _("%(n)s分钟") % {"n": minutes}


type Say = Callable[[Mapping[str, Any]], str]
