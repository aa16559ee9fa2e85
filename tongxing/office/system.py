"""How the program itself is: what an administrator looks at in the morning. Nothing here speaks of a child."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from django import get_version
from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob

from tongxing.children.actions import verifying
from tongxing.crypto import keys
from tongxing.duties.actions import verifying as duties
from tongxing.ground import scope
from tongxing.ground.folders import var
from tongxing.journal.models import Seal
from tongxing.outbox import queries

LOW_DISK = 5 * 2**30


@dataclass(frozen=True, slots=True)
class Reading:
    """One line: a word, what was found, and the tone of a flag where it needs one."""

    word: Promise
    value: str
    tone: str = ""
    url: str = ""


def readings() -> list[Reading]:
    free = shutil.disk_usage(var()).free
    newest = Seal.objects.order_by("-at").first()
    waiting, failed = (ProcrastinateJob.objects.filter(status=status).count() for status in ("todo", "failed"))
    return [
        Reading(gettext_lazy("数据库"), "PostgreSQL " + _ask("SELECT split_part(current_setting('server_version'), ' ', 1)")),
        Reading(gettext_lazy("数据库大小"), _ask("SELECT pg_size_pretty(pg_database_size(current_database()))")),
        Reading(gettext_lazy("剩余磁盘空间"), f"{free / 2**30:.0f} GB", "red" if free < LOW_DISK else "green"),
        Reading(gettext_lazy("等待中的后台任务"), str(waiting), "amber" if waiting > 100 else ""),
        Reading(gettext_lazy("失败的后台任务"), str(failed), "red" if failed else "green"),
        Reading(gettext_lazy("主密钥"), f"kek-{keys.newest()}.key"),
        Reading(gettext_lazy("最近一次日志封存"), newest.at.astimezone().strftime("%Y-%m-%d %H:%M") if newest else _("尚未封存"), "" if newest else "amber"),
        _deliveries(),
        _statuses(),
        _promises(),
        Reading(gettext_lazy("程序框架"), f"Django {get_version()}"),
    ]


def _deliveries() -> Reading:
    """Text messages and e-mails that could not be sent."""
    with scope.whole_country(why="the system's administrator counts what could not be sent"):
        dead = queries.deliveries(state="dead").count()
    return Reading(gettext_lazy("发送失败的短信和邮件"), str(dead), "red" if dead else "green", reverse("messages:deliveries"))


def _statuses() -> Reading:
    """What the last look over all stored statuses found."""
    word, noted = gettext_lazy("身份状态与规则核对"), verifying.newest()
    if noted is None:
        return Reading(word, _("尚未核对"), "amber")
    left = noted.differing - noted.mended
    words = {"at": noted.at.astimezone().strftime("%Y-%m-%d %H:%M"), "files": f"{noted.files:,}", "differing": left}
    said = _("%(at)s：%(files)s 份档案，%(differing)s 份不一致") if left else _("%(at)s：%(files)s 份档案，全部一致")
    return Reading(word, said % words, "red" if left else "green")


def _promises() -> Reading:
    """What the last look over all running duties found."""
    word, noted = gettext_lazy("工作任务核对"), duties.newest()
    if noted is None:
        return Reading(word, _("尚未核对"), "amber")
    wrong = noted.differing + noted.tallies
    words = {"at": noted.at.astimezone().strftime("%Y-%m-%d %H:%M"), "duties": f"{noted.duties:,}", "differing": wrong}
    said = _("%(at)s：%(duties)s 项工作任务，%(differing)s 处不一致") if wrong else _("%(at)s：%(duties)s 项工作任务，全部一致")
    return Reading(word, said % words, "red" if wrong else "green")


def _ask(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])
