"""A pupil who has dropped out is persuaded to return: every attempt, the written report, what is done by law, and the return itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child
from tongxing.children.new import NewSchooling
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.protection import codes, sealing, whom
from tongxing.protection.actions import cases, lines, telling
from tongxing.protection.actions.people import name_for
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, CaseChild, Involved, Line

WHY = "school, education office and township are told of a pupil who dropped out"
BACK = "back_at_school"


@transaction.atomic
def persuaded(*, case: Case, by: Post, who_went: str, whom_met: str, words: str, on_at: datetime | None = None, promised: bool = False) -> Line:
    """One visit of persuasion: who went, whom they met, what was said, whether a return was promised."""
    if not who_went.strip() or not whom_met.strip() or not words.strip():
        raise ProtectionError(_("请写明谁去的、见到谁、怎么说的。"))
    if on_at is not None and on_at > now():
        raise ProtectionError(_("劝返时间在将来，请改正。"))
    with scope.whole_country(why=WHY):
        case = _open(case)
        said = {"words": words, "went": who_went, "met": whom_met}
        return lines.write(case, "persuaded", by=by, words=said, data={"promised": promised}, on_at=on_at)


@transaction.atomic
def report_in_writing(*, case: Case, by: Post, words: str) -> Line:
    """Persuasion was in vain: the education office and the township are told, with the paper that is printed for them."""
    if not words.strip():
        raise ProtectionError(_("请写明劝返的经过和结果。"))
    with scope.whole_country(why=WHY):
        case = _open(case)
        if not Line.objects.filter(case=case, verb="persuaded").exists():
            raise ProtectionError(_("还没有登记劝返，先上门劝返并登记。"))
        at = now()
        told = {post.pk: post for post in [*whom.department_posts("education", case.scope_place, at), *whom.officers(case.scope_place, at, "supervisor")]}
        for post in told.values():
            name_for(case, post, Involved.Cause.TOLD)
        line = lines.write(case, "reported_in_writing", by=by, words={"words": words}, data={"posts": len(told)})
        telling.tell(case, telling.WRITTEN, told.values(), key=f"written:{line.pk}", urgent=False)
        return line


@transaction.atomic
def legal_measure(*, case: Case, by: Post, words: str, on_at: datetime | None = None) -> Line:
    """What was done by law after persuasion had failed (责令改正、训诫、提起诉讼 …)."""
    if not words.strip():
        raise ProtectionError(_("请写明采取了什么措施、由谁采取。"))
    with scope.whole_country(why=WHY):
        case = _open(case)
        if not Line.objects.filter(case=case, verb="reported_in_writing").exists():
            raise ProtectionError(_("先书面报告教育局和乡镇（街道），再采取法律措施。"))
        return lines.write(case, "legal_measure", by=by, words={"words": words}, on_at=on_at)


@transaction.atomic
def educate(*, case: Case, by: Post, kind: str, words: str, hours: int, on_at: datetime | None = None) -> Line:
    """One lesson of a young offender under observation: labour skills or law (YC-10)."""
    if kind not in LESSONS:
        raise ProtectionError(_("请选择教育的种类。"))
    if not words.strip():
        raise ProtectionError(_("请写明内容和表现。"))
    if on_at is not None and on_at > now():
        raise ProtectionError(_("时间在将来，请改正。"))
    with scope.whole_country(why=WHY):
        return lines.write(_open(case), "education", by=by, words={"words": words}, data={"kind": kind, "hours": hours}, on_at=on_at)


LESSONS = ("skills", "law", "mind")


@transaction.atomic
def close_as_returned(*, case: Case, child_id: UUID, new: NewSchooling, by: Post, words: str) -> Case:
    """Back at school: the case is closed and the child's file says where it goes to school."""
    with scope.whole_country(why=WHY):
        if not CaseChild.objects.filter(case=case, child_id=child_id).exists():
            raise ProtectionError(_("个案没有关联这个孩子。"))
        child = Child.objects.get(pk=child_id)
        if not by.scope().covers(child.scope_place):
            raise ProtectionError(_("孩子的档案不在您的辖区，请由当地登记就学情况。"))
    try:
        children.record_schooling(child_id=child_id, new=new, by=by)
    except CannotDo as refused:
        raise ProtectionError(str(refused)) from refused
    return cases.advance(case=case, act="close", by=by, words=words, outcome=BACK)


def said(case: Case, rows: Sequence[Line]) -> list[tuple[Line, dict[str, str]]]:
    """Lines with their words open."""
    key = sealing.key(case.pk)
    return [(row, sealing.opened(key, row, row.words_sealed)) for row in rows]


def _open(case: Case) -> Case:
    found = Case.objects.select_for_update().get(pk=case.pk)
    if found.ended:
        raise ProtectionError(_("个案已经结束，请先重新办理。"))
    assert codes.KIND
    return found
