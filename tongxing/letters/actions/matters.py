"""One intake, handed to several departments at once, and one answer back (JL-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child
from tongxing.crypto import actions as crypto
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.letters import codes
from tongxing.letters.actions import passing, writing
from tongxing.letters.actions.checks import check_texts, may, missing, squeezed
from tongxing.letters.actions.writing import LONGEST_DAYS, Draft
from tongxing.letters.models import Kind, Letter, Matter, MatterChild
from tongxing.letters.states import State

WORDS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came in. ``asker``: who asked, and how they are reached."""

    channel: str
    title: str
    words: str
    received_on: date
    due_on: date
    outer_number: str = ""
    asker: str = ""
    children: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one department is asked to do, within how many working days, and for which needs of the matter's children."""

    department: str
    text: str
    days: int
    kinds: tuple[str, ...] = ()


@transaction.atomic
def receive(*, intake: Intake, by: Post, matter_id: UUID | None = None) -> Matter:
    """Register what came in (受理登记). Idempotent on ``matter_id`` of the same post. Raises ``FieldErrors``, ``CannotDo``."""
    may(by, "letters.write")
    if matter_id and (known := Matter.objects.filter(pk=matter_id, post=by).first()):
        return known
    _check(intake)
    children = list(Child.objects.filter(pk__in=intake.children))
    if len(children) != len(set(intake.children)):
        raise CannotDo(_("有孩子不在您的范围内，请重新选择。"))
    matter = Matter(id=matter_id or uuid7(), scope_place=by.place_id, number=_number(by.place_id), channel=intake.channel, post=by)
    matter.title, matter.outer_number = squeezed(intake.title), squeezed(intake.outer_number)
    matter.received_on, matter.due_on = intake.received_on, intake.due_on
    key = crypto.make_keys([matter.id])[matter.id]
    matter.words_sealed = key.seal("matter:words", intake.words.strip()[:WORDS])
    if intake.asker.strip():
        matter.asker_sealed = key.seal("matter:asker", intake.asker.strip()[:200])
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
    except IntegrityError:
        raise FieldErrors({"outer_number": _("这个编号已经登记过。")}) from None
    MatterChild.unscoped.bulk_create([MatterChild(matter=matter, child=child, scope_place=matter.scope_place) for child in children])
    _record("matter_received", matter, by, {"channel": [None, matter.channel], "outer_number": [None, matter.outer_number]})
    return matter


@transaction.atomic
def fan_out(*, matter_id: UUID, parts: Sequence[Part], by: Post) -> list[Letter]:
    """Hand a matter to several departments at once (协同办理): a letter each, sent at once, with its own day. Raises ``CannotDo``, ``FieldErrors``."""
    may(by, "letters.write")
    matter = _open(matter_id)
    if not parts:
        raise CannotDo(_("请至少选择一个部门。"))
    busy = set(Letter.objects.filter(matter=matter).exclude(state=State.WITHDRAWN).values_list("department", flat=True))
    made = []
    for part in parts:
        if part.department in busy:
            raise CannotDo(_("已经交给%(department)s，不能再交一次。") % {"department": codes.ADDRESSEE.text(part.department)})
        busy.add(part.department)
        listed = MatterChild.objects.filter(matter=matter).values_list("child_id", flat=True) if part.kinds else ()
        asked = Draft(department=part.department, title=matter.title, text=part.text, days=part.days, children=dict.fromkeys(listed, part.kinds))
        letter = writing.draft(draft=asked, by=by, kind=Kind.ORDER, matter=matter)
        made.append(passing.advance(letter_id=letter.id, act="dispatch", by=by))
    _record("matter_handed_out", matter, by, {"departments": [None, [part.department for part in parts]]})
    return made


@transaction.atomic
def answer(*, matter_id: UUID, words: str, told_by: str, on: date, by: Post, anyway: bool = False) -> Matter:
    """One answer back to who asked: what, how and when they were told. Raises ``CannotDo`` while a department has not answered, unless ``anyway``."""
    may(by, "letters.write")
    matter = _open(matter_id)
    errors = missing([("words", words, _("请写明答复的内容。"))])
    if told_by not in codes.TOLD_BY:
        errors["told_by"] = _("请选择答复方式。")
    if not matter.received_on <= on <= today():
        errors["on"] = _("答复日期应在受理日期以后，不能晚于今天。")
    if errors:
        raise FieldErrors(errors)
    if not anyway and (waiting := unanswered(matter)):
        names = "、".join(codes.ADDRESSEE.text(department) for department in waiting)
        raise CannotDo(_("%(names)s还没有复函。确实不再等的，请勾选“不等全部复函”。") % {"names": names})
    key = crypto.open_keys([matter.id])[matter.id]
    matter.answer_sealed, matter.told_by, matter.answered_on, matter.answered_by = key.seal("matter:answer", words.strip()[:WORDS]), told_by, on, by
    matter.save(update_fields=["answer_sealed", "told_by", "answered_on", "answered_by"])
    for letter in Letter.objects.filter(matter=matter, state=State.ANSWERED):
        passing.advance(letter_id=letter.id, act="close", by=by)
    _record("matter_answered", matter, by, {"told_by": [None, told_by], "on": [None, on.isoformat()]})
    return matter


def unanswered(matter: Matter) -> list[str]:
    """The departments that a matter still waits for."""
    return list(Letter.objects.filter(matter=matter, state=State.SENT).order_by("id").values_list("department", flat=True))


def _open(matter_id: UUID) -> Matter:
    matter = Matter.objects.select_for_update().get(pk=matter_id)
    if matter.answered_on is not None:
        raise CannotDo(_("这件事已于%(on)s答复。") % {"on": matter.answered_on.isoformat()})
    return matter


def _number(place: int) -> str:
    """协2026-0007: counted by office and year, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('letters.matter', %s))", [place])
    year = f"协{now().year}-"
    last = Matter.unscoped.filter(scope_place=place, number__startswith=year).order_by("-number").values_list("number", flat=True).first()
    return f"{year}{int(last.removeprefix(year)) + 1 if last else 1:04d}"


def _check(intake: Intake) -> None:
    errors = missing([("title", intake.title, _("请填写事项。")), ("words", intake.words, _("请写明内容。"))])
    if intake.channel not in codes.CHANNEL:
        errors["channel"] = _("请选择受理渠道。")
    elif codes.CHANNEL[intake.channel].outer and not intake.outer_number.strip():
        errors["outer_number"] = _("请填写来文（工单）编号。")
    if intake.received_on > today():
        errors["received_on"] = _("受理日期不能晚于今天。")
    if intake.due_on < intake.received_on or (intake.due_on - intake.received_on).days > LONGEST_DAYS * 2:
        errors["due_on"] = _("答复期限应在受理日期以后。")
    if errors:
        raise FieldErrors(errors)
    check_texts(intake.title, intake.outer_number)


def open_words(matter: Matter) -> dict[str, str]:
    """What was asked, by whom, and what was answered, in clear."""
    key = crypto.open_keys([matter.id]).get(matter.id)
    sealed = {"words": matter.words_sealed, "asker": matter.asker_sealed, "answer": matter.answer_sealed}
    return {name: key.open(f"matter:{name}", value) if key and value else "" for name, value in sealed.items()}


def _record(verb: str, matter: Matter, by: Post, diff: dict[str, list[object]]) -> None:
    journal.record(by=by, verb=verb, subject_kind="matter", subject_id=matter.id, place=matter.scope_place, diff={"title": [None, matter.title], **diff})
