"""The audit report of a year: counts by month and by person, and in full what is worth reading line by line."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext as _

from tongxing.accounts.jobs import PostEnded, asking, under
from tongxing.accounts.models import Person, Post
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import CHINA, today
from tongxing.journal import sealing
from tongxing.journal.models import Access, Record, Seal
from tongxing.ledgers.writing import XLSX
from tongxing.office.audit import reading, words
from tongxing.office.audit.reading import Filters

ACCOUNTS = Q(subject_kind__in=("person", "post")) & ~Q(verb__in=("signed_in", "signed_out"))
SPREAD = 1000


@transaction.atomic
def ask(*, year: int, by: Post) -> Output:
    """Have the report of a year made."""
    from tongxing.office.tasks import write_annual_audit

    title = _("%(year)s年审计报告") % {"year": year}
    output = outputs.ask(kind=OutputKind.EXPORT, title=title, asked={"year": year}, total=len(SHEETS), masked=True, why=title, place=by.place_id, by=by)
    write_annual_audit.defer(output=str(output.id), post=str(by.id))
    return output


def make(output_id: UUID, post_id: UUID) -> None:
    """Write the workbook, under the scope of the auditor who asked. Made before, or the post ended meanwhile, nothing happens."""
    try:
        post = asking(post_id)
    except PostEnded:
        return
    with under(post, read_only=True):
        output = Output.objects.filter(pk=output_id, finished_at=None).first()
        if output is None:
            return
        content = _workbook(post, output)
    with under(post):
        outputs.finish(output_id=output.id, content=content, media_type=XLSX, file_name=f"{post.place.short_name}{output.title}.xlsx")


def _workbook(post: Post, output: Output) -> bytes:
    year = int(output.asked["year"])
    filters = Filters(since=date(year, 1, 1), until=min(date(year, 12, 31), today()))
    stream = io.BytesIO()
    import xlsxwriter  # late: it would slow every start

    with xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheets = _Sheets(book, f"{post.place.full_name} {output.title}")
        for name, write in SHEETS.items():
            write(sheets, name, filters)
    return stream.getvalue()


class _Sheets:
    """A workbook whose sheets have a title, headings and rows of text."""

    def __init__(self, book: Any, title: str) -> None:
        self.book, self.title = book, title
        self.bold = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bg_color": "#F2F0EA", "border": 1})

    def write(self, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int] = ()) -> None:
        sheet = self.book.add_worksheet(name)
        for at, width in enumerate(widths or [18] * len(headings)):
            sheet.set_column(at, at, width)
        sheet.write_string(0, 0, f"{self.title} · {name}", self.bold)
        for at, heading in enumerate(headings):
            sheet.write_string(2, at, heading, self.head)
        for row, cells in enumerate(rows, start=3):
            for at, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(row, at, cell)
                else:
                    sheet.write_string(row, at, str(cell))
        sheet.freeze_panes(3, 0)


def _summary(sheets: _Sheets, name: str, filters: Filters) -> None:
    months = {month: [0] * len(Access.Outcome.values) for month in range(1, 13)}
    counted = reading.accesses(filters).order_by().annotate(month=ExtractMonth("at", tzinfo=CHINA)).values_list("month", "outcome").annotate(count=Count("seq"))
    for month, outcome, count in counted:
        if outcome in Access.Outcome.values:
            months[month][Access.Outcome.values.index(outcome)] += count
    written = dict(reading.records(filters).order_by().annotate(month=ExtractMonth("at", tzinfo=CHINA)).values_list("month").annotate(count=Count("seq")))
    rows = [[_("%(month)s月") % {"month": month}, *counts, written.get(month, 0)] for month, counts in months.items()]
    rows.append([_("合计"), *(sum(counts[at] for counts in months.values()) for at in range(len(Access.Outcome.values))), sum(written.values())])
    sheets.write(name, [_("月份"), *(str(label) for label in Access.Outcome.labels), _("操作记录")], rows)


def _by_person(sheets: _Sheets, name: str, filters: Filters) -> None:
    counted = (
        reading.accesses(filters)
        .exclude(by=None)
        .order_by()
        .values("by")
        .annotate(
            read=Count("seq", filter=Q(outcome=Access.Outcome.READ)),
            files=Count("child_id", distinct=True),
            unmasked=Count("seq", filter=Q(outcome=Access.Outcome.UNMASKED)),
            printed=Count("seq", filter=Q(outcome=Access.Outcome.PRINTED)),
            exported=Count("seq", filter=Q(outcome=Access.Outcome.EXPORTED)),
            denied=Count("seq", filter=Q(outcome=Access.Outcome.DENIED)),
        )
    )
    found = [tuple(each.values()) for each in counted.order_by("-read")]
    names: dict[object, str] = {person.id: person.name for person in Person.objects.filter(pk__in=[by for by, *_counts in found])}
    headings = [_("人员"), _("查看次数"), _("涉及儿童"), _("查看完整信息"), _("打印"), _("导出"), _("被拒绝")]
    sheets.write(name, headings, [[names.get(by, ""), *counts] for by, *counts in found])


def _accesses(*outcomes: Access.Outcome) -> Any:
    def write(sheets: _Sheets, name: str, filters: Filters) -> None:
        rows = reading.accesses(filters).filter(outcome__in=outcomes).order_by("seq")
        headings = [_("时间"), _("人员"), _("岗位"), _("事项"), _("儿童"), _("地点"), _("内容和原因"), _("页面"), _("地址")]
        lines = (
            [f"{line.at:%Y-%m-%d %H:%M:%S}", line.who, line.post, line.what, line.subject, line.place, line.details, line.path, line.address]
            for line in _spread(rows, words.accesses)
        )
        sheets.write(name, headings, lines, (20, 12, 24, 14, 16, 16, 40, 40, 16))

    return write


def _records(condition: Q) -> Any:
    def write(sheets: _Sheets, name: str, filters: Filters) -> None:
        rows = reading.records(filters).filter(condition).order_by("seq")
        headings = [_("时间"), _("人员"), _("岗位"), _("事项"), _("对象"), _("地点"), _("内容和原因")]
        lines = ([f"{line.at:%Y-%m-%d %H:%M:%S}", line.who, line.post, line.what, line.subject, line.place, line.details] for line in _spread(rows, words.records))
        sheets.write(name, headings, lines, (20, 12, 24, 18, 30, 16, 50))

    return write


def _spread(rows: QuerySet[Any], say: Any) -> Iterable[words.Line]:
    for part in batched(rows.iterator(chunk_size=SPREAD), SPREAD):
        yield from say(part)


def _chains(sheets: _Sheets, name: str, filters: Filters) -> None:
    verified = Record.audited.filter(filters.conditions(), verb="seals_verified").order_by("seq")
    rows: list[list[object]] = [[str(status.label), status.number, status.head, status.waiting] for status in sealing.status()]
    rows += [[f"{each.at:%Y-%m-%d %H:%M}", _("校验"), "；".join((each.diff.get("breaks") or [None, []])[1]) or _("全部完好"), ""] for each in verified]
    rows += [[str(Seal.Log(each.log).label), each.number, each.head, each.count] for each in Seal.objects.order_by("-id")[:100]]
    sheets.write(name, [_("日志"), _("封条"), _("摘要或者结果"), _("条数")], rows, (20, 10, 70, 10))


SHEETS = {
    "概况": _summary,
    "按人员": _by_person,
    "查看完整信息": _accesses(Access.Outcome.UNMASKED),
    "打印和导出": _accesses(Access.Outcome.PRINTED, Access.Outcome.EXPORTED),
    "被拒绝": _accesses(Access.Outcome.DENIED),
    "账号和岗位": _records(ACCOUNTS),
    "打印导出申请": _records(Q(subject_kind="output")),
    "封条": _chains,
}
