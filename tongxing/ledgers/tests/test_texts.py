"""Lists that are text under a workbook's name: what Chinese systems export as .xls."""

import io

import openpyxl
import pytest
import xlsxwriter

from tongxing.ledgers import reading
from tongxing.ledgers.problems import WorkbookRefused, render
from tongxing.ledgers.tests.sample import CHILDREN, ID_NUMBER, TODAY, xlsx
from tongxing.ledgers.workbook import Workbook

ROWS = (("姓名", "性别", "身份证号", "现居住村", "备注"), ("张三", "男", ID_NUMBER, "冯家湾社区", "随奶奶，三组"), ("李四", "女", "", "兴安社区", ""))


def read(content: bytes) -> tuple[list[object], list[str]]:
    with reading.read(content, CHILDREN, today=TODAY) as found:
        rows: list[object] = [dict(row.values) for row in found.rows()]
        return rows, [code for code, _params in found.remarks]


def expected() -> list[object]:
    return [{"name": "张三", "sex": "1", "id_number": ID_NUMBER, "village": "冯家湾社区", "note": "随奶奶，三组"}, {"name": "李四", "sex": "2", "village": "兴安社区"}]


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_separated_text_is_read_in_the_encodings_of_offices(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(f'"{cell}"' if "，" in cell else cell for cell in row) for row in ROWS)
    assert read(text.encode(encoding)) == (expected(), ["note_text"])


def test_numbers_that_were_kept_from_excel_keep_their_digits() -> None:
    for written in (f'="{ID_NUMBER}"', f"{ID_NUMBER}\t", f"'{ID_NUMBER}", f" {ID_NUMBER} "):
        rows, _ = read(f"姓名,身份证号,现居住村\n张三,{written},冯家湾社区\n".encode("gb18030"))
        assert rows == [{"name": "张三", "id_number": ID_NUMBER, "village": "冯家湾社区"}]


def test_an_id_number_that_excel_saved_into_a_text_is_a_sentence() -> None:
    with reading.read("姓名,身份证号,现居住村\n张三,4.20506E+17,冯家湾社区\n".encode(), CHILDREN, today=TODAY) as found:
        (row,) = found.rows()
    assert [(problem.cell, problem.code) for problem in row.problems] == [("B2", "id_float")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_a_web_page_is_read_as_its_table(encoding: str) -> None:
    lines = "".join("<tr>" + "".join(f"<td style='mso-number-format:\"\\@\"'><font>{cell}</font></td>" for cell in row) + "</tr>" for row in ROWS)
    page = f"<html><head><meta charset={encoding}><style>td{{}}</style><script>alert('<td>x</td>')</script></head><body><table border=1><tr><td colspan=5>台账</td></tr>{lines}</table></body></html>"
    assert read(page.encode(encoding)) == (expected(), ["note_html"])


def test_merged_cells_of_a_web_page_are_a_heading_of_two_lines() -> None:
    page = """<table><tr><th rowspan=2>姓名</th><th rowspan="2">现居住村</th><th colspan=2>父亲</th></tr><tr><th>姓名</th><th>电话</th></tr>
    <tr><td>张&nbsp;三<td>冯家湾社区<td>张大山<td>138&#49;2345678</tr></table>"""
    assert read(page.encode())[0] == [{"name": "张三", "village": "冯家湾社区", "father_name": "张大山", "father_phone": "13812345678"}]


def test_excels_xml_of_2003_is_read() -> None:
    rows = "".join("<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>" for row in ROWS)
    page = f"""<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
    <Styles><Style/></Styles><Worksheet ss:Name="封面"><Table/></Worksheet><Worksheet ss:Name="台账"><Table>{rows}
    <Row ss:Index="9"><Cell ss:Index="1"><Data>王五</Data></Cell><Cell ss:Index="4"><Data>兴安社区</Data></Cell></Row></Table></Worksheet></Workbook>"""
    with reading.read(page.encode(), CHILDREN, today=TODAY) as found:
        assert found.layout.sheet == "台账"
        taken = list(found.rows())
    assert [dict(row.values) for row in taken][:2] == expected()
    assert (taken[2].number, taken[2].values) == (9, {"name": "王五", "village": "兴安社区"})


def test_entities_are_no_bomb_and_spans_have_limits() -> None:
    bomb = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><table><tr><td>姓名<td>现居住村</tr><tr><td>&lol2;<td>冯家湾社区</tr></table>"""
    assert read(bomb.encode())[0] == [{"name": "&lol2;", "village": "冯家湾社区"}]
    for page in ("<table><tr><td colspan=9999>x</table>", "<table>" + "<tr>" * 10 + "<td colspan=1000>x<td colspan=1000>y"):
        with pytest.raises(WorkbookRefused), Workbook(page.encode()) as book:
            book.top(0)
    with Workbook(("<table><tr><td rowspan=9999>x<td>y</tr>" + "<tr><td>z</tr>" * 3).encode()) as book:
        assert list(book.rows(0, 1))[1] == (2, ["", "z"])


def test_what_should_be_known_of_a_sheet_is_said() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["姓名", "现居住村", "备注"])
    for number in range(1, 30):
        sheet.write_row(number, 0, ["张三", "冯家湾社区", "x"])
    for number in range(3, 15):
        sheet.set_row(number, None, None, {"hidden": True})
    sheet.set_column(2, 3, 8, None, {"hidden": True})
    book.add_worksheet("底稿").hide()
    book.close()
    with reading.read(out.getvalue(), CHILDREN, today=TODAY) as found:
        assert len(list(found.rows())) == 29
        said = [render(code, params) for code, params in found.remarks]
    assert said == ["隐藏的工作表没有读取：底稿。需要导入的话，请取消隐藏后重新上传。", "含隐藏行 12 行，已一并读取。", "含隐藏列 2 列，已一并读取。"]


def test_formulas_without_a_result_are_counted() -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["姓名", "现居住村", "备注"])
    book.active.append(["张三", "=A2&1", "=1+1"])
    book.save(out)
    with reading.read(out.getvalue(), CHILDREN, today=TODAY) as found:
        assert found.remarks == [("note_formulas", {"count": 2})]


def test_a_chosen_sheet_is_read_and_all_with_content_are_offered() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name in ("小溪塔", "龙泉镇", "空"):
        sheet = book.add_worksheet(name)
        if name != "空":
            sheet.write_row(0, 0, ["姓名", "现居住村"])
            sheet.write_row(1, 0, [name + "的孩子", "某村"])
    book.close()
    with reading.read(out.getvalue(), CHILDREN, today=TODAY, sheet="龙泉镇") as found:
        assert (found.sheets, found.other_sheets) == (("小溪塔", "龙泉镇"), ("小溪塔",))
        assert [row.values["name"] for row in found.rows()] == ["龙泉镇的孩子"]


def test_a_heading_that_somebody_assigned_before_fills_what_is_not_recognised_and_drops_nothing() -> None:
    content = xlsx(["姓名", "小名", "哪个村", "性别", "怪列"], ["张三", "三三", "冯家湾社区", "男", "x"])
    with reading.read(content, CHILDREN, today=TODAY, memory={"小名": "name", "哪个村": "village", "性别": "", "姓名": "father_name", "备注": "note", "怪列": "nonsense"}) as found:
        assert found.layout.mapping == {0: "name", 2: "village", 3: "sex"}
        assert [column.recalled for column in found.layout.columns] == [False, False, True, False, False]
