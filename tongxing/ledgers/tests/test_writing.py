import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.ledgers import reading, writing
from tongxing.ledgers.catalogue import Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.layout import Layout
from tongxing.ledgers.marking import Marked, write_marked
from tongxing.ledgers.reading import Row
from tongxing.ledgers.tests.sample import CHILDREN, ID_NUMBER, TODAY, xlsx
from tongxing.ledgers.writing import Part, write_lists


def read_back(content: bytes) -> tuple[list[Row], reading.Reading]:
    with reading.read(content, CHILDREN, today=TODAY) as read:
        return list(read.rows()), read


def fix_file(content: bytes, *, only_wrong: bool = True) -> bytes:
    out = io.BytesIO()
    with reading.read(content, CHILDREN, today=TODAY) as read:
        writing.write_fix_file(read.layout, (row for row in read.rows() if row.problems or not only_wrong), out)
    return out.getvalue()


def test_the_template_is_recognised_and_its_example_is_not_imported() -> None:
    out = io.BytesIO()
    writing.write_template(CHILDREN, out)
    rows, read = read_back(out.getvalue())
    assert rows == []
    assert set(read.layout.mapping.values()) == set(CHILDREN.by_key)
    assert [each.code for each in read.skipped] == ["skip_example"]
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue()))["台账"]
    assert sheet["A1"].value == "儿童台账"
    assert "C3:C4" in [str(merged) for merged in sheet.merged_cells.ranges]
    assert sheet["D3"].value == "出生日期"
    assert sheet["D3"].comment.text == "写成 2012-03-05"
    drop_downs = {str(each.sqref).split(":")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert drop_downs == {"C6": '"男,女"', "H6": '"是,否"'}
    assert sheet.column_dimensions["E"].number_format == "@"


def test_a_filled_template_is_read() -> None:
    out = io.BytesIO()
    writing.write_template(CHILDREN, out)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    for column, value in zip("BCDEF", ["李四", "女", "2014-05-06", ID_NUMBER, "兴安社区"], strict=True):
        book["台账"][f"{column}6"] = value
    filled = io.BytesIO()
    book.save(filled)
    rows, _ = read_back(filled.getvalue())
    assert [(row.number, row.values) for row in rows] == [(6, {"name": "李四", "sex": "2", "born": date(2014, 5, 6), "id_number": ID_NUMBER, "village": "兴安社区"})]


def test_wrong_rows_are_mended_in_the_fix_file_and_accepted_again() -> None:
    first = xlsx(
        ["台账"],
        ["姓名", "现居住村", "出生年月", "身份证号", "爸爸", None, "鞋码"],
        [None, None, None, None, "姓名", "电话", None],
        ["张三", "冯家湾", "2012-2-30", 4.2050620120305e17, "张大", "123", 37],
        ["李四", "冯家湾", "2012-2-28", "", "", "", 36],
        merged=[(1, 4, 1, 5)],
    )
    content = fix_file(first)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert [cell.value for cell in sheet[2]] == ["姓名", "现居住村", "出生日期", "身份证号码", "父亲姓名", "父亲联系电话", "鞋码", "存在的问题"]
    assert sheet.max_row == 3
    red = [cell.coordinate for cell in sheet[3] if cell.fill.fgColor.rgb == "FFFFC7CE"]
    assert red == ["C3", "D3", "F3"]
    assert sheet["C3"].comment.text == "2012 年 2 月没有 30 日"
    assert "C4 出生日期：2012 年 2 月没有 30 日\nD4 身份证号码：身份证号被 Excel 变成了数字" in sheet["H3"].value
    rows, read = read_back(content)
    assert len(rows[0].problems) == 3
    assert [column.heading for column in read.layout.unknown] == ["鞋码"]
    sheet["C3"], sheet["D3"], sheet["F3"] = "2012-2-29", ID_NUMBER, "13812345678"
    mended = io.BytesIO()
    book.save(mended)
    (row,), _ = read_back(mended.getvalue())
    assert row.problems == []
    assert row.values["father_phone"] == "13812345678"


def test_a_missing_column_is_added_to_the_fix_file() -> None:
    content = fix_file(xlsx(["姓名", "性别"], ["张三", "男"]))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book.active[2]] == ["姓名", "性别", "现居住村", "存在的问题"]
    book.active["C3"] = "冯家湾"
    mended = io.BytesIO()
    book.save(mended)
    (row,), _ = read_back(mended.getvalue())
    assert row.problems == []


