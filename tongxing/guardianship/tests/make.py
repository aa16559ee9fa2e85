"""A test builds its papers by calling actions."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.children.new import NewRelative
from tongxing.children.tests.make import both_away, make_siblings, seen_by, years_ago
from tongxing.ground.today import today
from tongxing.guardianship import actions, codes, parties
from tongxing.guardianship.actions import NewAgreement
from tongxing.guardianship.models import Agreement, Party

CLEAR = dict.fromkeys(codes.UNFIT.values(), False)
GRANDMOTHER = NewRelative(relation="62", name="王秀英", born=years_ago(60), phone="13812345678", primary=True)


def picture() -> bytes:
    """A signature as the canvas sends it."""
    drawn = Image.new("RGB", (1200, 420), "white")
    ImageDraw.Draw(drawn).line([(100, 300), (400, 80), (700, 330), (1100, 120)], fill="black", width=8)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def family(number: int = 2, *, carer: NewRelative = GRANDMOTHER, **facts: Any) -> list[Child]:
    """Brothers and sisters whose parents are away and whose grandmother looks after them."""
    return make_siblings(number, relatives=(*both_away(date(2024, 3, 1)), replace(carer)), living_with="grandparents", guardianship="fair", **facts)


def drafted(children: list[Child], *, by: Post | None, **more: Any) -> Agreement:
    with seen_by(by):
        (file, *_others) = parties.household(children[0].id)
        offered = parties.proposed(file, today())
        assert offered
        return actions.draft(new=NewAgreement(children=[child.id for child in children], guardian=offered.key, **more), by=by)


def answered(row: Agreement, children: list[Child], *, by: Post | None, wish: str = "愿意跟奶奶住") -> None:
    with seen_by(by):
        actions.answer(agreement_id=row.id, declarations=CLEAR, wishes={child.id: (True, wish) for child in children}, by=by)


def signed(children: list[Child], *, by: Post | None, ago: int = 0, **more: Any) -> Agreement:
    """A paper that all signed on the screen, `ago` days ago."""
    day = today() - timedelta(days=ago)
    row = drafted(children, by=by, since=day, **more)
    answered(row, children, by=by)
    with seen_by(by):
        for party in Party.objects.filter(agreement=row):
            actions.draw(party_id=party.id, picture=picture(), by=by)
        return actions.sign(agreement_id=row.id, guardianship="good", on=day, by=by)
