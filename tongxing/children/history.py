"""What the journal says of a file, in words: who, when, from what to what."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.children.fields import FIELDS
from tongxing.crypto.sealed import DataKey
from tongxing.journal.models import Record

VERBS = {
    "registered": noop("建档"),
    "changed": noop("修改档案"),
    "relative_added": noop("登记亲属"),
    "relative_changed": noop("修改亲属信息"),
    "relative_ended": noop("亲属关系终止"),
    "circumstance_recorded": noop("登记亲属情形"),
    "circumstance_ended": noop("亲属情形终止"),
    "absence_recorded": noop("登记父母外出"),
    "absence_ended": noop("登记父母返乡"),
    "guardianship_recorded": noop("登记监护情况"),
    "schooling_recorded": noop("登记就学情况"),
    "residence_recorded": noop("登记居住情况"),
    "rolled_over": noop("学年升级"),
    "household_joined": noop("并入同一家庭"),
    "category_reported": noop("上报类别"),
    "category_advanced": noop("审核类别"),
    "category_refused": noop("不予认定类别"),
    "category_ended": noop("终止类别"),
    "consent_given": noop("登记同意"),
    "consent_refused": noop("登记拒绝"),
    "consent_withdrawn": noop("撤回同意"),
    "determination_proposed": noop("提出人工认定"),
    "determination_approved": noop("批准人工认定"),
    "determination_refused": noop("不批准人工认定"),
    "determination_ended": noop("终止人工认定"),
    "submit": noop("提交审核"),
    "withdraw": noop("撤回提交"),
    "return": noop("退回修改"),
    "approve": noop("审核通过"),
    "discard": noop("删除草稿"),
    "end": noop("办理退出"),
    "re_enter": noop("重新进入"),
    "confirmed": noop("季度核实"),
    "status_began": noop("身份状态开始"),
    "status_ended": noop("身份状态结束"),
    "transfer_requested": noop("申请转移"),
    "transfer_accepted": noop("接收转移"),
    "transfer_refused": noop("拒收转移"),
    "transfer_withdrawn": noop("撤回转移"),
    "transfer_decided": noop("县级决定转移"),
    "transfer_kept": noop("县级决定不转移"),
    "village_merged": noop("随村（社区）合并"),
    "left": noop("登记临时离开"),
    "returned_home": noop("登记返回"),
    "merged": noop("合并档案"),
    "merge_undone": noop("撤销合并"),
    "told_apart": noop("判定不是同一个孩子"),
    "telling_apart_undone": noop("撤回“不是同一个孩子”"),
    "photo_set": noop("登记照片"),
    "photo_removed": noop("移除照片"),
    "attached": noop("上传材料"),
    "attachment_removed": noop("移除材料"),
    "request_received": noop("受理监护人的请求"),
    "request_answered": noop("答复监护人的请求"),
    "erased": noop("依法删除"),
    "import_undone": noop("撤销导入"),
    "unregistered": noop("撤销导入，删除档案"),
    "granted": noop("授权查看"),
    "grant_ended": noop("停止授权查看"),
    "logged": noop("登记工作记录"),
    "entry_corrected": noop("更正工作记录"),
    "entry_voided": noop("作废工作记录"),
}

PARTS = {
    "relative": noop("亲属"),
    "phone": noop("电话"),
    "address": noop("地址"),
    "entrusted": noop("被委托人"),
    "relation": noop("关系"),
    "circumstance": noop("亲属情形"),
    "absence": noop("外出情况"),
    "guardianship": noop("监护类型"),
    "schooling": noop("就学情况"),
    "residence": noop("现居地"),
    "living_with": noop("现与谁共同生活"),
    "category": noop("类别"),
    "consent": noop("处理个人信息的依据"),
    "determination": noop("人工认定"),
    "household": noop("家庭"),
    "state": noop("档案状态"),
    "comment": noop("意见"),
    "confirmed_on": noop("最近核实日期"),
    "status": noop("身份状态"),
    "photo": noop("照片"),
    "since": noop("起始日期"),
    "until": noop("结束日期"),
    "primary": noop("主要联系人"),
    "merge": noop("合并档案"),
    "distinct": noop("不是同一个孩子"),
    "transfer": noop("转移"),
    "leave": noop("临时离开"),
    "place": noop("所在村（社区）"),
    "why": noop("原因"),
    "reason": noop("原因"),
    "kind": noop("材料类型"),
    "on": noop("日期"),
}
HIDDEN = frozenset({"version", "merge", "size"})  # a number that tells nobody anything, and ids

# Fields whose values name somebody or tell of a family: the journal keeps them under the child's key, because nothing of
# the journal is ever removed. With the key, an erased file's history loses its words, and the chain over it holds.
PERSONAL = frozenset({"name", "born", "relative", "absence", "circumstance", "schooling", "comment", "reason"})
_SEALED = "sealed:"


def sealed(key: DataKey, name: str, value: object) -> object:
    """A value of a diff as the journal keeps it."""
    if name not in PERSONAL or value in (None, ""):
        return value
    return _SEALED + key.seal(f"journal:{name}", json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)).hex()


def opened(key: DataKey | None, name: str, value: object) -> object:
    """A value of a diff as it was; None where the file was erased."""
    if not isinstance(value, str) or not value.startswith(_SEALED):
        return value
    return json.loads(key.open(f"journal:{name}", bytes.fromhex(value.removeprefix(_SEALED)))) if key else None


@cache
def _above(kind: str) -> dict[str, str]:
    """What higher floors write into a child's journal: an app declares ``child_verbs`` and ``child_parts`` on its ``AppConfig``, names of dicts."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        if path := getattr(config, f"child_{kind}", ""):
            found |= import_string(path)
    return found


@cache
def sayings() -> dict[str, Callable[[Any], str]]:
    """How higher floors say a value of theirs: an app declares ``child_sayings``, the name of a dict."""
    found: dict[str, Callable[[Any], str]] = {}
    for config in apps.get_app_configs():
        if path := getattr(config, "child_sayings", ""):
            found |= import_string(path)
    return found


def verb(name: str) -> str:
    """What was done, in the words of the page."""
    words = VERBS if name in VERBS else _above("verbs")
    return _(words[name]) if name in words else name


def label(name: str) -> str:
    """A field of a diff in the words of the page."""
    if name in FIELDS:
        return str(FIELDS[name].label)
    words = PARTS if name in PARTS else _above("parts")
    return _(words[name]) if name in words else name


def labels(record: Record) -> Sequence[str]:
    """What a record changed: the labels of its fields, or what was done where it names none."""
    return tuple(label(name) for name in record.diff if name not in HIDDEN) or (verb(record.verb),)
