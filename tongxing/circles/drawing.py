"""A child's circle in words: what its page, the panel on the file and the printed card draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxing.accounts.models import Post
from tongxing.accounts.queries import with_phones
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.circles import queries, roles, rules
from tongxing.circles.models import Membership
from tongxing.circles.roles import RoleAt
from tongxing.crypto.masking import mask_name

OUTERMOST = 5


@dataclass(frozen=True, slots=True)
class Mark:
    tone: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Somebody in a place of the circle. ``serves``: answers for it today."""

    row: Membership
    name: str
    serves: bool
    marks: Sequence[Mark] = ()
    phone: str = ""
    load: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the circle: what is asked, and who stands there."""

    role: str
    word: str
    ring: int
    asked: RoleAt | None
    bearers: Sequence[Bearer]
    vacant: int
    over: int
    add_url: str = ""

    @property
    def room(self) -> bool:
        """Whether another one may come without being too many."""
        return self.asked is not None and (self.asked.most is None or sum(each.serves for each in self.bearers) < self.asked.most)

    @property
    def wanted(self) -> str:
        """按规定1人, 1至2人, 至少2人; nothing where the models leave it open."""
        if self.asked is None or (not self.asked.least and self.asked.most is None):
            return ""
        least, most = self.asked.least, self.asked.most
        if least == most:
            return ngettext("按规定%(n)d人", "按规定%(n)d人", least) % {"n": least}
        if most is None:
            return _("至少%(n)d人") % {"n": least}
        return _("%(least)d至%(most)d人") % {"least": least, "most": most} if least else _("至多%(n)d人") % {"n": most}


@dataclass(frozen=True, slots=True)
class Seat:
    """What the rings draw."""

    ring: int
    role: str
    name: str | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """The places of a child's circle, the nearest first. ``owed``: a circle is to stand around this child."""

    initial: str
    owed: bool
    places: Sequence[Place]
    url: str = ""
    plan_url: str = ""
    seats: Sequence[Seat] = field(default_factory=tuple)

    @property
    def vacant(self) -> list[Place]:
        return [place for place in self.places if place.vacant] if self.owed else []


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and what may be shown and done."""

    post: Post
    on: date

    @property
    def edits(self) -> bool:
        return self.post.may("circles.edit")

    @property
    def sees_phones(self) -> bool:
        return self.post.may("children.phones")

    def name(self, child: Child) -> str:
        return child.name if sees_names(self.post) else mask_name(child.name)


def circle(child: Child, *, owed: bool, viewer: Viewer, detailed: bool = True) -> Circle:
    """The circle of one child. ``detailed``: with telephones and loads, which cost queries of their own."""
    rows = list(queries.members([child.pk], viewer.on))
    asked = roles.of_child(roles.at(child.scope_place, viewer.on), schooled=bool(child.school_name))
    people = [row.person for row in rows if row.person]
    carried = queries.loads({person.pk for person in people}, viewer.on) if detailed and people else {}
    if detailed and viewer.sees_phones:
        with_phones(people)
    companions = _companions(rows, viewer)
    by_role: dict[str, list[Bearer]] = {}
    for row in rows:
        load = _load(row, asked, carried) if row.person_id else ""
        phone = row.person.phone if row.person and detailed and viewer.sees_phones else ""
        by_role.setdefault(row.role, []).append(_bearer(row, companions, viewer, load=load, phone=phone))
    slots = {slot.role: slot for slot in rules.slots(asked, map(queries.fact, rows), viewer.on)}
    found = [
        Place(
            role=each.id,
            word=_(each.name),
            ring=min(each.ring or OUTERMOST, OUTERMOST),
            asked=each,
            bearers=by_role.pop(each.id, ()),
            vacant=slots[each.id].vacant,
            over=slots[each.id].over,
            add_url=_add(child, each.id, viewer),
        )
        for each in asked
    ]
    found += [Place(role=role, word=roles.known_name(role), ring=OUTERMOST, asked=None, bearers=bearers, vacant=0, over=0) for role, bearers in by_role.items()]
    return Circle(
        initial=child.name[:1],
        owed=owed,
        places=found,
        url=reverse("circles:child", args=[child.pk]),
        plan_url=reverse("circles:plan", args=[child.pk]) if viewer.post.may("circles.view") else "",
        seats=_seats(found, owed),
    )


def _seats(places: Iterable[Place], owed: bool) -> list[Seat]:
    """One seat for each who serves, and one for each vacancy; whoever no longer serves does not sit there."""
    found: list[Seat] = []
    for place in places:
        found += [Seat(place.ring, place.word, each.row.team or each.name, each.url) for each in place.bearers if each.serves]
        found += [Seat(place.ring, place.word, None, place.add_url)] * (place.vacant if owed else 0)
    return found


def _companions(rows: Iterable[Membership], viewer: Viewer) -> Mapping[UUID, Child]:
    """The companions that the reader may see: a child of another village stays unnamed."""
    wanted = [row.peer_id for row in rows if row.peer_id]
    return Child.objects.only("id", "name", "scope_place", "state").in_bulk(wanted) if wanted else {}


def _bearer(row: Membership, companions: Mapping[UUID, Child], viewer: Viewer, *, load: str, phone: str) -> Bearer:
    if row.peer_id:
        peer = companions.get(row.peer_id)
        name = viewer.name(peer) if peer else _("外村的伙伴")
        return Bearer(row=row, name=name, serves=True, url=reverse("children:file", args=[peer.pk]) if peer else "")
    assert row.person
    url = reverse("circles:person", args=[row.person_id])
    return Bearer(row=row, name=row.person.name, serves=rules.holds(queries.fact(row), viewer.on), marks=marks(row, viewer.on), phone=phone, load=load, url=url)


def marks(row: Membership, on: date) -> list[Mark]:
    """What is wrong with a bearer: the post ended, something was found, the yearly check is missing."""
    assert row.person
    fact = queries.fact(row)
    if fact.barred:
        return [Mark("red", _("查到违法犯罪记录，应立即更换"))]
    if row.post is not None and not row.post.held(on):
        return [Mark("red", _("岗位已结束，应更换"))]
    if row.post is not None and row.post.definition.record_check and not row.person.record_check_holds(on):
        return [Mark("amber", _("没有本年度从业查询"))]
    return []


def _load(row: Membership, asked: Iterable[RoleAt], carried: Mapping[UUID, Mapping[str, int]]) -> str:
    role = next((each for each in asked if each.id == row.role), None)
    number = carried.get(row.person_id, {}).get(row.role, 0) if row.person_id else 0
    if not number:
        return ""
    if role and role.load:
        return _("包保%(n)d名，定额%(quota)d名") % {"n": number, "quota": role.load.children}
    return ngettext("包保%(n)d名儿童", "包保%(n)d名儿童", number) % {"n": number}


def _add(child: Child, role: str, viewer: Viewer) -> str:
    return reverse("circles:add", args=[child.pk, role]) if viewer.edits else ""
