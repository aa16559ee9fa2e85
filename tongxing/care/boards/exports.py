"""Workbooks: a board (the numbers of a place and a period, it names no child), and the promises behind a number, which do."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.care.boards.finding import Question, lines
from tongxing.care.boards.periods import Period
from tongxing.care.boards.standing import Board, By, Counts
from tongxing.children.finding.exports import CannotExport
from tongxing.children.finding.giving import Roll
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground import catalogues
from tongxing.ground.today import CHINA, now
from tongxing.ledgers import official
from tongxing.ledgers.catalogue import Catalogue
from tongxing.ledgers.official import Heading, Sheet
from tongxing.ledgers.writing import XLSX
from tongxing.places.models import Place

MOST = 5_000


def export(*, board: Board, what: By, place: Place, period: Period, duty: str, by: Post) -> Output:
    """The board as it is shown, ready to take."""
    title = _("工作任务完成情况（%(place)s，%(period)s）") % {"place": place.short_name, "period": period.word}
    asked = {"board": what, "place": place.code, "period": period.key, "duty": duty}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title[:100], asked=asked, total=len(board.rows), masked=True, why=_("工作任务完成情况"), place=by.place_id, by=by)
    out = io.BytesIO()
    official.write([sheet(board, what, place, period, duty, by)], out)
    outputs.finish(output_id=output.id, content=out.getvalue(), media_type=XLSX, file_name=f"{title}-{period.on:%Y%m%d}.xlsx")
    return output


def sheet(board: Board, what: By, place: Place, period: Period, duty: str, by: Post) -> Sheet:
    """One table in the layout of official sheets."""
    heads = {"place": _("地区"), "duty": _("工作任务"), "person": _("责任人")}
    parts = (_("应做"), _("完成"), _("完成率%"), _("未到期"), _("逾期"), _("暂缓"), _("免办"), _("催办过"))
    named = dict(board.duties).get(duty, "") if duty else ""
    stamp = _("%(who)s %(when)s 导出。") % {"who": f"{by.person.name}（{by}）", "when": f"{now():%Y-%m-%d %H:%M}"}
    return Sheet(
        title=_("工作任务完成情况") + (f"（{named}）" if named else ""),
        left=_("填报单位（盖章）：%(unit)s") % {"unit": place.full_name},
        right=_("%(period)s　统计时点：%(on)s　单位：项") % {"period": period.word, "on": period.on.isoformat()},
        headings=[Heading(text=heads[what], width=26), *(Heading(text=part, width=8) for part in parts)],
        rows=[[row.name, *_cells(row.counts)] for row in board.rows],
        total=[_("合计"), *_cells(board.total)],
        watermark=stamp,
    )


def _cells(counts: Counts) -> list[int | None]:
    return [counts.asked, counts.kept, counts.percent, counts.open, counts.overdue, counts.resting, counts.waived, counts.urged]


@cache
def catalogue() -> Catalogue:
    return catalogues.read(Path(__file__).with_name("columns.toml"), {})


def roll(asked: Question, on: date) -> Roll:
    """The promises that an address asks for, to be given as a workbook. Raises CannotExport."""
    rows = list(asked.rows().order_by("due", "id")[: MOST + 1])
    if not rows or len(rows) > MOST:
        raise CannotExport(_("没有这样的任务，没有可以导出的。") if not rows else _("一次最多导出%(most)d项，请先缩小范围。") % {"most": MOST})
    return Roll(
        name="duties",
        title=_("工作任务明细（%(place)s，%(count)s项）") % {"place": asked.post.place.short_name, "count": len(rows)},
        file_name=_("工作任务明细"),
        catalogue=catalogue(),
        keys=[column.key for column in catalogue().columns],
        lines=[
            {
                "subject": line.who,
                "beside": line.beside,
                "place": line.place,
                "duty": line.name,
                "window": line.window,
                "need": line.duty.need,
                "done": line.duty.done,
                "due": line.duty.due.astimezone(CHINA).date(),
                "state": str(line.word),
                "urged": line.duty.urged,
                "holders": line.holders,
                "note": line.note,
            }
            for line in lines(rows, asked, on)
        ],
        asked=asked.address,
        children=len({row.child_id for row in rows if row.child_id}),
        count=len(rows),
    )
