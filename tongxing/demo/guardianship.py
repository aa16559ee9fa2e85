"""Guardianship confirmations of the demo county: most hold, some run out, a few were never renewed or wait for a signature."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

from PIL import Image, ImageDraw

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child, State
from tongxing.demo.life import Life
from tongxing.ground.today import today
from tongxing.guardianship import actions, codes, parties, printouts
from tongxing.guardianship.actions import NewAgreement, NewEvidence, NewIntervention
from tongxing.guardianship.models import Agreement, Covered, Intervention, Party

SEED = 43
MOST = 260  # papers of the county; the first villages have one for almost every household
FIRST = 420506001999  # villages up to here
WISHES = ("愿意跟奶奶住。", "愿意，想爸爸妈妈常打电话。", "愿意。奶奶做的饭好吃。", "想跟爸爸妈妈一起住，不行就跟奶奶。")
AGES = (340, 345, 350, 372, 390, 300, 260, 200, 150, 100, 60, 30, 12)  # days ago: the first three run out, the next two have run out


def plan(life: Life, children: Sequence[Child]) -> None:
    """On their days, the villages have the papers signed; what is open is drafted in the last days."""
    rng = Random(SEED)  # noqa: S311 - the same county every time
    first: dict[UUID, Child] = {}
    for child in sorted(children, key=lambda child: (child.scope_place > FIRST, child.scope_place, str(child.id))):
        first.setdefault(child.household_id, child)
    for number, child in enumerate(list(first.values())[:MOST]):
        if rng.random() < 0.15:
            continue
        waiting = number % 11 == 5
        ago = rng.randint(0, 6) if waiting else rng.choice(AGES)
        day = life.now - timedelta(days=ago)

        def event(child_id: UUID = child.id, day: date = day, waiting: bool = waiting, seed: int = number) -> None:
            by = life.staff.director(child.scope_place) if (child := Child.objects.filter(pk=child_id).first()) else None
            if by:
                _paper(child_id, day, by, waiting=waiting, rng=Random(seed))  # noqa: S311

        life.plan(day, event)


def _paper(child_id: UUID, day: date, by: Post, *, waiting: bool, rng: Random) -> None:
    found = parties.household(child_id)
    away = [file for file in found if file.child.state == State.CURRENT and (since := file.child.left_behind_since) and since <= day]
    offered = parties.proposed(found[0], day) if away else None
    if offered is None or Covered.objects.filter(child__in=[file.child.id for file in found]).exclude(phase=Covered.Phase.PAST).exists():
        return
    kind = "entrustment" if rng.random() < 0.2 else "confirmation"
    try:
        row = actions.draft(new=NewAgreement(children=[file.child.id for file in away], guardian=offered.key, kind=kind), by=by)
    except CannotDo:
        return
    if waiting:
        if rng.random() < 0.6:
            actions.freeze(agreement_id=row.id, by=by)
        return
    wishes = {file.child.id: (True, rng.choice(WISHES)) for file in away if file.age(day).years >= 8}
    actions.answer(agreement_id=row.id, declarations=dict.fromkeys(codes.UNFIT.values(), False), wishes=wishes, by=by)
    _sign(row, by, rng)


def _sign(row: Agreement, by: Post, rng: Random) -> None:
    """One in four on the screen, the others on paper that came back."""
    signers = list(Party.objects.filter(agreement=row))
    if not any(each.role == Party.Role.PARENT for each in signers):
        return
    kind = rng.choices(("good", "fair", "weak_entrusted"), (5, 4, 1))[0]
    if rng.random() < 0.25:
        for party in signers:
            actions.draw(party_id=party.id, picture=_scrawl(rng), by=by)
        actions.sign(agreement_id=row.id, guardianship=kind, on=today(), by=by)
    else:
        row = actions.freeze(agreement_id=row.id, by=by)
        scan = printouts.paper_of(row, "", by=by)
        actions.sign(agreement_id=row.id, guardianship=kind, on=today(), by=by, scan=scan, on_paper=[each.id for each in signers])
    if rng.random() < 0.7:
        actions.note_told(agreement_id=row.id, school_on=today(), village_on=today(), by=by)


def _scrawl(rng: Random) -> bytes:
    """Something like a name, written with a finger."""
    drawn = Image.new("L", (600, 210), 255)
    pen = ImageDraw.Draw(drawn)
    for letter in range(rng.choice((2, 3, 3))):
        left = 60 + letter * 170
        for _stroke in range(rng.randint(4, 7)):
            x, y = left + rng.randint(0, 90), rng.randint(40, 130)
            pen.line([(x, y), (x + rng.randint(-20, 60), y + rng.randint(-8, 60)), (x + rng.randint(-40, 40), y + rng.randint(20, 70))], fill=20, width=5, joint="curve")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


SAID = (
    (150, "admonition", "village", "村委会", "父亲外出后不给生活费，三个月没有联系孩子。", "要求按月给生活费，每周与孩子联系一次。"),
    (95, "admonition", "village", "村委会", "答应以后仍没有寄钱，孩子在邻居家吃饭。", "再次要求履行抚养义务，逾期报告派出所。"),
    (40, "reprimand", "police", "派出所", "村委会两次劝诫后没有改正，派出所电话传唤。", "依法训诫，责令接受家庭教育指导。"),
)


def admonish(life: Life, children: Sequence[Child]) -> None:
    """One father was told three times and is said to refuse for seven months; two others were told once, one of them heeded it."""
    mine = [child for child in children if child.scope_place <= FIRST and child.state == State.CURRENT][:400]
    told = 0
    for child in mine:
        file = parties.household(child.id)[0]
        fathers = [each for each in parties.entrusting(file, today()) if each.relation == "51"]
        by = life.staff.director(child.scope_place)
        if not fathers or by is None or Covered.objects.filter(child=child).exists():
            continue
        for ago, kind, authority, who, facts, said in SAID if told == 0 else SAID[:1]:
            actions.intervene(
                new=NewIntervention(
                    children=[child.id],
                    person=fathers[0].key,
                    kind=kind,
                    authority=authority,
                    given_by=by.person.name if authority == "village" else who,
                    on=today() - timedelta(days=ago),
                    about=["refusal"],
                    facts=facts,
                    words=said,
                    refusing_since=today() - timedelta(days=215) if told == 0 else None,
                    next_check=today() + timedelta(days=-3 if told == 1 else 10) if told < 2 else None,
                ),
                by=by,
            )
        if told == 2:
            last = Intervention.objects.filter(child=child).latest("on")
            actions.look_again(intervention_id=last.id, heeded="yes", on=today() - timedelta(days=100), found="父亲已寄回两个月生活费，每周视频。", next_check=None, by=by)
        if told == 0:
            _petition(child, fathers[0].key, by)
        told += 1
        if told == 3:
            return


def _petition(child: Child, person: UUID, by: Post) -> None:
    """Evidence is being gathered; the county has yet to decide."""
    row = actions.open_petition(child_ids=[child.id], person=person, by=by)
    pieces = (
        ("no_livelihood", "statement", "村委会证明：孩子自年初起没有生活来源，由邻居接济。"),
        ("refuses_entrusting", "witness", "祖父证言：父亲不同意委托任何人照护。"),
    )
    for condition, kind, what in pieces:
        actions.add_evidence(petition_id=row.id, new=NewEvidence(condition=condition, kind=kind, what=what, on=today() - timedelta(days=20)), by=by)
