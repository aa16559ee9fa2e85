"""What the journal says of promises, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Person
from tongxing.caremodels import queries
from tongxing.duties.models import EndReason
from tongxing.ground.today import CHINA

VERBS = {
    "duty_opened": noop("新增工作任务"),
    "duty_changed": noop("更改工作任务"),
    "duty_discharged": noop("完成工作任务"),
    "duty_reopened": noop("工作任务重新打开"),
    "duty_ended": noop("工作任务终止"),
    "duty_waived": noop("本期免办工作任务"),
    "duty_unwaived": noop("取消免办工作任务"),
    "duty_reassigned": noop("移交工作任务"),
    "duty_urged": noop("催办工作任务"),
    "duties_suspended": noop("暂缓工作任务"),
    "duties_resumed": noop("恢复工作任务"),
}
PARTS = {
    "event": noop("情形"),
    "due": noop("期限"),
    "done": noop("已完成"),
    "need": noop("应完成"),
    "urged": noop("催办次数"),
    "assigned_to": noop("移交给"),
    "ended": noop("终止原因"),
    "expected": noop("预计恢复日期"),
}


def _event(value: object) -> str:
    try:
        return _(queries.event(str(value)).name)
    except KeyError:
        return str(value)


def _moment(value: object) -> str:
    return f"{datetime.fromisoformat(str(value)).astimezone(CHINA):%Y-%m-%d %H:%M}"


def _person(value: object) -> str:
    return str(Person.objects.filter(pk=str(value)).values_list("name", flat=True).first() or "")


def _ended(value: object) -> str:
    return str(EndReason(str(value)).label)


SAYINGS: dict[str, Callable[[Any], str]] = {"event": _event, "due": _moment, "assigned_to": _person, "ended": _ended}
