"""Posts: who is appointed where, who stands in, and how a post ends."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tongxing.accounts import queries, rules
from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES, Role
from tongxing.accounts.rules import RecordCheck, Seat
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.places import codes
from tongxing.places.models import Place

EARLIEST = date(1980, 1, 1)
AHEAD = timedelta(days=366)
LONGEST_DEPUTY = timedelta(days=366)


class NotAppointed(Exception):
    """An appointment that cannot stand; the message says why."""


@transaction.atomic
def appoint(
    *,
    person: Person,
    role: str,
    place: int,
    since: date,
    by: Post | None,
    until: date | None = None,
    unit_name: str = "",
    concurrent: str = "",
) -> Post:
    """Give a person a post. Raises NotAppointed where level, range, separation of offices or record check forbid it."""
    person = Person.objects.select_for_update().get(pk=person.pk)  # two appointments of one person are decided one after the other
    seat = Seat(role, place)
    at = check_seat(seat, since=since, by=by)
    check_person(person, seat, since=since, until=until, unit_name=unit_name)
    unit_name = unit_name.strip()
    unit_id = import_string(settings.UNIT_OF_POST)(role, unit_name, place) if unit_name else None
    post = Post.objects.create(person=person, role=role, place=at, since=since, until=until, unit_id=unit_id, unit_name=unit_name, concurrent=concurrent.strip())
    diff = {"person": [None, person.name], "role": [None, role], "since": [None, since.isoformat()]}
    if until:
        diff["until"] = [None, until.isoformat()]
    journal.record(by=by, verb="appointed", subject_kind="post", subject_id=post.id, place=place, diff=diff)
    for path in settings.APPOINTED:
        import_string(path)(post, by)
    return post


@transaction.atomic
def attach(*, unit_id: UUID, name: str, role: str, lo: int, hi: int) -> int:
    """Posts of a range that name a unit which is entered only now belong to it; how many."""
    posts = Post.objects.filter(unit_id=None, unit_name=name, place__code__range=(lo, hi))
    return (posts.filter(role=role) if role else posts.exclude(role="teacher")).update(unit_id=unit_id)


def check_seat(seat: Seat, *, since: date, by: Post | None) -> Place:
    """The place of a seat to which `by` may appoint from that day. Raises NotAppointed."""
    definition = seat.definition
    if codes.level(seat.place) not in definition.levels:
        levels = "、".join(level.label for level in definition.levels)
        raise NotAppointed(_("“%(role)s”应设在%(levels)s") % {"role": definition.name, "levels": levels})
    if by and not rules.may_appoint(by.seat, seat):
        raise NotAppointed(_("您的岗位不能在这里任命“%(role)s”") % {"role": definition.name})
    place = Place.objects.filter(pk=seat.place).first()
    if place is None or place.closed(max(since, today())):
        raise NotAppointed(_("没有这个地点，或者它已撤销"))
    if not EARLIEST <= since <= today() + AHEAD:
        raise NotAppointed(_("任职日期应在%(first)s到一年以内") % {"first": EARLIEST})
    return place


def check_person(person: Person, seat: Seat, *, since: date, until: date | None, unit_name: str = "") -> None:
    """Whether this person may hold this seat then. Raises NotAppointed."""
    definition: Role = seat.definition
    if until is not None and until <= since:
        raise NotAppointed(_("离任日期应晚于任职日期"))
    if definition.record_check and person.record_check() is RecordCheck.FOUND:
        raise NotAppointed(_("查到违法犯罪记录的人员不得从事与儿童密切接触的工作（未成年人保护法第六十二条）"))
    others = Post.objects.filter(Q(until=None) | Q(until__gt=since), person=person)
    if until is not None:
        others = others.filter(since__lt=until)
    held = list(others.select_related("place"))
    if clash := rules.conflict([post.role for post in held], seat.role):
        words = {"role": definition.name, "other": ROLES[clash].name}
        raise NotAppointed(_("系统管理员、安全管理员、审计员不得由一人兼任，也不得兼任其他岗位：已任“%(other)s”，不能再任“%(role)s”") % words)
    same = [post for post in held if post.seat == seat and post.deputy_of_id is None and post.unit_name == unit_name.strip()]
    if same:
        raise NotAppointed(_("%(name)s在%(place)s已任此岗位（自%(since)s）") % {"name": person.name, "place": same[0].place, "since": same[0].since})


@transaction.atomic
def deputise(*, principal: Post, person: Person, since: date, last: date, by: Post | None) -> Post:
    """Let a person stand in for the holder of a post (AB岗), with the post's rights, up to the `last` day, that day included.

    The holder or a superior decides. The deputy works in the same place or the one above it.
    """
    until = last + timedelta(days=1)
    if by and by.id != principal.id and not by.stands_above(principal):
        raise NotAppointed(_("只有本人或者上级可以指定代理人"))
    if principal.deputy_of_id:
        raise NotAppointed(_("代理岗位不能再指定代理人"))
    if person.id == principal.person_id:
        raise NotAppointed(_("不能由本人代理自己的岗位"))
    if not since < until <= since + LONGEST_DEPUTY or since > today() + AHEAD:
        raise NotAppointed(_("代理应有起止日期，最长一年"))
    if principal.until is not None and principal.until < until:
        raise NotAppointed(_("代理不能晚于原岗位的离任日期%(until)s") % {"until": principal.until})
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not queries.works_near(person, principal.place_id, principal.role):
        raise NotAppointed(_("代理人应是本地、相邻或者上一级负责儿童工作的在岗人员"))
    if clash := rules.conflict(queries.posts_of(person).values_list("role", flat=True), principal.role):
        raise NotAppointed(_("已任“%(other)s”的人员不能代理此岗位") % {"other": ROLES[clash].name})
    if principal.definition.record_check and person.record_check() is RecordCheck.FOUND:
        raise NotAppointed(_("查到违法犯罪记录的人员不得从事与儿童密切接触的工作（未成年人保护法第六十二条）"))
    if principal.deputies.filter(person=person, since__lt=until, until__gt=since).exists():
        raise NotAppointed(_("这段时间已由%(name)s代理") % {"name": person.name})
    post = Post.objects.create(
        person=person, role=principal.role, place_id=principal.place_id, unit_id=principal.unit_id, unit_name=principal.unit_name, since=since, until=until, deputy_of=principal
    )
    diff = {"person": [None, person.name], "for": [None, str(principal.id)], "since": [None, since.isoformat()], "until": [None, until.isoformat()]}
    journal.record(by=by, verb="deputised", subject_kind="post", subject_id=post.id, place=principal.place_id, diff=diff)
    return post


@transaction.atomic
def end_post(*, post: Post, on: date | None = None, reason: str, by: Post | None) -> Post:
    """End a post: `on` is the first day on which it is no longer held. Its deputies end with it. Raises NotAppointed."""
    day = on or today()
    post = Post.objects.select_for_update(of=("self",)).select_related("place", "person").get(pk=post.pk)
    if by and not by.stands_above(post) and post.deputy_of_id != by.id:
        raise NotAppointed(_("只有上级可以办理离任"))
    if not reason.strip():
        raise NotAppointed(_("请填写离任原因"))
    if post.until is not None and post.until <= today():
        raise NotAppointed(_("这个岗位已于%(until)s离任") % {"until": post.until})
    if not post.since <= day <= today() + AHEAD:
        raise NotAppointed(_("离任日期应在任职日期%(since)s以后、一年以内") % {"since": post.since})
    before = post.until
    post.until, post.end_reason = day, reason.strip()
    post.save(update_fields=["until", "end_reason"])
    diff: dict[str, list[object]] = {"until": [before and before.isoformat(), day.isoformat()], "reason": [None, post.end_reason]}
    journal.record(by=by, verb="ended", subject_kind="post", subject_id=post.id, place=post.place_id, diff=diff)
    for deputy in post.deputies.filter(until__gt=day):
        deputy.until, deputy.end_reason = max(deputy.since, day), post.end_reason
        deputy.save(update_fields=["until", "end_reason"])
        journal.record(by=by, verb="ended", subject_kind="post", subject_id=deputy.id, place=post.place_id, diff={"until": [None, deputy.until.isoformat()]})
    return post
