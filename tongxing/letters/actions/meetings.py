"""The only writer of joint meetings: members, meetings, minutes, what is to be done; programmes; hazards near schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.crypto import actions as crypto
from tongxing.files import enclosures
from tongxing.files.intake import NotAccepted
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.letters import codes
from tongxing.letters.actions.checks import check_texts, may, missing, squeezed
from tongxing.letters.models import Action, Attendance, Contact, Hazard, Meeting, Member, Programme
from tongxing.outbox import actions as outbox
from tongxing.places import codes as places
from tongxing.places.codes import Level
from tongxing.units.models import Unit

RIGHT = "meetings.edit"
CALLED = noop("联席会议：%(title)s，%(on)s，%(room)s。")
ASSIGNED = noop("联席会议工作事项：%(words)s，请在%(due)s以前完成。")


@transaction.atomic
def add_member(*, name: str, by: Post, department: str = "", post: Post | None = None, contact: str = "", leads: bool = False) -> Member:
    """Enter a member unit and who speaks for it. Raises ``FieldErrors``."""
    may(by, RIGHT)
    member = Member(scope_place=by.place_id, since=today())
    return _write_member(member, name, department, post, contact, leads=leads, by=by, verb="member_added")


@transaction.atomic
def change_member(*, member_id: UUID, name: str, by: Post, department: str = "", post: Post | None = None, contact: str = "", leads: bool = False) -> Member:
    may(by, RIGHT)
    member = Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    return _write_member(member, name, department, post, contact, leads=leads, by=by, verb="member_changed")


def _write_member(member: Member, name: str, department: str, post: Post | None, contact: str, *, leads: bool, by: Post, verb: str) -> Member:
    errors = missing([("name", name, _("请填写成员单位。"))])
    if department and department not in codes.ADDRESSEE:
        errors["department"] = _("请选择部门。")
    if errors:
        raise FieldErrors(errors)
    check_texts(name, contact)
    member.name, member.department, member.post, member.contact, member.leads = squeezed(name)[:60], department, post, squeezed(contact)[:60], leads
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        raise FieldErrors({"name": _("这个成员单位已经在名单里。")}) from None
    Contact.objects.filter(member=member).delete()
    if post is not None:
        Contact.objects.create(member=member, office=member.scope_place, post=post)
    _record(verb, "member", member, by, {"name": [None, member.name]})
    return member


@transaction.atomic
def end_member(*, member_id: UUID, by: Post) -> Member:
    """A unit leaves the joint meeting. Raises ``CannotDo`` while it owns something that is not done."""
    may(by, RIGHT)
    member = Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    if Action.objects.filter(owner=member, done_on=None, dropped_on=None).exists():
        raise CannotDo(_("这个单位还有没完成的工作事项，请先办结或转给别的单位。"))
    member.until = today()
    member.save(update_fields=["until"])
    Contact.objects.filter(member=member).delete()
    _record("member_ended", "member", member, by, {"name": [member.name, None]})
    return member


@transaction.atomic
def call(*, title: str, on: date, room: str, agenda: str, by: Post, at: time | None = None) -> Meeting:
    """Call a joint meeting; the contacts of the member units hear of one that is to come. Raises ``FieldErrors``, ``CannotDo``."""
    may(by, RIGHT)
    _check_meeting(title, room, agenda)
    meeting = Meeting.objects.create(scope_place=by.place_id, title=squeezed(title), on=on, time=at, room=squeezed(room), agenda=agenda.strip(), post=by)
    _record("meeting_called", "meeting", meeting, by, {"title": [None, meeting.title], "on": [None, on.isoformat()]})
    if on >= today():
        _invite(meeting, by)
    return meeting


@transaction.atomic
def change(*, meeting_id: UUID, title: str, on: date, room: str, agenda: str, version: int, by: Post, at: time | None = None) -> Meeting:
    meeting = _meeting(meeting_id, version, by)
    _check_meeting(title, room, agenda)
    moved = (meeting.on, meeting.time, meeting.room) != (on, at, squeezed(room))
    meeting.title, meeting.on, meeting.time, meeting.room, meeting.agenda = squeezed(title), on, at, squeezed(room), agenda.strip()
    meeting.version += 1
    meeting.save()
    _record("meeting_changed", "meeting", meeting, by, {"title": [None, meeting.title], "on": [None, on.isoformat()]})
    if moved and on >= today():
        _invite(meeting, by)
    return meeting


@transaction.atomic
def write_minutes(*, meeting_id: UUID, minutes: str, attendance: Mapping[UUID, tuple[bool, str]], version: int, by: Post) -> Meeting:
    """What was said (纪要), and who came: member → (came, who)."""
    meeting = _meeting(meeting_id, version, by)
    check_texts(minutes, *(who for _came, who in attendance.values()))
    meeting.minutes, meeting.version = minutes.strip(), meeting.version + 1
    meeting.save(update_fields=["minutes", "version"])
    members = set(Member.objects.filter(pk__in=list(attendance), scope_place=meeting.scope_place).values_list("pk", flat=True))
    for member_id in sorted(members):
        came, who = attendance[member_id]
        Attendance.unscoped.update_or_create(meeting=meeting, member_id=member_id, defaults={"scope_place": meeting.scope_place, "came": came, "who": squeezed(who)[:60]})
    _record("minutes_written", "meeting", meeting, by, {"title": [None, meeting.title], "came": [None, sum(came for came, _who in attendance.values())]})
    return meeting


@transaction.atomic
def open_programme(*, name: str, kind: str, words: str, lead: Member | None, by: Post, since: date | None = None) -> Programme:
    """Begin a network or campaign. Raises ``FieldErrors``."""
    may(by, RIGHT)
    errors = missing([("name", name, _("请填写名称。"))])
    if kind not in ("network", "campaign"):
        errors["kind"] = _("请选择种类。")
    if errors:
        raise FieldErrors(errors)
    check_texts(name, words)
    programme = Programme(scope_place=by.place_id, name=squeezed(name)[:60], kind=kind, words=words.strip(), lead=lead, since=since or today())
    try:
        with transaction.atomic():
            programme.save(force_insert=True)
    except IntegrityError:
        raise FieldErrors({"name": _("同名的网络或行动正在进行。")}) from None
    _record("programme_opened", "programme", programme, by, {"name": [None, programme.name]})
    return programme


@transaction.atomic
def end_programme(*, programme_id: UUID, by: Post) -> Programme:
    may(by, RIGHT)
    programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
    if programme.until is None:
        programme.until = today()
        programme.save(update_fields=["until"])
        _record("programme_ended", "programme", programme, by, {"name": [programme.name, None]})
    return programme


@transaction.atomic
def assign(*, words: str, owner: Member, due_on: date, by: Post, meeting: Meeting | None = None, programme: Programme | None = None) -> Action:
    """What a member unit is to do until when; its contact hears of it. Raises ``FieldErrors``."""
    may(by, RIGHT)
    errors = missing([("words", words, _("请写明要做什么。"))])
    if due_on < today():
        errors["due_on"] = _("完成期限不能早于今天。")
    if errors:
        raise FieldErrors(errors)
    check_texts(words)
    action = Action(scope_place=by.place_id, meeting=meeting, programme=programme, words=squeezed(words)[:300], owner=owner, due_on=due_on)
    action.save(force_insert=True)
    _record("action_assigned", "action", action, by, {"words": [None, action.words], "owner": [None, owner.name], "due": [None, due_on.isoformat()]})
    if owner.post is not None and owner.post.held():
        told = {"words": action.words, "due": f"{due_on:%Y-%m-%d}"}
        outbox.tell(kind="meeting", about=ASSIGNED, words=told, posts=[owner.post], url=reverse("meetings:actions"), key=f"action:{action.id}", checked=True)
    return action


@transaction.atomic
def done(*, action_id: UUID, note: str, by: Post) -> Action:
    """It is done, in the words of whoever did it: the office, or the owner's contact. Raises ``CannotDo``, ``FieldErrors``."""
    action = _action(action_id)
    if not (by.may(RIGHT) or (action.owner.post_id is not None and action.owner.post_id == by.id)):
        raise CannotDo(_("只有责任单位的联络员和会议的召集单位可以填写完成情况。"))
    if errors := missing([("note", note, _("请写明完成情况。"))]):
        raise FieldErrors(errors)
    check_texts(note)
    action.done_on, action.done_note, action.done_by = today(), note.strip()[:500], by
    action.save(update_fields=["done_on", "done_note", "done_by"])
    _record("action_done", "action", action, by, {"words": [None, action.words]})
    return action


