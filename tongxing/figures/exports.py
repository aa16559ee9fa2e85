"""A table as a sheet in the official layout: checked, stamped, noted in the journal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.figures import counting, sums
from tongxing.figures.definition import TABLES
from tongxing.figures.models import Return
from tongxing.figures.movement import MOVEMENT, PREFIX
from tongxing.figures.queries import Counted
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import now
from tongxing.ledgers import official
from tongxing.ledgers.official import Heading, Sheet
from tongxing.ledgers.writing import XLSX


class CannotExport(Exception):
    """The message says why, to a person; ``sentences`` are the sums that do not hold."""

    def __init__(self, message: str, sentences: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """For whom, and why; ``unit`` is the reporting unit (填报单位)."""

    unit: str
    recipient: str
    purpose: str

    @property
    def why(self) -> str:
        return f"{self.recipient}：{self.purpose}"


def check(tables: Iterable[Counted]) -> None:
    """Raises ``CannotExport`` naming table, row and columns of every sum that does not hold."""
    found = [str(each) for counted in tables for each in sums.check(counted.table, [(row.name, row.cells) for row in counted.rows], counted.total)]
    if found:
        raise CannotExport(_("勾稽关系不成立，没有导出。"), found)


def export(*, counted: Counted, order: Order, by: Post) -> Output:
    """The sheet, ready to take. Raises ``CannotExport``."""
    check([counted])
    title = f"{_(counted.table.title)}（{by.place.short_name if counted.place == by.place_id else counted.place}）"
    asked = {"table": counted.table.id, "place": counted.place, "on": counted.on.isoformat()}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked=asked, total=len(counted.rows), masked=True, why=order.why, place=by.place_id, by=by)
    out = io.BytesIO()
    with translation.override(settings.LANGUAGE_CODE):  # an official layout is Chinese, whatever its reader's language
        official.write([sheet(counted, order, by)], out)
    outputs.finish(output_id=output.id, content=out.getvalue(), media_type=XLSX, file_name=f"{counted.table.title}-{counted.on:%Y%m%d}.xlsx")
    return output


def export_return(*, report: Return, order: Order, by: Post) -> Output:
    """All tables of a return in one workbook: the movement first, with a sheet a category."""
    said = counting.read(report)
    tables = [(counting.by_category(report, said), "")]
    tables += [(counting.counted(report, said, MOVEMENT.id, PREFIX + key), heading) for key, heading in counting.categories_of(report).items()]
    summaries = [counting.counted(report, said, table_id) for table_id in TABLES]
    if not report.stored:
        check(summaries)
    tables += [(counted, "") for counted in summaries]
    title = f"{report}（{order.unit}）"
    asked = {"return": str(report.id)}
    total = sum(len(counted.rows) for counted, _of in tables)
    output = outputs.ask(kind=OutputKind.EXPORT, title=title[:100], asked=asked, total=total, masked=True, why=order.why, place=report.scope_place, by=by)
    seal = _("冻结校验码 %(digest)s，定义版本 %(version)s。") % {"digest": report.sha256[:16], "version": MOVEMENT.version} if report.stored else _("尚未上报，数字以上报时为准。")
    out = io.BytesIO()
    with translation.override(settings.LANGUAGE_CODE):
        official.write([sheet(counted, order, by, of=of, seal=seal) for counted, of in tables], out)
        name = f"{report}-{report.on:%Y%m%d}.xlsx"
    outputs.finish(output_id=output.id, content=out.getvalue(), media_type=XLSX, file_name=name)
    return output


def sheet(counted: Counted, order: Order, by: Post, *, of: str = "", seal: str = "") -> Sheet:
    """One table as a sheet. ``of`` is the category whose movement it shows, ``seal`` says that its numbers are frozen."""
    columns = counted.columns
    by_category = all(row.place == 0 for row in counted.rows)
    title = f"{_(counted.table.title)}（{_(of)}）" if of else _(counted.table.title)
    return Sheet(
        title=title,
        name=_(of) if of else "",
        left=_("填报单位（盖章）：%(unit)s") % {"unit": order.unit},
        right=_("统计时点：%(on)s　单位：人") % {"on": counted.on.isoformat()},
        headings=[
            Heading(text=_("类别") if by_category else _("地区"), width=24 if by_category else 16),
            *(Heading(text=_(column.heading), group=_(column.group) if column.group else "", width=7) for _index, column in columns),
        ],
        rows=[[_(row.name) if by_category else row.name, *(row.cells[index] for index, _column in columns)] for row in counted.rows],
        total=None if by_category else [_("合计"), *(counted.total[index] for index, _column in columns)],
        notes=[each for each in (_(counted.table.head.note) if counted.table.head.note else "", seal) if each],
        watermark=watermark(order, by),
    )


def watermark(order: Order, by: Post) -> str:
    """Who took it, when, for whom and why."""
    words = {"who": f"{by.person.name}（{by}）", "when": f"{now():%Y-%m-%d %H:%M}", "recipient": order.recipient, "purpose": order.purpose}
    return _("%(who)s %(when)s 导出，交%(recipient)s，用途：%(purpose)s。") % words
