"""A child on the street: described, compared with the register and with missing children anywhere, its family found, brought home, handed over (YC-5).

What is known stands as lines of the case's history, its words sealed; the last description holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.today import now
from tongxing.protection import measures, sealing, whom
from tongxing.protection.actions import lines, steps, tasks
from tongxing.protection.actions.cases import link_child
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Line, Task

WHY = "a child on the street may come from anywhere"
DESCRIBED, SEARCHED, MATCHED, FOUND, ESCORTED, HANDED = "street_described", "street_searched", "street_matched", "family_found", "escorted", "handed_home"
STEPS = {SEARCHED: "queried", MATCHED: "matched", FOUND: "family_found", ESCORTED: "escorted", HANDED: "handed_over"}  # the step of the checklist that is done with it
GREEN = ("counselling", "medical", "legal_aid")  # the green channel (YC-5b)
SALT, CHOSEN_WITHIN = "street-match", timedelta(hours=1)


def _case(case: Case, by: Post) -> Case:
    """The case as it is now. Raises ``ProtectionError``."""
    found = Case.objects.select_for_update().get(pk=case.pk)
    if found.kind != "street":
        raise ProtectionError(_("这不是流浪儿童救助的个案。"))
    if not by.may("cases.work"):
        raise ProtectionError(_("您的岗位不能办理个案。"))
    if found.ended:
        raise ProtectionError(_("个案已经结束，请先重新办理。"))
    return found


@transaction.atomic
def describe(*, case: Case, by: Post, sex: str, youngest: int | None, oldest: int | None, words: Mapping[str, str]) -> Line:
    """What the child looks like, says, carries with it."""
    if youngest is not None and oldest is not None and youngest > oldest:
        raise ProtectionError(_("年龄从小到大填写。"))
    if not sex and youngest is None and not any(words.values()):
        raise ProtectionError(_("请至少写一项。"))
    with scope.whole_country(why=WHY):
        case = _case(case, by)
        return lines.write(case, DESCRIBED, by=by, words=words, data={"sex": sex, "youngest": youngest, "oldest": oldest})


def description(case: Case) -> tuple[dict[str, object], dict[str, str]]:
    """The last description: codes, and words."""
    line = Line.objects.filter(case=case, verb=DESCRIBED).order_by("-at", "-id").first()
    return (line.data, sealing.opened(sealing.key(case.pk), line, line.words_sealed)) if line else ({}, {})


@transaction.atomic
def searched(*, case: Case, by: Post, why: str, found: int) -> Line:
    """The register of the whole country was searched, for a reason: on record, whatever came of it."""
    if len(why.strip()) < 5:
        raise ProtectionError(_("请写明为什么查找（至少5个字）。"))
    with scope.whole_country(why=WHY):
        case = _case(case, by)
        line = lines.write(case, SEARCHED, by=by, words={"words": why}, data={"found": found})
        _tick(case, SEARCHED, by, _("查找名册和失踪个案，候选%(n)s人。") % {"n": found})
        return line


def token(case: Case, child_id: UUID) -> str:
    """What lets a candidate be chosen: it was shown for this case, not long ago."""
    return signing.dumps([str(case.pk), str(child_id)], salt=SALT)


@transaction.atomic
def choose(*, case: Case, chosen: str, by: Post) -> None:
    """One of the candidates is the child: its file is linked, and its county sees the case."""
    try:
        case_id, child_id = signing.loads(chosen, salt=SALT, max_age=CHOSEN_WITHIN)
    except signing.BadSignature as wrong:
        raise ProtectionError(_("这次查找已经过期，请重新查找。")) from wrong
    if case_id != str(case.pk):
        raise ProtectionError(_("这次查找已经过期，请重新查找。"))
    with scope.whole_country(why=WHY):
        case = _case(case, by)
        place = case.scope_place
        link_child(case=case, child_id=UUID(child_id), by=by)
        Case.objects.filter(pk=case.pk).update(scope_place=place)  # whoever found the child goes on; its own county sees the case through the child
        lines.write(case, MATCHED, by=by, data={"child": child_id})
        _tick(case, MATCHED, by, _("比中，已关联档案。"))


@transaction.atomic
def family_found(*, case: Case, by: Post, how: str, who: str, contact: str = "", on_at: datetime | None = None) -> Line:
    """Who the family is, and how that was made sure."""
    return _written(case, FOUND, by, {"words": how, "who": who, "contact": contact}, needed=(how, who), on_at=on_at)


@transaction.atomic
def escort(*, case: Case, by: Post, who: str, how: str, to: str, on_at: datetime | None = None) -> Line:
    """Who brings the child home, by what, where to."""
    return _written(case, ESCORTED, by, {"who": who, "words": how, "to": to}, needed=(who, how, to), on_at=on_at)


@transaction.atomic
def hand_home(*, case: Case, by: Post, receiver: str, kind: str, words: str, on_at: datetime | None = None) -> Line:
    """To whom the child was handed over: ``kind`` family, station or county. The receipt is printed from it."""
    if kind not in RECEIVERS:
        raise ProtectionError(_("请选择交给谁。"))
    return _written(case, HANDED, by, {"who": receiver, "words": words}, needed=(receiver,), on_at=on_at, data={"receiver": kind})


RECEIVERS = ("family", "station", "county")


def _written(case: Case, verb: str, by: Post, words: Mapping[str, str], *, needed: tuple[str, ...], on_at: datetime | None, data: Mapping[str, str] | None = None) -> Line:
    if not all(each.strip() for each in needed):
        raise ProtectionError(_("请把几项都写明。"))
    if on_at is not None and on_at > now():
        raise ProtectionError(_("时间在将来，请改正。"))
    with scope.whole_country(why=WHY):
        case = _case(case, by)
        line = lines.write(case, verb, by=by, words=words, data=data, on_at=on_at)
        _tick(case, verb, by, "　".join(value for value in words.values() if value))
        return line


def _tick(case: Case, verb: str, by: Post, result: str) -> None:
    """The checklist's own step is done with it, where the checklist lies over the case."""
    row = Task.objects.filter(case=case, branch="street", step=STEPS[verb], done_at=None).first()
    if row is not None:
        tasks.finish(task=row, by=by, result=result)


@transaction.atomic
def green_channel(*, case: Case, measure: str, by: Post) -> Task:
    """Counselling, medical aid, legal aid in one tap: to whoever usually gives it there, else to whoever asks. Once for each."""
    if measure not in GREEN:
        raise ProtectionError(_("请选择绿色通道的项目。"))
    with scope.whole_country(why=WHY):
        case = _case(case, by)
        if known := Task.objects.filter(case=case, kind=Task.Kind.MEASURE, step=measure).first():
            return known
        given = measures.measure(measure)
        child_id = case.children.values_list("child_id", flat=True).first()
        posts = whom.department_posts(given.department, case.scope_place, now()) if given.department else []
        due = steps.due(case.scope_place, now(), given.within)
        return tasks.add_task(
            case=case, name=given.label, by=by, owner=posts[0] if posts and not case.restricted else by, due_at=due, kind=Task.Kind.MEASURE, step=measure, child_id=child_id
        )