@transaction.atomic
def drop(*, action_id: UUID, reason: str, by: Post) -> Action:
    """It is not to be done any more. Raises ``CannotDo``, ``FieldErrors``."""
    may(by, RIGHT)
    action = _action(action_id)
    if errors := missing([("reason", reason, _("请写明原因。"))]):
        raise FieldErrors(errors)
    check_texts(reason)
    action.dropped_on, action.dropped_why = today(), reason.strip()[:200]
    action.save(update_fields=["dropped_on", "dropped_why"])
    _record("action_dropped", "action", action, by, {"words": [action.words, None]})
    return action


@transaction.atomic
def report_hazard(*, school: Unit, kind: str, words: str, found_on: date, by: Post, photo: bytes = b"") -> Hazard:
    """Enter a hazard within 200 metres of a school. Raises ``FieldErrors``, ``CannotDo``."""
    may(by, RIGHT)
    errors = missing([("words", words, _("请写明情况。"))])
    if kind not in codes.HAZARD:
        errors["kind"] = _("请选择隐患。")
    if found_on > today():
        errors["found_on"] = _("发现日期不能晚于今天。")
    if not places.within(school.place_id, by.place_id) and not places.within(by.place_id, school.place_id):
        errors["school"] = _("请选择本地的学校。")
    if errors:
        raise FieldErrors(errors)
    check_texts(words)
    place = school.place_id if places.within(school.place_id, by.place_id) else by.place_id
    hazard = Hazard(scope_place=place, county=places.at_level(by.place_id, Level.COUNTY), school=school, kind=kind, words=squeezed(words)[:300], found_on=found_on, post=by)
    hazard.save(force_insert=True)
    _photo(hazard, photo, by)
    _record("hazard_reported", "hazard", hazard, by, {"school": [None, school.name], "kind": [None, kind]})
    return hazard


