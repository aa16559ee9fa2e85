"""Another office's blank workbook as it came: which sheets it has, where their headings stand, what each column asks for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from tongxing.ledgers import layout as layouts
from tongxing.ledgers.catalogue import SERIAL_HEADINGS, Catalogue, looks_like_data, normalised
from tongxing.ledgers.layout import Layout
from tongxing.ledgers.workbook import Limits, Top, Workbook

LIMITS: Final = Limits(size=5 * 2**20, unpacked=24 * 2**20, rows=20_000)
MOST_SHEETS: Final = 12
SERIAL, CONSTANT, BLANK = "serial", "constant", ""
LONGEST_CONSTANT: Final = 60
LEAST_TEXTS: Final = 2  # a heading has at least so many words


class NoHeading(Exception):
    """No sheet has anything like a heading; the message says so to a person."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a column of the sheet is filled with: a key of the catalogue, SERIAL, CONSTANT with ``text``, or BLANK."""

    index: int
    heading: str
    source: str = BLANK
    text: str = ""

    @property
    def letter(self) -> str:
        return layouts.letter(self.index)


@dataclass(frozen=True, slots=True)
class Plan:
    """One sheet of the workbook: the lines of its heading (Excel's) and what its columns are filled with."""

    name: str
    first_line: int
    last_line: int
    wishes: tuple[Wish, ...] = field(default=())

    @property
    def used(self) -> bool:
        return any(wish.source not in (BLANK, SERIAL, CONSTANT) for wish in self.wishes)

    @property
    def unknown(self) -> int:
        return sum(wish.source == BLANK for wish in self.wishes)

    def as_data(self) -> dict[str, object]:
        return {"name": self.name, "lines": [self.first_line, self.last_line], "columns": [[wish.index, wish.heading, wish.source, wish.text] for wish in self.wishes]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        return cls(data["name"], data["lines"][0], data["lines"][1], tuple(Wish(*each) for each in data["columns"]))


def plans(content: bytes, catalogue: Catalogue, *, lines: Mapping[str, tuple[int, int]] | None = None) -> list[Plan]:
    """The sheets with what each column is guessed to ask for. ``lines``: where a person said that a sheet's heading stands.

    The sheet that is understood best is filled, and those that are understood half as well; the columns of the others stay blank.
    Raises WorkbookRefused, NoHeading.
    """
    found: list[Layout] = []
    with Workbook(content, LIMITS) as workbook:
        for index in range(min(len(workbook.sheets), MOST_SHEETS)):
            top = workbook.top(index)
            said = (lines or {}).get(top.name)
            layout = layouts.find(catalogue, sheet=top.name, rows=_rows(top, said), merged=top.merged)
            if said or sum(1 for column in layout.columns if column.heading) >= LEAST_TEXTS:
                found.append(layout)
    if not found:
        raise NoHeading(_("没有找到表头：这张表里没有成行的标题。请在 Excel 里写好各列的标题再上传。"))
    best = max(len(layout.mapping) for layout in found)
    return [_plan(layout, filled=bool(best) and 2 * len(layout.mapping) >= best) for layout in found]


def remarks(content: bytes, file_name: str) -> list[str]:
    """Codes of what will not be as it was in a filled copy, see ``words``."""
    if not content.startswith(b"PK"):
        return ["xls"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    said = []
    if any(name.endswith("vbaProject.bin") for name in names) or file_name.lower().endswith(".xlsm"):
        said.append("macros")
    if any(name.startswith(("xl/charts/", "xl/pivotTables/", "xl/ctrlProps/")) for name in names):
        said.append("charts")
    if any(name.startswith("xl/externalLinks/") for name in names):
        said.append("links")
    return said


def words(codes: Sequence[str]) -> list[str]:
    """The remarks as sentences."""
    known = {
        "xls": _("这是旧的 .xls 格式，填好的文件是 .xlsx：文字和合并单元格保留，字体、颜色、边框和下拉列表不保留。要原样保留，请先用 Excel 或 WPS 另存为 .xlsx 再上传。"),
        "macros": _("表里有宏。宏不会运行，填好的文件也不带宏。"),
        "charts": _("表里的图表、数据透视表或控件在填好的文件里不保留。"),
        "formulas": _("表里有连到外面或者引用别的文件的公式、名称，填好的文件里去掉；普通的计算公式保留。"),
        "links": _("表里引用了别的文件，填好的文件不带这些引用。"),
    }
    return [known[code] for code in codes if code in known]


def _rows(top: Top, said: tuple[int, int] | None) -> list[list[Any]]:
    """The first rows; where a person named the heading's lines, nothing but these."""
    if said is None:
        return top.rows
    return [row if said[0] <= number <= said[1] else [] for number, row in enumerate(top.rows, 1)]


def _plan(layout: Layout, *, filled: bool) -> Plan:
    wishes = []
    for column in layout.columns:
        serial = normalised(column.heading) in SERIAL_HEADINGS
        source = (SERIAL if serial else column.key) if filled else BLANK
        heading = "" if looks_like_data(column.heading) else column.heading[:120]  # an example of a child is not kept as a heading
        wishes.append(Wish(column.index, heading, source))
    return Plan(layout.sheet, layout.first_line, layout.last_line, tuple(wishes))
