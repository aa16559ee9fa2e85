"""What the journal says of needs and letters, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop as noop

from tongxing.letters import codes

VERBS = {
    "need_added": noop("提出需求"),
    "need_ended": noop("结束需求"),
    "letter_sent": noop("列入联函"),
    "letter_answered": noop("部门复函"),
    "letter_draft": noop("拟联函"),
    "letter_change": noop("修改联函"),
    "letter_submit": noop("联函送核稿"),
    "letter_check": noop("联函核稿通过"),
    "letter_sign": noop("签发联函"),
    "letter_return": noop("退回联函"),
    "letter_seal": noop("联函用印发出"),
    "letter_dispatch": noop("发出协办单"),
    "letter_acknowledged": noop("签收联函"),
    "letter_answer": noop("联函答复完毕"),
    "letter_resumed": noop("联函重新办理"),
    "letter_reopen": noop("联函继续办理"),
    "letter_remind": noop("催办联函"),
    "letter_close": noop("联函办结"),
    "letter_give_up": noop("联函不再等待"),
    "letter_withdraw": noop("撤回联函"),
    "matter_received": noop("受理登记"),
    "matter_handed_out": noop("交给部门"),
    "matter_answered": noop("汇总答复"),
    "member_added": noop("登记成员单位"),
    "member_changed": noop("修改成员单位"),
    "member_ended": noop("成员单位退出"),
    "meeting_called": noop("召开会议"),
    "meeting_changed": noop("修改会议"),
    "minutes_written": noop("写会议纪要"),
    "programme_opened": noop("开始网络或行动"),
    "programme_ended": noop("结束网络或行动"),
    "action_assigned": noop("增加工作事项"),
    "action_done": noop("完成工作事项"),
    "action_dropped": noop("取消工作事项"),
    "hazard_reported": noop("登记校园周边隐患"),
    "hazard_rectified": noop("整改校园周边隐患"),
}
PARTS = {
    "need": noop("需求"),
    "need_result": noop("需求的结果"),
    "department": noop("部门"),
    "number": noop("文号"),
    "outcome": noop("答复"),
    "title": noop("标题"),
    "departments": noop("部门"),
    "channel": noop("受理渠道"),
    "outer_number": noop("来文（工单）编号"),
    "told_by": noop("答复方式"),
    "came": noop("到会"),
    "due": noop("完成期限"),
    "school": noop("学校"),
}
SAYINGS: dict[str, Callable[[Any], str]] = {
    "need": lambda value: codes.NEED.text(str(value)) if value in codes.NEED else str(value),
    "need_result": lambda value: codes.NEED_END.text(str(value)) if value in codes.NEED_END else str(value),
    "department": lambda value: codes.ADDRESSEE.text(str(value)) if value in codes.ADDRESSEE else str(value),
    "outcome": lambda value: codes.OUTCOME.text(str(value)) if value in codes.OUTCOME else str(value),
}
