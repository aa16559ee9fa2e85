"""Whom the rows of a list mean: children of the scope by id number or by name and village, and who did the work, by name and day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.children.finding import keys
from tongxing.children.finding.readings import plain
from tongxing.children.ledger.matching import one_name
from tongxing.children.models import Child, SearchKey, State
from tongxing.circles import queries as circles
from tongxing.circles.models import Membership
from tongxing.circles.people import area
from tongxing.crypto.sealed import digest
from tongxing.ground.today import today
from tongxing.ledgers.problems import Wrong
from tongxing.log.shapes import Doer
from tongxing.places import codes

MOST = 200  # children of one row
_APART = re.compile(r"[、,，;；/\n]+")


def split(text: str) -> list[str]:
    """The names in one cell, each once."""
    return list(dict.fromkeys(filter(None, (each.strip() for each in _APART.split(text)))))[:MOST]


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of one child."""

    name: str
    village: int | None = None
    born: date | None = None
    number: str = ""


class Children:
    """The children whom a block of rows may mean, read with two queries."""

    def __init__(self, said: Iterable[Said]) -> None:
        wanted = list(said)
        names = {keys.by_name(each.name) for each in wanted if each.name}
        self._by_digest: dict[str, Child] = {}
        self._by_name: dict[str, list[Child]] = defaultdict(list)
        numbers = {digest("id_number", each.number) for each in wanted if each.number}
        keyed = names | {keys.ID_NUMBER + each for each in numbers}
        found = Child.objects.filter(pk__in=SearchKey.objects.filter(key__in=keyed).values("child_id"), merged_into=None) if keyed else Child.objects.none()
        for child in found.only("name", "born", "scope_place", "state", "state_since", "id_digest", "household_id"):
            if child.id_digest in numbers:
                self._by_digest[child.id_digest] = child
            self._by_name[plain(child.name)].append(child)

    def find(self, said: Said) -> Child | Wrong:
        """The one that is meant, or what is wrong. Nothing is said of children outside the scope but that they were not found."""
        if said.number:
            child = self._by_digest.get(digest("id_number", said.number))
            if child is None:
                return Wrong("entries.unknown_number", {"given": said.name[:30]})
            return child if one_name(said.name, child.name) else Wrong("entries.other_name", {"given": said.name[:30], "held": child.name})
        alike = self._by_name.get(plain(said.name), [])
        meant = [child for child in alike if said.village in (None, child.scope_place) and said.born in (None, child.born)]
        meant = [child for child in meant if child.state != State.ENDED] or meant
        if not meant:
            return Wrong("entries.unknown_child", {"given": said.name[:30]})
        if len(meant) > 1:
            return Wrong("entries.several_children", {"given": said.name[:30], "born": "、".join(child.born.isoformat() for child in meant[:4])})
        return meant[0]


class Doers:
    """Who may have done the work of a block of rows: holders of posts of the county on that day, and members of the children's circles."""

    def __init__(self, names: set[str], children: Sequence[UUID], by: Post) -> None:
        self._by = by
        lo, hi = area(by)
        administrators = [role.id for role in ROLES.values() if role.administrator]
        posts = Post.objects.filter(person__name__in=names, person__merged_into=None, place__code__range=(lo, hi)).exclude(role__in=administrators)
        self._posts: dict[str, list[Post]] = defaultdict(list)
        for post in posts.select_related("person", "place").order_by("since", "id") if names else ():
            self._posts[post.person.name].append(post)
        self._members: dict[tuple[str, UUID], Membership] = {}
        for row in circles.members(children, today()) if names and children else ():
            if row.person:
                self._members.setdefault((row.person.name, row.child_id), row)

    def post(self, doer: Doer) -> Post | None:
        """The post in which somebody did it."""
        return next((post for post in (self._by, *(post for held in self._posts.values() for post in held)) if post.id == doer.post_id), None)

    def find(self, name: str, on: date, places: set[int], children: Sequence[UUID]) -> Doer | Wrong:
        """Whoever of that name answered for the place of the children on that day, before others of the county."""
        if not name or name == self._by.person.name:
            return Doer.of(self._by)
        held = [post for post in self._posts.get(name, []) if post.since <= on and (post.until is None or on < post.until)]
        near = [post for post in held if any(codes.within(place, post.place_id) for place in places)]
        for group in (near, held):
            if len({post.person_id for post in group}) == 1:
                return Doer.of(max(group, key=lambda post: post.place_id))
        for child in children:
            if (row := self._members.get((name, child))) and row.person:
                return Doer(row.person.name, row.person.pk, row.post_id, row.role)
        return Wrong("entries.several_doers" if held else "entries.unknown_doer", {"given": name[:30], "on": on.isoformat()})