def test_a_column_left_out_by_hand_stays_out() -> None:
    out = io.BytesIO()
    with reading.read(xlsx(["姓名", "现居住村", "性别"], ["张三", "冯家湾", "?"]), CHILDREN, today=TODAY, mapping={2: ""}) as read:
        writing.write_fix_file(read.layout, read.rows(), out)
    _, again = read_back(out.getvalue())
    assert "sex" not in again.layout.mapping.values()


def test_what_looks_like_a_formula_stays_text() -> None:
    evil = ['=HYPERLINK("http://example.com")', "+1+1", "-1+1", "@SUM(A1)", "\t=1"]
    content = fix_file(xlsx(["姓名", "现居住村", "备注"], *[[text, "", text] for text in evil]))
    out = io.BytesIO()
    writing.write_list(CHILDREN, ({"name": text, "note": text} for text in evil), out)
    for book in (content, out.getvalue()):
        for row in openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix


def test_an_export_is_masked_and_says_who_made_it() -> None:
    out = io.BytesIO()
    rows: list[dict[str, Value]] = [
        {"name": "张三", "sex": "1", "born": date(2012, 3, 5), "id_number": ID_NUMBER, "income": ("work", "aid"), "boarding": True, "amount": Decimal("12.5")}
    ]
    masks = {Kind.ID_NUMBER: lambda number: number[:4] + "****"}
    assert (
        writing.write_list(
            CHILDREN, rows, out, title="名单", keys=["name", "sex", "born", "id_number", "income", "boarding", "amount"], masks=masks, watermark="周局长 & 2026-03-10"
        )
        == 1
    )
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert [cell.value for cell in sheet[4]] == [1, "张三", "男", sheet["D4"].value, "4205****", "打工、政府救助", "是", 12.5]
    assert sheet["D4"].value.date() == date(2012, 3, 5)
    assert sheet["A2"].value == "周局长 & 2026-03-10"
    assert "周局长" in sheet.oddFooter.left.text


VALUES = st.fixed_dictionaries(
    {"name": st.text("张王李子轩梓涵", min_size=1, max_size=5), "village": st.sampled_from(["冯家湾社区", "兴安社区"])},
    optional={
        "sex": st.sampled_from(["1", "2"]),
        "born": st.dates(date(2010, 1, 1), TODAY),
        "id_number": st.just(ID_NUMBER),
        "income": st.lists(st.sampled_from(["work", "farm", "aid", "other"]), min_size=1, unique=True).map(tuple),
        "boarding": st.booleans(),
        "amount": st.integers(0, 10**9) | st.decimals(0, 10**6, places=2).map(lambda number: int(number) if number % 1 == 0 else number),
        "father_name": st.text("张王李子轩梓涵", min_size=1, max_size=5),
        "father_phone": st.just("13812345678"),
        "father_away": st.dates(date(2010, 1, 1), TODAY),
        "note": st.text("随奶奶=+-@1a", min_size=2, max_size=9).filter(lambda text: text.strip("-—/")),
    },
)


@settings(max_examples=8, deadline=None)
@given(st.lists(VALUES, max_size=20))
def test_an_export_reads_back_equal(rows: list[dict[str, Value]]) -> None:
    out = io.BytesIO()
    writing.write_list(CHILDREN, rows, out, watermark="导出人：周局长")
    back, read = read_back(out.getvalue())
    assert [row.values for row in back] == rows
    assert not read.skipped
    assert not any(row.problems for row in back)


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1"])
def test_a_text_that_looks_like_a_formula_is_text_in_every_export(text: str):
    out = io.BytesIO()
    write_lists([Part("一", CHILDREN, [{"name": text, "village": "界岭村"}]), Part("二", CHILDREN, [{"note": text}])], out)
    book = openpyxl.load_workbook(out)
    for cell in (book["一"]["B3"], next(cell for cell in book["二"][3] if cell.value not in (None, 1))):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("name", ["a[b]:*?/\\c'", "说明", "History", "''", "x" * 40, "\x01", "a" * 30 + "'b"])
def test_a_marked_list_has_a_name_that_excel_takes(name: str) -> None:
    out = io.BytesIO()
    layout = Layout(CHILDREN, name, (), 1, 1, ())
    write_marked(layout, [Marked(1, ["姓名"], {}, "")], out)
    first, legend = openpyxl.load_workbook(io.BytesIO(out.getvalue())).sheetnames
    assert first != legend
    assert len(first) <= 31
