"""Who hears of a report or a case. Nothing told names a child."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.outbox import actions as outbox
from tongxing.places import queries as places
from tongxing.protection import codes
from tongxing.protection.models import Case

ALARM = noop("%(place)s有紧急报告：%(situation)s。请立即查看并确认收到。")
TOLD = noop("%(place)s有情况报告：%(situation)s。请查看并确认收到。")
AGAIN = noop("个案%(number)s又收到一份报告，请查看。")
ADDED = noop("个案%(number)s的报告有补充，请查看。")
VOIDED = noop("个案%(number)s所依据的工作记录已作废，请核实是否误报。")
LATE = noop("个案%(number)s“%(state)s”已超过时限，请督办。")
UNHEARD = noop("%(place)s的报告超过时限没有人确认：%(situation)s。请立即处理。")
TASK = noop("个案%(number)s有一项任务交给您，请查看。")  # its name may be words of people
TASK_LATE = noop("个案%(number)s有一项任务已超过时限，请查看。")
OWNER = noop("个案%(number)s由您负责办理。")
GLASS = noop("仅指定人员可见的个案%(number)s被紧急查看，请核实理由。")
NOTICE = noop("公安机关通报：个案%(number)s已作应急处置，请查看通报书。")
WRITTEN = noop("个案%(number)s：劝返无效的书面报告已送达，请查看。")
HANDED = noop("个案%(number)s已移交给本地办理。")

ASKED = (ALARM, TOLD, UNHEARD)


def address(case: Case) -> str:
    return f"/cases/{case.id}/"


def to_acknowledge(case: Case) -> str:
    return f"/reports/respond/{case.id}/"


def tell(case: Case, about: str, posts: Iterable[Post], *, key: str, urgent: bool | None = None, **words: str) -> int:
    """Tell posts of a case, once for each ``key``. What asks to be acknowledged leads to where that is done."""
    known = {"number": case.number, "situation": codes.SITUATION[case.situation].label} | words
    filled: dict[str, str | int] = {name: value for name, value in known.items() if f"%({name})s" in about}
    if "%(place)s" in about:
        filled["place"] = places.short_names([case.place])[case.place]
    return outbox.tell(
        kind="event",
        about=about,
        words=filled,
        posts=list(posts),
        url=to_acknowledge(case) if about in ASKED else address(case),
        urgent=case.urgent if urgent is None else urgent,
        key=key,
        checked=True,
    )
