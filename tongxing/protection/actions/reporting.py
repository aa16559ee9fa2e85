"""A report comes in: it opens a case or joins one, its chains begin, everybody who must know is told. One act, from whatever channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.crypto import sealed as crypto
from tongxing.files import enclosures, intake
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now, today
from tongxing.places import codes as places
from tongxing.places.models import Place
from tongxing.protection import codes, numbering, rules, sealing
from tongxing.protection.actions import chains, lines, steps, telling
from tongxing.protection.actions.cases import link_child
from tongxing.protection.actions.people import name_for
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, CaseChild, Involved, Line, Report
from tongxing.protection.rules import Earlier
from tongxing.protection.states import State

WHY = "an alarm crosses places: whoever must know is told, wherever the reporter stands"
LONGEST = 5000  # characters of what is reported
LONGEST_AGO = timedelta(days=365 * 20)
AHEAD = timedelta(minutes=5)  # clocks of telephones differ
MOST_FILES = 6
OPEN_STILL = frozenset({State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED})  # nobody has judged yet what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What is reported. Only ``situation`` and ``place`` are needed; ``id`` is made by whoever sends it, so that it is heard once.

    ``told_at``: when it really was reported, where it is entered afterwards. ``reporter``, ``phone``, ``relation``: who reports, unless
    ``anonymous``. ``child_words``: who the child is, where its file is not known. ``police_*``: what was already done by telephone.
    ``role``: under which role of a chain it is reported, where the post's own do not say. ``files``: (title, content).
    """

    id: UUID
    channel: str
    situation: str
    place: int
    words: str = ""
    where: str = ""
    child_id: UUID | None = None
    child_words: str = ""
    reporter: str = ""
    phone: str = ""
    relation: str = ""
    anonymous: bool = False
    happened_at: datetime | None = None
    told_at: datetime | None = None
    police_at: datetime | None = None
    police_number: str = ""
    police_officer: str = ""
    entry_id: UUID | None = None
    role: str = ""
    files: Sequence[tuple[str, bytes]] = ()


@transaction.atomic
def report(*, new: NewReport, by: Post | None) -> Report:
    """Hear a report. Idempotent on ``new.id``. Raises ``ProtectionError`` in words; nothing is written then."""
    moment = now()
    if by is not None and not by.may("reports.make"):
        raise ProtectionError(_("您的岗位不能登记报告，请拨打110或12355。"))
    with scope.whole_country(why=WHY):
        with connection.cursor() as cursor:  # two reports of the same minute about one place find each other, and so do two taps
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('report'), %s::bigint::int)", [new.place % 2_000_000_000])
        if known := Report.objects.select_related("case").filter(pk=new.id).first():
            return known
        _check(new, moment)
        child = Child.objects.filter(pk=new.child_id).first() if new.child_id else None
        if new.child_id and child is None:
            raise ProtectionError(_("没有这个孩子的档案，请改为填写孩子的情况。"))
        sent = crypto.digest("report", f"{new.place}:{new.situation}:{new.words.strip()}:{new.child_words.strip()}")
        situation = codes.SITUATION[new.situation]
        earlier = _earlier(new, sent, moment)
        joined = rules.belongs_to(earlier, kind=situation.kind, at=moment)
        case = _joined(joined, new) if joined else _opened(new, child, earlier, moment)
        made = _written(new, case, by, sent, moment)
        if child is not None:
            _about(case, child)
        if by is not None and not new.anonymous:
            name_for(case, by, Involved.Cause.REPORTED, informed=case.kind != chains.JUDICIAL)
        lines.write(case, "reported", by=None if new.anonymous else by, data={"report": made.number, "channel": made.channel}, on_at=made.told_at)
        heard_before = any(each.words for each in earlier if each.case_id == joined)
        _heard(case, made, by, new, fresh=joined is None, heard_before=heard_before)
        return made


def _check(new: NewReport, moment: datetime) -> None:
    if new.situation not in codes.SITUATION:
        raise ProtectionError(_("请选择发生了什么。"))
    if new.channel not in codes.CHANNEL:
        raise ValueError(new.channel)
    if new.place <= 0 or places.level(new.place) < places.Level.COUNTY or not Place.objects.filter(pk=new.place).exists():
        raise ProtectionError(_("请选择发生在哪里，至少到县。"))
    if len(new.words) > LONGEST:
        raise ProtectionError(_("情况最多写%(most)s个字，请写要紧的。") % {"most": LONGEST})
    _check_times(happened_at=new.happened_at, told_at=new.told_at, police_at=new.police_at, moment=moment)
    if new.police_number and new.police_at is None:
        raise ProtectionError(_("填了警情编号，请同时填写报警时间。"))


