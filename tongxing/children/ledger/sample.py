"""A ledger as a county keeps it: titles, headings of two lines, its own words, dates written in many ways, and mistakes.

The demo offers it for uploading, as .xlsx and as .xls; tests and benchmarks read it. The same rows give the same workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, BinaryIO, Final

from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.ledgers.cells import Value
from tongxing.ledgers.layout import letter
from tongxing.ledgers.writing import shown_as

type Cells = dict[str, object]

# Columns in a county's order and words: key, heading of the first line (a group's, or empty), heading.
COLUMNS: Final = (
    ("name", "", "儿童姓名"),
    ("sex", "", "性别"),
    ("ethnic_group", "", "民族"),
    ("id_number", "", "身份证号"),
    ("born", "", "出生年月日"),
    ("registration", "", "是否登记户口"),
    ("township", "", "乡镇"),
    ("residence", "", "村（社区）"),
    ("residence_address", "", "家庭住址"),
    ("living_with", "", "与谁生活"),
    ("health", "", "健康状况"),
    ("school_stage", "", "学段"),
    ("school", "", "学校名称"),
    ("grade_class", "", "班级"),
    ("boarding", "", "是否住校"),
    ("father_name", "父亲情况", "姓名"),
    ("father_phone", "父亲情况", "电话"),
    ("father_place", "父亲情况", "务工地点"),
    ("father_since", "父亲情况", "外出时间"),
    ("father_circumstance", "父亲情况", "情形"),
    ("mother_name", "母亲情况", "姓名"),
    ("mother_phone", "母亲情况", "电话"),
    ("mother_place", "母亲情况", "务工地点"),
    ("mother_since", "母亲情况", "外出时间"),
    ("mother_circumstance", "母亲情况", "情形"),
    ("entrusted_name", "监护人", "姓名"),
    ("entrusted_relation", "监护人", "与儿童关系"),
    ("entrusted_phone", "监护人", "电话"),
    ("guardianship", "", "监护类型"),
    ("income", "", "经济来源"),
    ("aid", "", "享受救助情况"),
    ("remarks", "", "备注"),
)
FIRST_ROW: Final = 6  # of data, as Excel counts
_EPOCH: Final = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that was made wrong: Excel's row, column key, address."""

    row: int
    column: str
    cell: str


def write(rows: Sequence[Mapping[str, Value]], out: BinaryIO, *, unit: str, on: date, mistakes: bool = True, tidy: bool = False, old: bool = False) -> list[Mistake]:
    """Write the rows (by column key, with the register's values) as such a ledger; what was made wrong, in order.

    With ``mistakes``, every ninth row has one, of each kind in turn. What is merely written differently is no mistake, and
    ``tidy`` leaves that out too. ``old`` writes the format of Excel 97 to 2003.
    """
    sheet = _Old() if old else _New(out)
    _head(sheet, unit, on)
    made: list[Mistake] = []
    number = FIRST_ROW
    for index, (cells, wrong) in enumerate(_lines(rows, mistakes=mistakes, tidy=tidy), 1):
        sheet.write(number - 1, 0, index)
        for place, (key, _group, _heading) in enumerate(COLUMNS, 1):
            if (cell := cells.get(key)) not in (None, ""):
                sheet.write(number - 1, place, cell)
        if wrong:
            made.append(Mistake(number, wrong, f"{letter([key for key, *_ in COLUMNS].index(wrong) + 1)}{number}"))
        number += 1
    sheet.write(number, 0, "合计")
    sheet.write(number, 1, number - FIRST_ROW)
    sheet.write(number + 1, 0, "填表人：")
    sheet.write(number + 1, 4, "复核人：")
    sheet.write(number + 1, 8, "负责人：")
    sheet.save(out)
    return made


class _New:
    """A sheet of an .xlsx."""

    def __init__(self, out: BinaryIO) -> None:
        import xlsxwriter  # late: it would slow every start

        self._book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False})
        self._sheet = self._book.add_worksheet("台账")
        self._sheet.freeze_panes(FIRST_ROW - 1, 2)
        self._title = self._book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self._head = self._book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})

    def write(self, row: int, column: int, cell: object, *, head: bool = False) -> None:
        self._sheet.write(row, column, cell, *([self._head] if head else []))

    def merge(self, top: int, left: int, bottom: int, right: int, text: str, *, title: bool = False) -> None:
        self._sheet.merge_range(top, left, bottom, right, text, self._title if title else self._head)

    def width(self, column: int, characters: int) -> None:
        self._sheet.set_column(column, column, characters)

    def save(self, _out: BinaryIO) -> None:
        self._book.close()


