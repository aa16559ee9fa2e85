"""The list of cases as a workbook: whom it names, it names masked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tongxing.children.finding.exports import CannotExport
from tongxing.children.finding.giving import Roll
from tongxing.crypto.masking import mask_name
from tongxing.ground import catalogues
from tongxing.ground.today import CHINA
from tongxing.ledgers.catalogue import Catalogue
from tongxing.protection import codes
from tongxing.protection.cases import finding, seeing, timing
from tongxing.protection.cases.finding import Question

MOST = 5_000


@cache
def catalogue() -> Catalogue:
    return catalogues.read(Path(__file__).with_name("columns.toml"), {})


def roll(asked: Question) -> Roll:
    """The cases that an address asks for. Restricted ones never leave the house. Raises CannotExport."""
    rows: list[Any] = list(asked.rows().filter(restricted=False).order_by("burns", "id")[: MOST + 1])
    if not rows or len(rows) > MOST:
        raise CannotExport(_("没有这样的个案，没有可以导出的。") if not rows else _("一次最多导出%(most)d个，请先缩小范围。") % {"most": MOST})
    children = seeing.children_of([row.pk for row in rows])
    lines = finding.lines(rows, asked.post, asked.at)
    return Roll(
        name="cases",
        title=_("个案名单（%(place)s，%(count)s个）") % {"place": asked.post.place.short_name, "count": len(rows)},
        file_name=_("个案名单"),
        catalogue=catalogue(),
        keys=[column.key for column in catalogue().columns],
        lines=[
            {
                "number": line.case.number,
                "children": "、".join(mask_name(child.name) for child in children.get(line.case.pk, [])),
                "kind": line.kind,
                "situation": line.situation,
                "place": line.place,
                "opened": line.case.opened_at.astimezone(CHINA).date(),
                "state": line.state[1],
                "due": line.case.burns.astimezone(CHINA).date() if line.case.burns < timing.NEVER and not line.case.ended else None,
                "colour": line.colour[1] if line.colour else "",
                "owner": line.owner,
                "tasks": line.tasks,
                "closed": line.case.closed_at.astimezone(CHINA).date() if line.case.closed_at else None,
                "outcome": codes.OUTCOME.text(line.case.outcome) if line.case.outcome else "",
            }
            for line in lines
        ],
        asked=asked.address,
        children=len({child.pk for found in children.values() for child in found}),
        count=len(rows),
    )
