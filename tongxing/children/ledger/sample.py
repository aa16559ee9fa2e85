"""A ledger as a county keeps it: titles, headings of two lines, its own words, dates written in many ways, and mistakes.

The demo offers it for uploading, tests and benchmarks read it. The same rows give the same workbook.
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


def write(rows: Sequence[Mapping[str, Value]], out: BinaryIO, *, unit: str, on: date, mistakes: bool = True) -> list[Mistake]:
    """Write the rows (by column key, with the register's values) as such a ledger; what was made wrong, in order.

    With ``mistakes``, every ninth row has one, of each kind in turn. What is merely written differently is no mistake.
    """
    import xlsxwriter  # late: it would slow every start

    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("台账")
    _head(book, sheet, unit, on)
    made: list[Mistake] = []
    number = FIRST_ROW
    for index, (cells, wrong) in enumerate(_lines(rows, mistakes=mistakes), 1):
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
    book.close()
    return made


def _head(book: Any, sheet: Any, unit: str, on: date) -> None:
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    sheet.merge_range(0, 0, 0, len(COLUMNS), f"{unit}留守儿童、困境儿童信息台账", title)
    sheet.write(1, 0, f"填报单位（盖章）：{unit}")
    sheet.write(1, 10, f"填报日期：{on.year}年{on.month}月{on.day}日")
    sheet.merge_range(3, 0, 4, 0, "序号", head)
    for group, members in groupby(enumerate(COLUMNS, 1), key=lambda item: item[1][1]):
        places = list(members)
        if group:
            sheet.merge_range(3, places[0][0], 3, places[-1][0], group, head)
        for place, (_key, _group, heading) in places:
            if group:
                sheet.write(4, place, heading, head)
            else:
                sheet.merge_range(3, place, 4, place, heading, head)
    sheet.set_column(0, 0, 5)
    for place, (key, *_rest) in enumerate(COLUMNS, 1):
        sheet.set_column(place, place, CATALOGUE.by_key[key].width)
    sheet.freeze_panes(5, 2)


def _lines(rows: Sequence[Mapping[str, Value]], *, mistakes: bool) -> Iterator[tuple[Cells, str]]:
    """The cells of every line, and the column in which it is wrong."""
    kinds = list(_MISTAKES.items())
    turn = 0
    for index, row in enumerate(rows):
        cells = _cells(row, index)
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


def _cells(row: Mapping[str, Value], index: int) -> Cells:
    cells: Cells = {}
    for key, _group, _heading in COLUMNS:
        if (value := row.get(key)) is not None:
            cells[key] = _written(value, index) if isinstance(value, date) else shown_as(CATALOGUE.by_key[key])(value)
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
