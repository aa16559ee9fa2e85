"""Lines of the logs in words. Children appear with their names masked; the auditor opens no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts import history as people_history
from tongxing.accounts.models import Person, Post
from tongxing.children import history as child_history
from tongxing.children.models import Child
from tongxing.crypto.masking import mask_name
from tongxing.ground import scope
from tongxing.journal.models import Access, Record
from tongxing.places import queries as places

SUBJECTS: dict[str, Promise] = {
    "child": gettext_lazy("儿童档案"),
    "person": gettext_lazy("人员和账号"),
    "post": gettext_lazy("岗位"),
    "unit": gettext_lazy("学校和单位"),
    "place": gettext_lazy("行政区划"),
    "import": gettext_lazy("导入"),
    "output": gettext_lazy("打印和导出"),
    "sheet": gettext_lazy("套表"),
    "return": gettext_lazy("报表"),
    "journal": gettext_lazy("封条"),
    "notice": gettext_lazy("通知公告"),
    "letter": gettext_lazy("工作联系函"),
    "case": gettext_lazy("个案"),
    "need": gettext_lazy("需求"),
    "matter": gettext_lazy("受理协办"),
    "meeting": gettext_lazy("联席会议"),
    "member": gettext_lazy("成员单位"),
    "programme": gettext_lazy("网络和行动"),
    "action": gettext_lazy("工作事项"),
    "hazard": gettext_lazy("校园周边隐患"),
    "term": gettext_lazy("学期"),
    "holiday": gettext_lazy("节假日安排"),
    "call": gettext_lazy("12355来电"),
}
VERBS: dict[str, Promise] = {
    "places_listed": gettext_lazy("更新行政区划名单"),
    "place_added": gettext_lazy("新增行政区划"),
    "place_merged": gettext_lazy("撤并行政区划"),
    "unit_added": gettext_lazy("登记学校或单位"),
    "unit_renamed": gettext_lazy("单位更名"),
    "unit_changed": gettext_lazy("修改学段"),
    "unit_closed": gettext_lazy("撤销单位"),
    "classes_opened": gettext_lazy("开设班级"),
    "class_removed": gettext_lazy("删除班级"),
    "rolled_over": gettext_lazy("学年升级"),
    "rosters_handed_in": gettext_lazy("交来花名册"),
    "import_uploaded": gettext_lazy("上传名单"),
    "import_columns_corrected": gettext_lazy("更正列的对应"),
    "import_columns_forgotten": gettext_lazy("忘掉列的对应"),
    "import_sheet_chosen": gettext_lazy("改读另一张工作表"),
    "import_row_decided": gettext_lazy("判定疑似重复的行"),
    "import_started": gettext_lazy("开始导入"),
    "import_finished": gettext_lazy("导入完成"),
    "import_cancelled": gettext_lazy("停止导入"),
    "import_rows_chosen": gettext_lazy("选择以哪一方为准"),
    "import_closed": gettext_lazy("结束核对"),
    "import_undone": gettext_lazy("撤销导入"),
    "import_undo_asked": gettext_lazy("要求撤销导入"),
    "sheet_kept": gettext_lazy("上传套表"),
    "sheet_mapped": gettext_lazy("对应套表的列"),
    "sheet_described": gettext_lazy("修改套表的名称和用途"),
    "sheet_discarded": gettext_lazy("删除套表"),
    "sheet_filled": gettext_lazy("填套表对外提供"),
    "print_asked": gettext_lazy("打印"),
    "export_asked": gettext_lazy("导出 Excel"),
    "period_opened": gettext_lazy("开始一期报表"),
    "return_submit": gettext_lazy("上报报表"),
    "return_withdraw": gettext_lazy("撤回报表"),
    "return_return": gettext_lazy("退回报表"),
    "return_confirm": gettext_lazy("确认报表"),
    "return_urged": gettext_lazy("催报"),
    "notice_sent": gettext_lazy("发出通知"),
    "notice_corrected": gettext_lazy("更正通知"),
    "notice_withdrawn": gettext_lazy("撤回通知"),
    "notice_reminded": gettext_lazy("提醒阅读通知"),
    "notice_confirmed": gettext_lazy("确认通知"),
    "term_stated": gettext_lazy("录入学期"),
    "term_corrected": gettext_lazy("更正学期"),
    "term_withdrawn": gettext_lazy("撤回学期"),
    "holiday_stated": gettext_lazy("录入节假日安排"),
    "holiday_corrected": gettext_lazy("更正节假日安排"),
    "holiday_withdrawn": gettext_lazy("撤回节假日安排"),
    "call_looked": gettext_lazy("查询是否建档"),
    "call_reported": gettext_lazy("来电转为报告"),
    "call_finished": gettext_lazy("来电办结"),
    "call_referred": gettext_lazy("来电转交"),
    "call_answered": gettext_lazy("答复转交的来电"),
    "call_counsel_shown": gettext_lazy("请人一起看辅导记录"),
    "call_child_linked": gettext_lazy("由来电关联儿童档案"),
    "callback_promised": gettext_lazy("约定回电"),
    "called_back": gettext_lazy("登记回电"),
    "seals_verified": gettext_lazy("校验封条"),
}
WHY = "the auditor reads masked names beside the lines of the logs"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of either log, ready to be shown or exported."""

    seq: int
    at: datetime
    who: str
    post: str
    what: str
    subject: str
    place: str
    details: str
    child_id: UUID | None = None
    address: str = ""
    path: str = ""
    tone: str = ""


