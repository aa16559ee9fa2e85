"""A call comes in, is written down while it is talked, becomes an alarm where it must, and ends."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.crypto import sealed as crypto
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import now
from tongxing.hotline import codes
from tongxing.hotline.errors import HotlineError
from tongxing.hotline.models import ROLE, Call, Counsel
from tongxing.journal import actions as journal
from tongxing.places.codes import span, within
from tongxing.protection import actions as protection
from tongxing.protection import codes as cases
from tongxing.protection import numbering, sealing
from tongxing.protection.models import Report

WHY = "a call is its desk's, and its agent sees no place"
LOOKS = 5  # how often a call may ask whether a child is on file: the register is not to be fished in
WORDS = ("phone", "name", "child", "child_name", "place_words", "where", "said", "advice")
LONGEST = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is written while somebody talks. Everything may be empty. ``counsel``: notes for the agent's own eyes and those named for them."""

    caller: str = ""
    topic: str = ""
    risk: str = ""
    place: int | None = None
    phone: str = ""
    name: str = ""
    child: str = ""
    child_name: str = ""
    place_words: str = ""
    where: str = ""
    said: str = ""
    advice: str = ""
    counsel: str = ""

    @property
    def words(self) -> dict[str, str]:
        found = asdict(self)
        return {name: found[name].strip()[:LONGEST] for name in WORDS}


def digits(phone: str) -> str:
    """A number as it is compared: without the country, spaces and dashes."""
    return re.sub(r"\D", "", phone.replace("+86", ""))


def caller_digest(phone: str) -> str:
    number = digits(phone)
    return crypto.digest("caller", number) if len(number) >= 5 else ""


@transaction.atomic
def begin(*, by: Post, call_id: UUID | None = None) -> Call:
    """The telephone is taken off: an empty call that everything is kept in from now on. Idempotent on ``call_id``."""
    if by.role != ROLE or not by.may("hotline.answer"):
        raise HotlineError(_("只有12355话务员能登记来电。"))
    with scope.whole_country(why=WHY):
        if call_id and (known := Call.objects.filter(pk=call_id).first()):
            return known
        call = Call(id=call_id or uuid7(), number=numbering.number("H", now()), post=by, scope_place=by.place_id, begun_at=now())
        try:
            with transaction.atomic():
                call.save(force_insert=True)
        except IntegrityError:  # the number, once in a million
            call.number = numbering.number("H", now())
            call.save(force_insert=True)
        sealing.new_key(call.id)
        return call


def _own(call: Call, by: Post) -> Call:
    """The call as it is now, if it is open and the post's own. Raises ``HotlineError``."""
    found = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if found.post_id not in (by.pk, by.deputy_of_id):
        raise HotlineError(_("这个来电由另一位话务员记录。"))
    if not found.open:
        raise HotlineError(_("这个来电已经办结，不能再改。"))
    return found


@transaction.atomic
def keep(*, call: Call, draft: Draft, by: Post) -> Call:
    """Keep what has been written so far."""
    with scope.whole_country(why=WHY):
        return _kept(_own(call, by), draft, by)


def _kept(call: Call, draft: Draft, by: Post) -> Call:
    key = sealing.key(call.pk)
    if key is None:
        raise HotlineError(_("这个来电的内容已经销毁。"))
    if draft.place is not None and not _reaches(by, draft.place):
        raise HotlineError(_("地点要在本线路服务的范围内；别处的请拨打当地的12355或110。"))
    call.caller = draft.caller if draft.caller in codes.CALLER else ""
    call.topic = draft.topic if draft.topic in codes.TOPIC else ""
    call.risk = draft.risk if draft.risk in codes.RISK else ""
    if (draft.place, draft.child_name) != (call.place, sealing.opened(key, call, call.sealed).get("child_name", "")):
        call.child_id, call.on_file = None, False  # another child is meant
    call.place = draft.place
    call.caller_digest = caller_digest(draft.phone)
    call.sealed = sealing.seal(key, call, draft.words)
    call.kept += 1
    call.save()
    notes = Counsel.objects.filter(call=call).first()
    if draft.counsel.strip() or notes:
        notes = notes or Counsel(id=uuid7(), call=call, post=call.post)
        notes.sealed = sealing.seal(key, notes, {"words": draft.counsel.strip()[:LONGEST] or "—"}) or b""
        notes.at = now()
        notes.save()
    return call


def _reaches(by: Post, place: int) -> bool:
    return within(place, by.place_id)


