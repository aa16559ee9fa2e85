"""What the journal says of circles and plans, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.circles import codes, roles

VERBS = {
    "circle_joined": noop("加入包保"),
    "circle_left": noop("结束包保"),
    "circle_handed_over": noop("交接包保"),
    "granted": noop("开放查看档案"),
    "grant_ended": noop("停止查看档案"),
    "plan_changed": noop("修改帮扶方案"),
    "plan_item_added": noop("增加帮扶项目"),
    "plan_item_changed": noop("修改帮扶项目"),
    "plan_item_reviewed": noop("评估帮扶项目"),
    "plan_item_closed": noop("完成帮扶项目"),
}
PARTS = {
    "role": noop("包保责任"),
    "member": noop("包保责任人"),
    "leaving": noop("结束的原因"),
    "cause": noop("依据"),
    "needs": noop("需求"),
    "goal": noop("目标"),
    "owner": noop("负责人"),
    "area": noop("方面"),
    "review_on": noop("评估日期"),
    "result": noop("结果"),
    "words": noop("评估情况"),
}
CAUSES = {"circle": noop("结对包保"), "class": noop("任教班级"), "letter": noop("工作联系函"), "case": noop("个案"), "transfer": noop("转移")}
SAYINGS: dict[str, Callable[[Any], str]] = {
    "role": lambda value: roles.known_name(str(value)),
    "leaving": lambda value: codes.LEAVING.text(str(value)) if value in codes.LEAVING else str(value),
    "cause": lambda value: _(CAUSES[value]) if value in CAUSES else str(value),
    "area": lambda value: codes.AREA.text(str(value)) if value in codes.AREA else str(value),
    "result": lambda value: codes.RESULT.text(str(value)) if value in codes.RESULT else str(value),
}