@transaction.atomic
def rectify_hazard(*, hazard_id: UUID, how: str, on: date, by: Post, photo: bytes = b"") -> Hazard:
    """It is gone, and how. Raises ``FieldErrors``, ``CannotDo``."""
    may(by, RIGHT)
    hazard = Hazard.objects.select_for_update(of=("self",)).get(pk=hazard_id)
    if hazard.rectified_on is not None:
        raise CannotDo(_("这处隐患已于%(on)s整改。") % {"on": hazard.rectified_on.isoformat()})
    errors = missing([("how", how, _("请写明整改情况。"))])
    if not hazard.found_on <= on <= today():
        errors["on"] = _("整改日期应在发现日期以后，不能晚于今天。")
    if errors:
        raise FieldErrors(errors)
    check_texts(how)
    hazard.rectified_on, hazard.rectified_how = on, squeezed(how)[:300]
    hazard.save(update_fields=["rectified_on", "rectified_how"])
    _photo(hazard, photo, by)
    _record("hazard_rectified", "hazard", hazard, by, {"kind": [hazard.kind, None]})
    return hazard


def _photo(hazard: Hazard, photo: bytes, by: Post) -> None:
    if not photo:
        return
    key = crypto.open_keys([hazard.id]).get(hazard.id) or crypto.make_keys([hazard.id])[hazard.id]
    try:
        enclosures.enclose(key=key, content=photo, title=_("照片"), by=by)
    except NotAccepted as refused:
        raise FieldErrors({"photo": str(refused)}) from refused


def _meeting(meeting_id: UUID, version: int, by: Post) -> Meeting:
    may(by, RIGHT)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting_id)
    if meeting.version != version:
        raise CannotDo(_("您打开以后，别人修改过。请重新打开再改。"))
    return meeting


def _action(action_id: UUID) -> Action:
    action = Action.objects.select_for_update(of=("self",)).select_related("owner__post").get(pk=action_id)
    if not action.is_open:
        raise CannotDo(_("这个事项已经办结。"))
    return action


def _check_meeting(title: str, room: str, agenda: str) -> None:
    errors = missing([("title", title, _("请填写会议名称。")), ("room", room, _("请填写地点。")), ("agenda", agenda, _("请填写议题。"))])
    if errors:
        raise FieldErrors(errors)
    check_texts(title, room, agenda)


def _invite(meeting: Meeting, by: Post) -> None:
    rows = Member.objects.filter(scope_place=meeting.scope_place, until=None, post__isnull=False).select_related("post__person")
    posts: Sequence[Post] = [row.post for row in rows if row.post is not None and row.post.held() and row.post.person_id != by.person_id]
    if posts:
        words = {"title": meeting.title, "on": f"{meeting.on:%Y-%m-%d}", "room": meeting.room}
        url = reverse("meetings:meeting", args=[meeting.id])
        outbox.tell(kind="meeting", about=CALLED, words=words, posts=posts, url=url, key=f"meeting:{meeting.id}:{meeting.version}", checked=True)


def _record(verb: str, kind: str, row: Member | Meeting | Programme | Action | Hazard, by: Post, diff: dict[str, list[object]]) -> None:
    journal.record(by=by, verb=verb, subject_kind=kind, subject_id=row.pk, place=row.scope_place, diff=diff)