@transaction.atomic
def look_for_child(*, call: Call, by: Post) -> Call:
    """Whether a child of exactly this name may be on file in this place. Says yes or no, and keeps the file where there is one such; shows nothing."""
    with scope.whole_country(why="the agent sees no register; one question, counted and logged, gets a yes or no"):
        call = _own(call, by)
        name = sealing.opened(sealing.key(call.pk), call, call.sealed).get("child_name", "")
        if not name or call.place is None:
            raise HotlineError(_("请先填写孩子的姓名全名和所在地方。"))
        if call.looked >= LOOKS:
            raise HotlineError(_("一个来电最多查%(n)s次是否建档，请直接转办。") % {"n": LOOKS})
        found = list(Child.objects.filter(name=name, scope_place__range=span(call.place), merged_into=None).values_list("pk", flat=True)[:2])
        call.on_file, call.child_id = bool(found), found[0] if len(found) == 1 else None
        call.looked += 1
        call.save(update_fields=["on_file", "child_id", "looked"])
        journal.record(by=by, verb="call_looked", subject_kind="call", subject_id=call.pk, place=call.place, diff={"on_file": [None, call.on_file]})
        return call


@transaction.atomic
def alarm(*, call: Call, situation: str, by: Post, place: int | None = None) -> Report:
    """Report what is being told at once: the call goes on, those who must know hear of it now. One call is one report, however often it is pressed.

    Raises ``HotlineError``, ``ProtectionError``.
    """
    with scope.whole_country(why=WHY):
        call = _own(call, by)
        if call.report is not None:
            return call.report
        if situation not in cases.SITUATION:
            raise HotlineError(_("请选择发生了什么。"))
        where = place or call.place or by.place_id
        if not _reaches(by, where):
            raise HotlineError(_("地点要在本线路服务的范围内；别处的请拨打当地的12355或110。"))
        words = sealing.opened(sealing.key(call.pk), call, call.sealed)
        new = protection.NewReport(
            id=uuid5(call.pk, "report"),
            channel="hotline",
            situation=situation,
            place=where,
            words=words.get("said", ""),
            where=words.get("where", ""),
            child_words="，".join(filter(None, (words.get("child_name", ""), words.get("child", "")))),
            reporter=words.get("name", ""),
            phone=words.get("phone", ""),
            relation=codes.CALLER[call.caller].reported_as if call.caller else "",
            told_at=call.begun_at,
        )
        report = protection.report(new=new, by=by)
        call.report, call.receipt = report, report.number
        call.save(update_fields=["report", "receipt"])
        journal.record(by=by, verb="call_reported", subject_kind="call", subject_id=call.pk, place=call.scope_place, diff={"report": [None, report.number]})
        return report


@transaction.atomic
def finish(*, call: Call, result: str, by: Post, seconds: int | None = None) -> Call:
    """The call is over. ``seconds``: how long was talked, as the page measured it; never longer than since it began."""
    with scope.whole_country(why=WHY):
        call = _own(call, by)
        words = sealing.opened(sealing.key(call.pk), call, call.sealed)
        if result not in codes.RESULT:
            raise HotlineError(_("请选择来电结果。"))
        if not codes.RESULT[result].tap:
            if not call.topic:
                raise HotlineError(_("请选择来电事由。"))
            if not words.get("said") and not words.get("advice"):
                raise HotlineError(_("请写几个字：对方说了什么。"))
        if result == "counselled" and not words.get("advice") and not Counsel.objects.filter(call=call).exists():
            raise HotlineError(_("请写明怎样辅导的（“答复和建议”或者“辅导记录”）。"))
        if result == "reported" and call.report_id is None:
            raise HotlineError(_("还没有转为报告，请先点上方的紧急按钮，或者选择报告的情形。"))
        if result == "referred" and not call.referrals.exists():
            raise HotlineError(_("请选择转给谁。"))
        return _over(call, result, by, seconds)


def _over(call: Call, result: str, by: Post, seconds: int | None) -> Call:
    moment = now()
    longest = max(0, int((moment - call.begun_at).total_seconds()))
    call.state, call.result, call.ended_at = Call.State.DONE, result, max(moment, call.begun_at)
    call.seconds = min(seconds, longest) if seconds is not None and seconds >= 0 else longest
    call.save()
    journal.record(by=by, verb="call_finished", subject_kind="call", subject_id=call.pk, place=call.scope_place, diff={"result": [None, result]})
    return call


@transaction.atomic
def one_tap(*, result: str, by: Post, phone: str = "", call: Call | None = None) -> Call:
    """A silent or an abusive call: entered and over, for a call that was begun or for one that was not."""
    if result not in codes.RESULT or not codes.RESULT[result].tap:
        raise HotlineError(_("请选择来电结果。"))
    made = call or begin(by=by)
    with scope.whole_country(why=WHY):
        made = _own(made, by)
        if phone:
            made = _kept(made, Draft(phone=phone), by)
        return _over(made, result, by, 0 if call is None else None)