class Names:
    """The names that some lines need, each kind read once."""

    def __init__(self, rows: Sequence[Record | Access]) -> None:
        self.people: dict[Any, str] = {person.id: person.name for person in Person.objects.filter(pk__in=_ids(row.by for row in rows))}
        subjects = _ids(row.subject_id for row in rows if isinstance(row, Record) and row.subject_kind in ("person", "post"))
        self.subjects: dict[str, str] = {str(person.id): person.name for person in Person.objects.filter(pk__in=subjects)}
        posts = Post.objects.filter(pk__in=_ids(row.post for row in rows) | subjects).select_related("place", "person")
        self.posts: dict[str, Post] = {str(post.id): post for post in posts}
        self.places = places.short_names(row.place if isinstance(row, Record) else row.scope_place for row in rows)
        with scope.whole_country(why=WHY):
            found = Child.objects.filter(pk__in=_ids(row.child_id for row in rows))
            self.children: dict[Any, str] = {pk: mask_name(name) for pk, name in found.values_list("pk", "name")}

    def post(self, key: object) -> str:
        found = self.posts.get(str(key))
        return str(found) if found else ""

    def child(self, key: UUID | None) -> str:
        if key is None:
            return ""
        return f"{self.children.get(key, _('已删除'))} {str(key)[-6:]}"


def records(rows: Sequence[Record]) -> list[Line]:
    names = Names(rows)
    return [_record(row, names) for row in rows]


def accesses(rows: Sequence[Access]) -> list[Line]:
    names = Names(rows)
    return [_access(row, names) for row in rows]


def _record(row: Record, names: Names) -> Line:
    return Line(
        seq=row.seq,
        at=row.at,
        who=names.people.get(row.by, "") if row.by else _("系统"),
        post=names.post(row.post),
        what=verb(row),
        subject=_subject(row, names),
        place=names.places.get(row.place, ""),
        details="、".join(_details(row)),
        child_id=row.child_id,
    )


def _access(row: Access, names: Names) -> Line:
    words = [str(each) for each in row.what]
    return Line(
        seq=row.seq,
        at=row.at,
        who=names.people.get(row.by, "") if row.by else _("系统"),
        post=names.post(row.post),
        what=str(Access.Outcome(row.outcome).label) if row.outcome in Access.Outcome.values else row.outcome,
        subject=names.child(row.child_id),
        place=names.places.get(row.scope_place, ""),
        details="；".join(part for part in ("、".join(words), row.why) if part),
        child_id=row.child_id,
        address=row.address or "",
        path=row.path,
        tone={Access.Outcome.DENIED: "red", Access.Outcome.UNMASKED: "amber", Access.Outcome.EXPORTED: "amber"}.get(Access.Outcome(row.outcome), ""),
    )


def verb(row: Record) -> str:
    if row.subject_kind in ("person", "post") and row.verb in people_history.VERBS:
        return str(people_history.VERBS[row.verb][0])
    return str(VERBS[row.verb]) if row.verb in VERBS else child_history.verb(row.verb)


def _subject(row: Record, names: Names) -> str:
    if row.child_id:
        return names.child(row.child_id)
    match row.subject_kind:
        case "person":
            return names.subjects.get(row.subject_id, "") or _("不存在的用户名")
        case "post":
            found = names.posts.get(row.subject_id)
            return f"{found.person.name}（{found}）" if found else ""
    return str(SUBJECTS.get(row.subject_kind, row.subject_kind))


def _details(row: Record) -> list[str]:
    """What changed. Of a child's file the fields alone: their values are not the auditor's."""
    if row.child_id:
        return list(child_history.labels(row))
    if row.subject_kind == "case":  # what was done is said; whom and what it was about is not the auditor's
        return []
    if row.subject_kind in ("person", "post"):
        return [text for field, values in row.diff.items() if (text := people_history.said(field, values))]
    return [str(new) for old, new in row.diff.values() if isinstance(new, str) and new]


def _ids(values: Iterable[object]) -> set[UUID]:
    found = set()
    for value in values:
        try:
            found.add(value if isinstance(value, UUID) else UUID(str(value)))
        except ValueError:
            continue
    return found
