"""What messages are about. Whoever sends a new kind adds a line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """``at_once``: the telephone hears of it outside quiet hours; the others wait for the day's summary. ``tone`` is a flag's."""

    id: str
    label: Promise
    tone: str = "blue"
    at_once: bool = False


KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("notice", _("通知公告")),
        Kind("duty", _("工作任务"), "amber"),
        Kind("urge", _("催办"), "amber", at_once=True),
        Kind("overdue", _("逾期上报"), "red"),
        Kind("event", _("情况报告"), "red", at_once=True),
        Kind("letter", _("工作联系函"), "amber", at_once=True),
        Kind("meeting", _("联席会议")),
        Kind("circle", _("包保责任人")),
        Kind("policy", _("关爱保护模式")),
        Kind("file", _("儿童档案")),
        Kind("system", _("系统"), "grey"),
    )
}
