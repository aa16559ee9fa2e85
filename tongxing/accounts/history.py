"""What the journal knows of a person, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import Person, Post
from tongxing.ground import scope
from tongxing.journal.models import Record

VERBS: dict[str, tuple[Promise, str]] = {
    "added": (gettext_lazy("登记人员"), ""),
    "edited": (gettext_lazy("修改姓名或者电话"), ""),
    "record_checked": (gettext_lazy("登记从业查询"), "green"),
    "certified": (gettext_lazy("登记培训证书"), ""),
    "sign_in_given": (gettext_lazy("开通登录账号"), ""),
    "signed_in": (gettext_lazy("登录"), ""),
    "signed_out": (gettext_lazy("退出"), ""),
    "sign_in_failed": (gettext_lazy("登录失败"), "amber"),
    "second_factor_failed": (gettext_lazy("动态口令不正确"), "amber"),
    "locked_out": (gettext_lazy("多次失败，锁定"), "red"),
    "unlocked": (gettext_lazy("解除锁定"), ""),
    "password_changed": (gettext_lazy("修改密码"), ""),
    "password_reset": (gettext_lazy("由上级重置密码"), "amber"),
    "second_factor_set_up": (gettext_lazy("启用动态口令"), "green"),
    "second_factor_dropped": (gettext_lazy("停用动态口令"), "amber"),
    "second_factor_reset": (gettext_lazy("由上级重置动态口令"), "amber"),
    "recovery_codes_made": (gettext_lazy("生成恢复码"), ""),
    "recovery_code_used": (gettext_lazy("使用恢复码登录"), "amber"),
    "sign_in_closed": (gettext_lazy("停用登录账号"), "red"),
    "sign_in_opened": (gettext_lazy("恢复登录账号"), "green"),
    "appointed": (gettext_lazy("任职"), "green"),
    "deputised": (gettext_lazy("代理（AB岗）"), "blue"),
    "ended": (gettext_lazy("离任"), "grey"),
    "import_undone": (gettext_lazy("撤销导入"), "amber"),
}
SIGNING = ("signed_in", "signed_out", "sign_in_failed", "second_factor_failed", "locked_out", "recovery_code_used")
WHY = "the lines about a person whom the reader may see: the person alone, or a superior"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of `parts/timeline.html`."""

    at: datetime
    text: str
    who: str
    tone: str = ""


def of_sign_in(person: Person, limit: int = 10) -> list[Event]:
    """The last times that this sign-in was used, so that its owner sees a use that was not the owner's."""
    return _events(Q(subject_kind="person", subject_id=str(person.id), verb__in=SIGNING), limit)


def of_person(person: Person, limit: int = 60) -> list[Event]:
    """What was done about a person and the person's posts, the newest first."""
    posts = {str(each) for each in Post.objects.filter(person=person).values_list("pk", flat=True)}
    about = Q(subject_kind="person", subject_id=str(person.id)) | Q(subject_kind="post", subject_id__in=posts)
    return _events(about & ~Q(verb__in=SIGNING), limit)


def _events(about: Q, limit: int) -> list[Event]:
    with scope.whole_country(why=WHY):
        records = list(Record.objects.filter(about, child_id=None).order_by("-seq")[:limit])
    people = {person.id: person.name for person in Person.objects.filter(pk__in={record.by for record in records if record.by})}
    posts = {str(post.id): post for post in Post.objects.filter(pk__in=[record.subject_id for record in records if record.subject_kind == "post"]).select_related("place")}
    return [_event(record, people, posts) for record in records]


def _event(record: Record, people: dict[Any, str], posts: dict[str, Post]) -> Event:
    word, tone = VERBS.get(record.verb, (record.verb, ""))
    parts = [str(word)]
    if post := posts.get(record.subject_id):
        parts.append(str(post))
    parts += [text for field, values in record.diff.items() if (text := said(field, values))]
    return Event(record.at, " · ".join(parts), people.get(record.by, "") if record.by else "", tone)


def said(field: str, values: Sequence[Any]) -> str:
    """One changed field in words; names of fields that say nothing to a reader are left out."""
    old, new = values
    text = ""
    match field:
        case "since":
            text = _("自%(day)s") % {"day": new}
        case "until":
            text = _("至%(day)s") % {"day": new}
        case "reason" | "why":
            text = str(new)
        case "name" if old:
            text = f"{old} → {new}"
        case "phone":
            text = _("电话")  # the journal holds ciphertext
        case "record_check":
            text = f"{new[0]} " + (_("无违法犯罪记录") if new[1] else _("查到违法犯罪记录"))
        case "certificate":
            text = str(new[0]) if new[0] else _("无")
    return text
