"""Somebody joins a child's circle, or leaves it; many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.accounts.rules import RecordCheck
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child, State
from tongxing.circles import codes, roles
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.ground import scope
from tongxing.ground.today import today
from tongxing.journal import actions as journal

CAUSE = "circle"
RIGHT = "circles.edit"
AHEAD = timedelta(days=92)  # arranged before the term begins
EARLIEST = date(2000, 1, 1)
MOST = 500
WITH_ACCESS = [role.id for role in ROLES.values() if role.sees is Sees.GRANTED and role.record_check]  # teachers and social workers


@transaction.atomic
def join(*, child_id: UUID, role: str, person: Person, by: Post | None, since: date | None = None, team: str = "", source: str = "joined") -> Membership:
    """Give a child somebody in a place of its circle. A teacher or social worker sees the file from then on.

    More than the role's most is allowed: the page says so. Raises ``Child.DoesNotExist`` outside the scope, ``CannotDo`` where the role is not asked
    for at the child's place, the person is there already or may not work with children, ``FieldErrors`` for a wrong value.
    """
    return _join({child_id: person}, role, by=by, since=since, team=team, source=source)[0]


@transaction.atomic
def assign_many(*, pairs: Mapping[UUID, UUID], role: str, by: Post | None, since: date | None = None, team: str = "") -> list[Membership]:
    """Give each of these children (id → person's id) somebody for the same role; all or none. ``team``: the one for which they answer."""
    if not pairs or len(pairs) > MOST:
        raise CannotDo(_("请先选择要结对的孩子，一次最多%(most)d人。") % {"most": MOST})
    people = Person.objects.in_bulk(set(pairs.values()))
    if missing := set(pairs.values()) - people.keys():
        raise CannotDo(_("有%(n)d名包保责任人已经不在，请重新选择。") % {"n": len(missing)})
    return _join({child_id: people[person_id] for child_id, person_id in pairs.items()}, role, by=by, since=since, team=team, source="assigned")


def _join(pairs: Mapping[UUID, Person], role: str, *, by: Post | None, since: date | None, team: str, source: str) -> list[Membership]:
    """People are locked before children, each in the order of their ids: two acts never wait for each other."""
    day = _day(since, "since")
    may(by)
    people = locked_people({person.pk for person in pairs.values()})
    children = locked_children(pairs)
    for asked in roles_at(children.values(), role, day):
        if roles.of_peers(asked):
            raise CannotDo(_("“%(role)s”是孩子和孩子结对，请选择一个孩子。") % {"role": _(asked.name)})
        if asked.team and not team.strip():
            raise FieldErrors({"team": _("请填写团队名称。")})
    posts = posts_with_access(people, day)
    made = [
        Membership(
            child_id=child_id,
            scope_place=children[child_id].scope_place,
            role=role,
            person=people[person.pk],
            post=posts.get(person.pk),
            team=" ".join(team.split())[:60],
            since=day,
            source=source,
        )
        for child_id, person in pairs.items()
    ]
    begin(made, by=by)
    return made


@transaction.atomic
def pair_peers(*, child_id: UUID, peer_id: UUID, role: str, by: Post | None, since: date | None = None) -> tuple[Membership, Membership]:
    """Two children become companions (手拉手): each stands in the other's circle. Whoever pairs them must see both."""
    day = _day(since, "since")
    may(by)
    if child_id == peer_id:
        raise CannotDo(_("请选择另一个孩子。"))
    children = locked_children([child_id, peer_id])
    for asked in roles_at(children.values(), role, day):
        if not roles.of_peers(asked):
            raise CannotDo(_("“%(role)s”是大人的责任，请选择一个大人。") % {"role": _(asked.name)})
    one, other = (
        Membership(child=children[mine], scope_place=children[mine].scope_place, role=role, peer=children[theirs], since=day, source="paired")
        for mine, theirs in ((child_id, peer_id), (peer_id, child_id))
    )
    _insert([one, other])
    journal.record_many(by=by, acts=[_act("circle_joined", row, {"role": [None, role]}) for row in (one, other)])
    return one, other


@transaction.atomic
def leave(*, membership_id: UUID, reason: str, by: Post | None, note: str = "", on: date | None = None) -> Membership:
    """End a membership: ``on`` is the first day on which it no longer holds. Companions part on both sides.

    Raises ``Membership.DoesNotExist`` outside the scope, ``CannotDo`` where it has ended, ``FieldErrors`` for a wrong value.
    """
    day = _day(on, "on")
    may(by)
    found = Membership.objects.get(pk=membership_id)
    if found.person_id:
        locked_people([found.person_id])
    row = Membership.objects.select_for_update().get(pk=membership_id)
    if row.until is not None:
        raise CannotDo(_("这项包保已于%(until)s结束。") % {"until": row.until.isoformat()})
    if reason not in codes.LEAVING or (by is not None and codes.LEAVING[reason].automatic):
        raise FieldErrors({"reason": _("请选择结束的原因。")})
    if day < row.since:
        raise FieldErrors({"on": _("结束日期不能早于开始日期%(since)s。") % {"since": row.since.isoformat()}})
    end([row, *_mirrored(row)], reason, on=day, by=by, note=note)
    return row


def _mirrored(row: Membership) -> list[Membership]:
    """The other side of two companions, who may live in another village."""
    if row.peer_id is None:
        return []
    with scope.whole_country(why="companions part on both sides, and one may live in a village that the other's director does not see"):
        return list(Membership.objects.select_for_update().filter(child=row.peer_id, peer=row.child_id, role=row.role, until=None))


def end(rows: Sequence[Membership], reason: str, *, on: date, by: Post | None, note: str = "", verb: str = "circle_left") -> None:
    """Write the end of locked memberships, and of what they let their bearers see."""
    for row in rows:
        row.until, row.end_reason, row.end_note = max(on, row.since), reason, note.strip()[:200]
    with scope.whole_country(why="companions may live in two villages"):
        Membership.unscoped.bulk_update(rows, ["until", "end_reason", "end_note"])
        hide(rows, on=on, by=by)
    journal.record_many(
        by=by, acts=[_act(verb, row, {"role": [row.role, None], "member": [row.person.name if row.person else None, None], "leaving": [None, reason]}) for row in rows]
    )


def may(by: Post | None) -> None:
    if by is not None and not by.may(RIGHT):
        raise CannotDo(_("您的岗位不能办理结对包保。"))


def locked_people(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """People who may stand beside a child. Raises ``CannotDo`` for one who was merged, or whose record check forbids it (art. 62)."""
    wanted = set(ids)
    people = {person.pk: person for person in Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if wanted - people.keys():
        raise CannotDo(_("没有找到这个人，可能已被删除。"))
    return people


def check_people(people: Iterable[Person]) -> None:
    for person in people:
        if person.merged_into_id:
            raise CannotDo(_("%(name)s的信息已并入另一份，请重新查找。") % {"name": person.name})
        if person.record_check() is RecordCheck.FOUND:
            raise CannotDo(_("%(name)s查到违法犯罪记录，不得从事与儿童密切接触的工作（未成年人保护法第六十二条）。") % {"name": person.name})


def locked_children(ids: Iterable[UUID]) -> dict[UUID, Child]:
    wanted = set(ids)
    children = {child.pk: child for child in Child.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if missing := wanted - children.keys():
        raise Child.DoesNotExist(str(next(iter(missing))))
    for child in children.values():
        if child.state == State.ENDED:
            raise CannotDo(_("%(name)s已退出名册，不能再结对。") % {"name": child.name})
    return children


def roles_at(children: Collection[Child], role: str, on: date) -> list[RoleAt]:
    """The role as the models of each child's place have it. Raises ``CannotDo`` where none asks for it."""
    at = roles.of_places({child.scope_place for child in children}, on)
    found = []
    for child in children:
        asked = next((each for each in at[child.scope_place] if each.id == role), None)
        if asked is None:
            raise CannotDo(_("%(name)s所在地的关爱保护模式没有“%(role)s”。") % {"name": child.name, "role": roles.known_name(role)})
        found.append(asked)
    return found


def posts_with_access(people: Iterable[UUID], on: date) -> dict[UUID, Post]:
    """The post under which each of these people would see a child granted to it: a teacher's or a social worker's."""
    found: dict[UUID, Post] = {}
    for post in Post.objects.held(max(on, today())).filter(person__in=list(people), role__in=WITH_ACCESS, deputy_of=None).order_by("since", "id"):
        found.setdefault(post.person_id, post)
    return found


def begin(rows: Sequence[Membership], *, by: Post | None) -> None:
    """Write new memberships of people, what they let them see, and the journal's line of each."""
    _insert(rows)
    show(rows, by=by)
    journal.record_many(by=by, acts=[_act("circle_joined", row, {"role": [None, row.role], "member": [None, row.person.name if row.person else None]}) for row in rows])


def _insert(rows: Sequence[Membership]) -> None:
    """Write new memberships. Raises ``CannotDo`` where one of the people stands there already."""
    check_people({row.person.pk: row.person for row in rows if row.person}.values())
    standing = Membership.objects.filter(child__in=[row.child_id for row in rows], until=None)
    taken = {(row.child_id, row.role, row.person_id or row.peer_id) for row in standing}
    for row in rows:
        if (row.child_id, row.role, row.person_id or row.peer_id) in taken:
            raise CannotDo(_("%(member)s已经是%(child)s的“%(role)s”。") % _words(row))
    try:
        with transaction.atomic():
            Membership.unscoped.bulk_create(rows)
    except IntegrityError as again:
        raise CannotDo(_("这段时间里已有同样的包保，请核对日期。")) from again


def _words(row: Membership) -> dict[str, str]:
    return {"member": row.person.name if row.person else _("这个伙伴"), "child": row.child.name, "role": roles.known_name(row.role)}


def show(rows: Iterable[Membership], *, by: Post | None) -> None:
    """Let the members who have a post with access see the children."""
    for post, since, children in _by_post(rows):
        accounts.grant_children(post=post, children=children, cause=CAUSE, since=since, by=by)


def appointed(post: Post, by: Post | None) -> None:
    """Somebody who stands in circles already is given a post: it shows the children from its first day, where no other post of the same person does."""
    if post.role not in WITH_ACCESS or post.deputy_of_id is not None:
        return
    with scope.whole_country(why="a teacher's children may live in any village"):
        rows = list(
            Membership.objects.select_for_update(of=("self",)).filter(Q(post=None) | Q(post__until__lte=post.since), person=post.person_id, until=None).select_related("person")
        )
        for row in rows:
            row.post = post
        Membership.unscoped.bulk_update(rows, ["post"])
        show(rows, by=by)


def hide(rows: Iterable[Membership], *, on: date, by: Post | None) -> None:
    """Take the children out of sight, unless the same post holds another place in their circle."""
    for post, _since, children in _by_post(rows):
        still = set(Membership.objects.filter(child__in=children, post=post, until=None).values_list("child_id", flat=True))
        if ended := {child_id: place for child_id, place in children.items() if child_id not in still}:
            accounts.end_grants(post=post, children=ended, cause=CAUSE, on=on, by=by)


def _by_post(rows: Iterable[Membership]) -> list[tuple[Post, date, dict[UUID, int]]]:
    found: dict[tuple[UUID, date], dict[UUID, int]] = defaultdict(dict)
    posts: dict[UUID, Post] = {}
    for row in rows:
        if row.post is not None:
            posts[row.post.pk] = row.post
            found[row.post.pk, max(row.since, row.post.since)][row.child_id] = row.scope_place
    return [(posts[post_id], since, children) for (post_id, since), children in found.items()]


def _act(verb: str, row: Membership, diff: dict[str, list[object]]) -> journal.Act:
    return {"verb": verb, "subject_kind": "membership", "subject_id": row.pk, "child_id": row.child_id, "place": row.scope_place, "diff": diff}


def _day(given: date | None, field: str) -> date:
    day = given or today()
    if not EARLIEST <= day <= today() + AHEAD:
        raise FieldErrors({field: _("日期应在%(first)s到三个月以内。") % {"first": EARLIEST.isoformat()}})
    return day