class _Old:
    """A sheet of an .xls (BIFF8)."""

    def __init__(self) -> None:
        import xlwt

        self._book = xlwt.Workbook(encoding="utf-8")
        self._sheet = self._book.add_sheet("台账")
        self._sheet.set_panes_frozen(True)
        self._sheet.set_horz_split_pos(FIRST_ROW - 1)
        self._sheet.set_vert_split_pos(2)
        self._title = xlwt.easyxf("font: bold on, height 320; align: horiz centre")
        self._head = xlwt.easyxf("font: bold on; align: horiz centre, vert centre, wrap on; borders: left thin, right thin, top thin, bottom thin")

    def write(self, row: int, column: int, cell: object, *, head: bool = False) -> None:
        self._sheet.write(row, column, cell, *([self._head] if head else []))

    def merge(self, top: int, left: int, bottom: int, right: int, text: str, *, title: bool = False) -> None:
        self._sheet.write_merge(top, bottom, left, right, text, self._title if title else self._head)

    def width(self, column: int, characters: int) -> None:
        self._sheet.col(column).width = min(characters * 300, 65_535)

    def save(self, out: BinaryIO) -> None:
        self._book.save(out)


def _head(sheet: _New | _Old, unit: str, on: date) -> None:
    sheet.merge(0, 0, 0, len(COLUMNS), f"{unit}留守儿童、困境儿童信息台账", title=True)
    sheet.write(1, 0, f"填报单位（盖章）：{unit}")
    sheet.write(1, 10, f"填报日期：{on.year}年{on.month}月{on.day}日")
    sheet.merge(3, 0, 4, 0, "序号")
    for group, members in groupby(enumerate(COLUMNS, 1), key=lambda item: item[1][1]):
        places = list(members)
        if group:
            sheet.merge(3, places[0][0], 3, places[-1][0], group)
        for place, (_key, _group, heading) in places:
            if group:
                sheet.write(4, place, heading, head=True)
            else:
                sheet.merge(3, place, 4, place, heading)
    sheet.width(0, 5)
    for place, (key, *_rest) in enumerate(COLUMNS, 1):
        sheet.width(place, CATALOGUE.by_key[key].width)


def _lines(rows: Sequence[Mapping[str, Value]], *, mistakes: bool, tidy: bool) -> Iterator[tuple[Cells, str]]:
    """The cells of every line, and the column in which it is wrong."""
    kinds = list(_MISTAKES.items())
    turn = 0
    for index, row in enumerate(rows):
        cells = _cells(row, index, tidy=tidy)
        if not mistakes or index % 9 != 4:
            yield cells, ""
            continue
        for _each in kinds:
            column, spoil = kinds[turn % len(kinds)]
            turn += 1
            if cells.get(column):
                cells[column] = spoil(cells[column])
                yield cells, column
                break
        else:
            yield cells, ""
    if mistakes and rows:
        yield _cells(rows[0], 0), "id_number" if rows[0].get("id_number") else "name"  # the first child once more


def _cells(row: Mapping[str, Value], index: int, *, tidy: bool = False) -> Cells:
    cells: Cells = {}
    for key, _group, _heading in COLUMNS:
        if (value := row.get(key)) is not None:
            cells[key] = _written(value, 0 if tidy else index) if isinstance(value, date) else shown_as(CATALOGUE.by_key[key])(value)
    if tidy:
        return cells
    if index % 4 == 1 and len(name := str(cells.get("name", ""))) == 2:
        cells["name"] = f"{name[0]}　{name[1]}"
    if index % 5 == 2 and "father_phone" in cells:
        cells["father_phone"] = str(cells["father_phone"]).translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    if index % 6 == 3 and "mother_phone" in cells and str(cells["mother_phone"]).isdecimal():
        cells["mother_phone"] = int(str(cells["mother_phone"]))
    if index % 7 == 5:
        cells["remarks"] = f"{cells.get('remarks', '')}  "
    return cells


def _written(day: date, index: int) -> object:
    """A day as clerks write it: as a text of many forms, as eight digits, as Excel's number."""
    forms: tuple[object, ...] = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        int(f"{day:%Y%m%d}"),
        f"{day.year}.{day.month}.{day.day}",
        (day - _EPOCH).days,
        f"{day.year}/{day.month}/{day.day}",
    )
    return forms[index % len(forms)]


_MISTAKES: Final[Mapping[str, Callable[[Any], object]]] = {
    "born": lambda _cell: "2015-02-30",
    "id_number": lambda cell: float(str(cell).replace("X", "0")),
    "residence": lambda cell: f"{str(cell)[:1]}阿{str(cell)[1:]}",
    "father_phone": lambda cell: str(cell)[:-1],
    "guardianship": lambda _cell: "还可以",
    "mother_since": lambda _cell: 2024.1,
    "school_stage": lambda _cell: "小学三年级",
    "name": lambda _cell: "",
}