def _check_times(*, happened_at: datetime | None, told_at: datetime | None, police_at: datetime | None, moment: datetime) -> None:
    for name, at in ((_("发生时间"), happened_at), (_("报告时间"), told_at), (_("报警时间"), police_at)):
        if at is not None and at > moment + AHEAD:
            raise ProtectionError(_("%(what)s在将来，请改正。") % {"what": name})
        if at is not None and at < moment - LONGEST_AGO:
            raise ProtectionError(_("%(what)s太早，请核对年份。") % {"what": name})
    if happened_at and told_at and told_at < happened_at:
        raise ProtectionError(_("报告时间早于发生时间，请核对。"))


def _earlier(new: NewReport, sent: str, moment: datetime) -> list[Earlier]:
    """Cases that the report may belong to, oldest first."""
    found: dict[UUID, Earlier] = {}
    of_child = set(CaseChild.unscoped.filter(child_id=new.child_id).values_list("case_id", flat=True)) if new.child_id else set()
    of_words = set(Report.objects.filter(sent=sent, at__gte=moment - rules.SAME_WORDS, child_id=new.child_id).values_list("case_id", flat=True))
    for case in Case.objects.filter(pk__in=of_child | of_words, restricted=codes.SITUATION[new.situation].restricted).order_by("opened_at"):  # neither opens the other
        found[case.pk] = Earlier(
            case.pk,
            case.opened_at,
            case.closed_at,
            child=case.pk in of_child,
            words=case.pk in of_words,
            alike=case.situation == new.situation or case.state in OPEN_STILL,
            kind=case.kind,
        )
    return list(found.values())


def _joined(case_id: UUID, new: NewReport) -> Case:
    case = Case.objects.select_for_update().get(pk=case_id)
    if codes.SITUATION[new.situation].urgent and not case.urgent:
        case.urgent = True
        case.situation = new.situation
        case.save(update_fields=["urgent", "situation"])
    return case


def _opened(new: NewReport, child: Child | None, earlier: Sequence[Earlier], moment: datetime) -> Case:
    situation = codes.SITUATION[new.situation]
    case = Case(
        id=uuid7(),
        number=numbering.number("A", moment),
        kind=situation.kind,
        situation=new.situation,
        urgent=situation.urgent,
        restricted=situation.restricted,
        place=new.place,
        scope_place=child.scope_place if child is not None else new.place,
        opened_at=moment,
        state_since=moment,
        follows_id=rules.follows(earlier, at=moment),
    )
    case.save(force_insert=True)
    sealing.new_key(case.id)
    return case


def _written(new: NewReport, case: Case, by: Post | None, sent: str, moment: datetime) -> Report:
    known = by is not None and not new.anonymous
    made = Report(
        id=new.id,
        case=case,
        number=numbering.number("B", moment),
        channel=new.channel,
        situation=new.situation,
        place=new.place,
        child_id=new.child_id,
        person_id=by.person_id if by and known else None,
        post=by if known else None,
        role=new.role or (by.role if by and known else ""),
        anonymous=new.anonymous,
        happened_at=new.happened_at,
        told_at=min(new.told_at or moment, moment),
        at=moment,
        police_at=min(new.police_at, moment) if new.police_at else None,
        police_number=new.police_number,
        entry_id=new.entry_id,
        sent=sent,
    )
    made.code = numbering.code_digest(made.number, numbering.code_of(made.id))
    key = sealing.key(case.id)
    assert key
    told = {"reporter": new.reporter, "phone": new.phone, "relation": new.relation} if not new.anonymous else {}
    made.sealed = sealing.seal(key, made, {"words": new.words.strip(), "where": new.where, "child": new.child_words, "officer": new.police_officer} | told)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the number, once in a million
        made.number = numbering.number("B", moment)
        made.code = numbering.code_digest(made.number, numbering.code_of(made.id))
        made.save(force_insert=True)
    made.refused = _enclosed(made, new.files, by if known else None)
    return made


def _enclosed(made: Report, files: Sequence[tuple[str, bytes]], by: Post | None) -> list[str]:
    """Keep what came with a report; returns a sentence for each file that could not be: an alarm does not fail for its picture."""
    if not files:
        return []
    key = sealing.key(made.case_id)
    assert key
    number, refused = enclosures.of(made.case_id).filter(title__startswith=made.number).count(), []
    for title, content in files:
        if number >= MOST_FILES:
            refused.append(_("%(file)s：最多附%(most)s个文件。") % {"file": title, "most": MOST_FILES})
            continue
        try:
            enclosures.enclose(key=key, content=content, title=f"{made.number} {number + 1}", by=by, accept=intake.accept_evidence)  # the file's own name may name a child
            number += 1
        except intake.NotAccepted as why:
            refused.append(f"{title}：{why}")
    return refused


