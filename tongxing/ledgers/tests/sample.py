"""A small list for the library's own tests: children with their father, and workbooks made of rows."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter
import xlwt

from tongxing.ledgers.catalogue import Catalogue, Choice, Column, Group, Kind

TODAY = date(2026, 3, 10)
ID_NUMBER = "420506201203050011"
SEX = (Choice("1", "男", ("男性", "男孩")), Choice("2", "女", ("女性", "女孩")))
INCOME = (Choice("work", "打工", ("务工",)), Choice("farm", "种养殖", ("务农",)), Choice("aid", "政府救助"), Choice("other", "其他"))

CHILDREN = Catalogue(
    id="sample",
    title="儿童台账",
    columns=(
        Column(key="name", heading="姓名", kind=Kind.NAME, aliases=("儿童姓名", "孩子姓名"), required=True, longest=50, example="张子轩"),
        Column(key="sex", heading="性别", kind=Kind.CODE, choices=SEX, example="男"),
        Column(key="born", heading="出生日期", kind=Kind.DATE, aliases=("出生年月",), past=True, help="写成 2012-03-05", example="2012-03-05"),
        Column(key="id_number", heading="身份证号码", kind=Kind.ID_NUMBER, aliases=("身份证号", "公民身份号码"), secret=True, width=22),
        Column(key="village", heading="现居住村", kind=Kind.PLACE, required=True, example="冯家湾社区"),
        Column(key="income", heading="经济来源", kind=Kind.CODES, choices=INCOME, example="打工、种养殖"),
        Column(key="boarding", heading="是否寄宿", kind=Kind.YES_NO, example="否"),
        Column(key="amount", heading="家庭年收入", kind=Kind.NUMBER, least=0, example="30000"),
        Column(key="father_name", heading="姓名", kind=Kind.NAME, group="father"),
        Column(key="father_phone", heading="联系电话", kind=Kind.PHONE, group="father", aliases=("电话",), secret=True),
        Column(key="father_away", heading="外出时间", kind=Kind.DATE, group="father", precision="month", also=("父亲务工起始",)),
        Column(key="note", heading="备注", longest=100),
    ),
    groups=(Group(id="father", heading="父亲", aliases=("爸爸",)),),
    keys=("id_number",),
)


def xlsx(*rows: Sequence[object], merged: Sequence[tuple[int, int, int, int]] = (), name: str = "台账") -> bytes:
    """A workbook with these rows from A1. Dates are real dates, None leaves the cell out."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    sheet = book.add_worksheet(name)
    fill(book, sheet, rows, merged)
    book.close()
    return out.getvalue()


def fill(book: xlsxwriter.Workbook, sheet, rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int]] = ()) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for top, left, bottom, right in merged:
        sheet.merge_range(top, left, bottom, right, "")
    for number, row in enumerate(rows):
        for index, cell in enumerate(row):
            match cell:
                case None:
                    pass
                case date():
                    sheet.write_datetime(number, index, cell, day)
                case str():
                    sheet.write_string(number, index, cell)
                case _:
                    sheet.write(number, index, cell)


def xls(*rows: Sequence[object], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """The same in the format of Excel 97 to 2003."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for top, left, bottom, right in merged:
        sheet.merge(top, bottom, left, right)
    for number, row in enumerate(rows):
        for index, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, index, cell, *([day] if isinstance(cell, date) else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
