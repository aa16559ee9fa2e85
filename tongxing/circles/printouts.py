"""结对包保卡 and 手拉手爱心结对卡 on paper: what is read for them, and every child's print in the access log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing import printing
from tongxing.accounts import jobs
from tongxing.accounts.models import Post
from tongxing.accounts.queries import with_phones
from tongxing.children import codes, printouts
from tongxing.children.file import File
from tongxing.children.models import Child
from tongxing.children.page import words
from tongxing.children.page.head import looks_after
from tongxing.children.printouts import Order
from tongxing.children.queries.files import files
from tongxing.circles import people, queries, roles, rules
from tongxing.circles.models import Membership
from tongxing.crypto.masking import mask_name, mask_phone
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.journal.models import Access
from tongxing.places import queries as places
from tongxing.printing import circles as paper

CIRCLE, PAIRING = "circle_card", "pairing_card"
SHEETS = {CIRCLE: gettext_lazy("结对包保卡（每人一张）"), PAIRING: gettext_lazy("手拉手爱心结对卡（每对一张）")}
TITLES = {CIRCLE: "结对包保卡", PAIRING: "手拉手爱心结对卡"}
PARTS = ("relatives", "circumstances", "absences", "schoolings", "residences", "categories")
IN_FULL = ("name", "phone")
CHUNK = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """How values are shown to whoever prints."""

    masked: bool

    def name(self, value: str) -> str:
        return mask_name(value) if self.masked and value else value

    def phone(self, value: str) -> str:
        return mask_phone(value) if self.masked and value else value


def card_of(child_id: UUID, order: Order, *, by: Post) -> bytes:
    """The card (or the pairing cards) of one child as a PDF. The caller notes the read. Raises ``PrintError``."""
    items = _items([child_id], order)
    if not items:
        raise printing.PrintError(_("还没有包保责任人，没有可以打印的结对卡。"))
    return printing.render_many(order.sheet, items, stamp=printouts.stamp(TITLES[order.sheet], by, masked=order.masked))


def make(output_id: UUID, post_id: UUID) -> None:
    """Print the cards that an output asks for."""
    printouts.make_with(_read, output_id, post_id)


def _read(ids: Sequence[UUID], order: Order, by: Post) -> Iterator[dict[str, Any]]:
    """The cards in the order of ``ids``, a few in a transaction of their own, with a line in the access log for each child."""
    for few in batched(ids, CHUNK, strict=False):
        with jobs.under(by):
            made = _items(few, order)
            for child_id, place in Child.objects.filter(pk__in=few).values_list("pk", "scope_place"):
                journal.note_access(by=by, outcome=Access.Outcome.PRINTED, child_id=child_id, place=place, what=() if order.masked else IN_FULL, why=order.why)
        yield from made


def _items(ids: Sequence[UUID], order: Order) -> list[dict[str, Any]]:
    """The data of the templates; what is outside the scope is left out."""
    on, shown = today(), Shown(order.masked)
    found = files(ids, PARTS)
    standing = [found[each] for each in ids if each in found]
    rows = _members([file.child.id for file in standing])
    asked = roles.of_places({file.child.scope_place for file in standing}, on)
    named = places.full_names({file.child.scope_place for file in standing})
    heads = printouts.headings(standing, order)
    made = []
    for file in standing:
        child = file.child
        heading = heads[child.id]
        about = _child(file, shown, named)
        mine = rows.get(child.id, [])
        if order.sheet == PAIRING:
            made += [paper.PairingCard(heading=heading, child=about, bearer=bearer).data() for _row, bearer in _bearers(mine, shown)]
            continue
        by_role: dict[str, list[paper.Bearer]] = {}
        for row, bearer in _bearers(mine, shown):
            by_role.setdefault(row.role, []).append(bearer)
        lines: list[paper.Bearer] = []
        for role in roles.of_child(asked[child.scope_place], schooled=bool(child.school_name)):
            held = by_role.pop(role.id, [])
            lines += held + [paper.Bearer(role=roles.known_name(role.id))] * max(0, role.least - len(held))
        lines += [bearer for held in by_role.values() for bearer in held]
        made.append(paper.CircleCard(heading=heading, child=about, bearers=lines).data())
    return made


def _members(children: Sequence[UUID]) -> dict[UUID, list[Membership]]:
    """Who serves in these circles today, with telephones open."""
    on = today()
    found: dict[UUID, list[Membership]] = {}
    rows = [row for row in queries.members(children, on) if rules.holds(queries.fact(row), on)]
    with_phones([row.person for row in rows if row.person])
    for row in rows:
        found.setdefault(row.child_id, []).append(row)
    return found


def _bearers(rows: Sequence[Membership], shown: Shown) -> Iterator[tuple[Membership, paper.Bearer]]:
    known = {each.person.pk: each for each in people.known([row.person for row in rows if row.person], today())}
    peers = Child.objects.in_bulk([row.peer_id for row in rows if row.peer_id])
    for row in rows:
        role, since = roles.known_name(row.role), row.since.isoformat()
        if row.person is None:
            peer = peers.get(row.peer_id) if row.peer_id else None
            yield row, paper.Bearer(role=role, name=shown.name(peer.name) if peer else "", post=peer.school_name if peer else "", since=since)
            continue
        name = f"{row.team}（{row.person.name}）" if row.team else row.person.name
        yield row, paper.Bearer(role=role, name=name, post=known[row.person.pk].words, phone=shown.phone(row.person.phone), since=since)


def _child(file: File, shown: Shown, named: dict[int, str]) -> paper.Child:
    on, child = today(), file.child
    home, school = file.current(file.residences, on), file.current(file.schoolings, on)
    carer = next((one for one in file.family() if one.relative.until is None and looks_after(one, home.living_with if home else "", on)), None)
    status = [codes.STATUS.text("left_behind")] if rules.within(child.left_behind_since, child.left_behind_until, on) else []
    return paper.Child(
        name=shown.name(child.name),
        sex=codes.SEX.text(child.sex) if child.sex in ("1", "2") else "",
        born=child.born.isoformat(),
        school=words.schooling(school),
        lives_at=named.get(child.scope_place, ""),
        guardian=f"{codes.RELATION[carer.relative.relation].label} {shown.name(carer.relative.name)}" if carer else "",
        phone=shown.phone(file.open(carer.relative, "phone")) if carer else "",
        status="、".join(status),
    )