def _about(case: Case, child: Child) -> None:
    CaseChild.unscoped.get_or_create(case=case, child_id=child.pk, defaults={"scope_place": child.scope_place, "restricted": case.restricted})


def _heard(case: Case, made: Report, by: Post | None, new: NewReport, *, fresh: bool, heard_before: bool) -> None:
    """Start the clocks and chains of a new case; of one that is known tell those who work on it, unless it says the very same again."""
    if fresh:
        steps.begin(case)
    chains.begin(case, made, by, role=new.role)
    if not fresh and not heard_before:
        telling.tell(case, telling.AGAIN, _at_work(case), key=f"again:{made.pk}", urgent=codes.SITUATION[new.situation].urgent)


def _at_work(case: Case) -> list[Post]:
    return [row.post for row in Involved.objects.filter(case=case, informed=False, until=None).select_related("post")]


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """What a reporter adds once the alarm is out. ``id`` makes it heard once; what is empty changes nothing."""

    id: UUID
    words: str = ""
    where: str = ""
    child_id: UUID | None = None
    child_words: str = ""
    phone: str = ""
    happened_at: datetime | None = None
    told_at: datetime | None = None
    police_at: datetime | None = None
    police_number: str = ""
    police_officer: str = ""
    files: Sequence[tuple[str, bytes]] = ()


ADDED_ONCE = ("where", "child", "phone", "officer")


@transaction.atomic
def add_to(*, report: Report, more: More, by: Post | None) -> Report:
    """Write what else is known into the same report, and let those who work on it know. Idempotent on ``more.id``.

    Words are put behind those that stand there; of the rest only what is not known yet is taken. Raises ``ProtectionError`` in words.
    """
    with scope.whole_country(why=WHY):
        made = Report.objects.select_for_update(of=("self",)).select_related("case").get(pk=report.pk)
        if Line.objects.filter(pk=more.id).exists():
            return made
        case, moment, key = made.case, now(), sealing.key(made.case_id)
        _check_times(happened_at=more.happened_at or made.happened_at, told_at=more.told_at, police_at=more.police_at, moment=moment)
        if more.police_number and (more.police_at or made.police_at) is None:
            raise ProtectionError(_("填了警情编号，请同时填写报警时间。"))
        if key is None:
            raise ProtectionError(_("这份报告的内容已经销毁，不能再补充。"))
        told = sealing.opened(key, made, made.sealed)
        said = {"words": "\n".join(filter(None, [told.get("words", ""), more.words.strip()]))}
        given = {"where": more.where, "child": more.child_words, "phone": more.phone, "officer": more.police_officer}
        said |= {name: told.get(name) or given[name].strip() for name in ADDED_ONCE}
        if len(said["words"]) > LONGEST:
            raise ProtectionError(_("情况最多写%(most)s个字，请写要紧的。") % {"most": LONGEST})
        made.sealed = sealing.seal(key, made, told | said)
        made.happened_at = made.happened_at or more.happened_at
        made.told_at = min(made.told_at, more.told_at or made.told_at)
        made.police_at = made.police_at or (min(more.police_at, moment) if more.police_at else None)
        made.police_number = made.police_number or more.police_number
        made.save()
        made.refused = _enclosed(made, more.files, by)
        names = [name for name in ("words", "where", "child_words", "child_id", "police_at", "police_number", "happened_at", "told_at") if getattr(more, name)]
        lines.write(case, "added", by=by, data={"report": made.number, "what": names, "files": len(more.files) - len(made.refused)}, line_id=more.id)
        if more.police_at:
            chains.police_told(case, made)
        if more.child_id and made.child_id is None:
            link_child(case=case, child_id=more.child_id, by=by)
            made.refresh_from_db(fields=["child_id"])
            chains.again(case, made)
        telling.tell(case, telling.ADDED, [post for post in _at_work(case) if by is None or post.pk != by.pk], key=f"added:{more.id}", urgent=False)
        return made


@transaction.atomic
def praise(*, report: Report, by: Post, words: str) -> None:
    """Say that a report was good: it stays on record with whoever made it."""
    if report.praised_at is not None:
        return
    report.praised_at, report.praised_by = now(), by.id
    report.save(update_fields=["praised_at", "praised_by"])
    lines.write(report.case, "praised", by=by, words={"words": words}, data={"report": report.number, "on": today().isoformat()})
