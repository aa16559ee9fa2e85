"""Another office's workbook comes back as it was, with the rows in it."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from tongxing.exchange import filling, recognising, sample, sources
from tongxing.exchange.recognising import Plan, Wish
from tongxing.exchange.shifting import moved_formula
from tongxing.ledgers.tests.sample import xls, xlsx

ROWS: list[dict[str, Any]] = [
    {
        "name": f"王小{number}",
        "sex": "1" if number % 2 else "2",
        "born": date(2015, 3, number % 28 + 1),
        "age": 11,
        "id_number": "42050620150301001X",
        "boarding": "full",
        "left_behind": number % 2 == 0,
        "township": "分乡镇",
        "residence": "界岭村",
        "contact": "王大",
        "contact_relation": "61",
        "contact_phone": "13812345678",
    }
    for number in range(1, 31)
]


def blank() -> bytes:
    out = io.BytesIO()
    sample.write_blank(out)
    return out.getvalue()


def with_formula() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "年龄", "明年", "来源"])
    book.active["C2"] = "=B2+1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(content: bytes, rows: list[dict[str, Any]] = ROWS, plans: list[Plan] | None = None) -> Any:
    catalogue = sources.catalogue()
    made = filling.fill(content, plans or recognising.plans(content, catalogue), rows, catalogue, total=len(rows), masks={}, watermark="周局长 2026-03-05 填 & 交教育局")
    return openpyxl.load_workbook(io.BytesIO(made))


def test_headings_in_two_merged_lines_are_understood():
    plans = recognising.plans(blank(), sources.catalogue())
    (plan,) = [plan for plan in plans if plan.used]
    assert (plan.name, plan.first_line, plan.last_line) == ("附件1", 4, 5)
    said = {wish.heading: wish.source for wish in plan.wishes}
    assert said["序号"] == "serial"
    assert said["学生基本信息 姓名"] == "name"
    assert said["学生基本信息 身份证号"] == "id_number"
    assert said["家庭情况 所在乡镇"] == "township"
    assert said["家庭情况 联系电话"] == "contact_phone"
    assert said["是否留守儿童"] == "left_behind"
    assert said["学校核对意见"] == ""


def test_rows_push_the_sum_and_the_signatures_down():
    sheet = filled(blank())["附件1"]
    assert [sheet.cell(row, 2).value for row in (6, 7, 35)] == ["王小1", "王小2", "王小30"]
    assert [sheet.cell(row, 1).value for row in (6, 35)] == [1, 30]
    assert sheet["A36"].value == "合计"
    assert sheet["B36"].value == "=COUNTA(B6:B35)"
    assert sheet["A37"].value.startswith("负责人：")
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A2:R2", "B4:F4", "A4:A5", "C36:R36", "A37:R37", "A38:R38"} <= merged
    assert "A13:R13" not in merged
    assert sheet.print_area == "'附件1'!$A$1:$R$38"


def test_the_look_is_kept_and_repeated():
    before, sheet = openpyxl.load_workbook(io.BytesIO(blank()))["附件1"], filled(blank())["附件1"]
    assert (sheet["A2"].value, sheet["A2"].font.name, sheet.row_dimensions[2].height) == (sample.TITLE, "方正小标宋简体", 36)
    assert sheet.column_dimensions["D"].width == before.column_dimensions["D"].width
    for row in (6, 20, 35):
        assert (sheet.cell(row, 2).font.name, sheet.cell(row, 2).border.left.style, sheet.row_dimensions[row].height) == ("仿宋", "thin", 22)
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("C6", "$4:$5", "landscape")


def test_examples_are_gone_and_words_are_those_of_the_drop_downs():
    book = filled(blank())
    sheet = book["附件1"]
    assert not {"张三", "李四"} & {cell.value for row in sheet.iter_rows() for cell in row}
    assert [sheet.cell(6, column).value for column in (3, 5, 9, 10, 15)] == ["男", "2015-03", "寄宿", "否", "祖父"]
    assert sheet["J7"].value == "是"
    ranges = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert ranges == {"C6:C35": '"男,女"', "I6:I35": "选项!$A$1:$A$3", "J6:J35": '"是,否"'}
    assert book["选项"].sheet_state == "hidden"
    assert book["填表说明"]["A1"].value.startswith("一、统计范围")


def test_the_watermark_stands_in_the_footer_beside_theirs():
    book = filled(blank())
    assert book["附件1"].oddFooter.center.text == "第 &P 页，共 &N 页"
    assert book["附件1"].oddFooter.left.text == "周局长 2026-03-05 填 && 交教育局"
    assert "交教育局" in book.properties.description


def test_fewer_rows_than_room_leave_the_rest_blank():
    sheet = filled(blank(), ROWS[:2])["附件1"]
    assert [sheet.cell(row, 2).value for row in (6, 7, 8, 11)] == ["王小1", "王小2", None, None]
    assert sheet["A12"].value == "合计"


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A0", "+1+1", "-2", "@SUM(A1)"])
def test_a_name_that_looks_like_a_formula_is_text(name: str):
    out = io.BytesIO(filling.fill(blank(), recognising.plans(blank(), sources.catalogue()), [{"name": name}], sources.catalogue(), total=1, masks={}, watermark="x"))
    cell = openpyxl.load_workbook(out)["附件1"]["B6"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)


def test_constant_text_and_their_own_formulas():
    content = with_formula()
    (plan,) = recognising.plans(content, sources.catalogue())
    wishes = tuple(Wish(wish.index, wish.heading, "constant", "民政局") if wish.heading == "来源" else wish for wish in plan.wishes)
    sheet = filled(content, ROWS[:3], [Plan(plan.name, 1, 1, wishes)]).active
    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == ["=B2+1", "=B3+1", "=B4+1"]
    assert [sheet.cell(row, 4).value for row in (2, 4)] == ["民政局", "民政局"]


def test_a_heading_right_above_the_signatures_gets_rows():
    content = xlsx(["姓名", "性别", "年龄"], ["填表人：", "", ""])
    sheet = filled(content, ROWS[:3]).active
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == ["王小1", "王小2", "王小3", "填表人："]


def test_two_sheets_are_both_filled():
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("第二张")):
        sheet.append(["姓名", "性别", "年龄"])
    out = io.BytesIO()
    book.save(out)
    made = filled(out.getvalue(), ROWS[:2])
    assert [sheet["A2"].value for sheet in made.worksheets] == ["王小1", "王小1"]


def test_two_hundred_columns():
    content = xlsx(["姓名", *(f"指标{number}" for number in range(198)), "性别"])
    sheet = filled(content, ROWS[:2]).active
    assert (sheet["A2"].value, sheet.cell(2, 200).value, sheet.cell(2, 100).value) == ("王小1", "男", None)


def test_a_workbook_without_headings_is_refused_with_a_sentence():
    with pytest.raises(recognising.NoHeading, match="没有找到表头"):
        recognising.plans(xlsx([1, 2], [3, 4]), sources.catalogue())


def test_a_protected_sheet_stays_protected_and_is_filled():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "性别", "年龄"])
    book.active.protection.sheet = True
    book.active.protection.password = "secret"
    out = io.BytesIO()
    book.save(out)
    sheet = filled(out.getvalue(), ROWS[:2]).active
    assert sheet.protection.sheet
    assert sheet["A3"].value == "王小2"


def test_an_old_workbook_is_converted():
    content = xls(["留守儿童名单", "", ""], ["姓名", "性别", "年龄"], ["", "", ""], ["填表人：", "", ""])
    sheet = filled(content, ROWS[:2]).active
    assert [sheet.cell(row, 1).value for row in range(1, 6)] == ["留守儿童名单", "姓名", "王小1", "王小2", "填表人："]
    assert recognising.remarks(content, "名单.xls") == ["xls"]


def test_a_tick_where_the_heading_asks_for_one():
    sheet = filled(xlsx(["姓名", "是否留守儿童（打√）"]), ROWS[:2]).active
    assert [sheet["B2"].value, sheet["B3"].value] == [None, "√"]


def test_merged_cells_of_a_row_are_repeated():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "就读学校", None, "年龄"])
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("B2:C2")
    sheet["A2"].font = Font(bold=True)
    rule = DataValidation(type="list", formula1='"小学,初中"')
    rule.add("D2")
    sheet.add_data_validation(rule)
    out = io.BytesIO()
    book.save(out)
    made = filled(out.getvalue(), [row | {"school": "分乡小学"} for row in ROWS[:3]]).active
    assert {"B2:C2", "B3:C3", "B4:C4"} <= {str(each) for each in made.merged_cells.ranges}
    assert made["B4"].value == "分乡小学"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=SUM(D5:D14)", "=SUM(D5:D24)"),
        ("=SUM($D$5:$D$14)/COUNT(A5:A14)", "=SUM($D$5:$D$24)/COUNT(A5:A24)"),
        ('=IF(B15="B15",C16,D3)', '=IF(B25="B15",C26,D3)'),
        ("=选项!A20+E15", "=选项!A20+E25"),
        ("=LOG10(D15)", "=LOG10(D25)"),
    ],
)
def test_formulas_follow_the_rows(before: str, after: str):
    assert moved_formula(before, 14, 10) == after


def test_a_drop_down_over_a_whole_column_stays_within_the_sheet():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "性别"])
    book.active.append([None, None])
    book.active.append(["填表人：", None])
    rule = DataValidation(type="list", formula1='"男,女"')
    rule.add("B2:B1048576")
    book.active.add_data_validation(rule)
    out = io.BytesIO()
    book.save(out)
    sheet = filled(out.getvalue()).active
    assert str(sheet.data_validations.dataValidation[0].sqref) == "B2:B1048576"
    assert sheet["A32"].value == "填表人："


def test_a_drop_down_over_another_sheet_as_excel_writes_it_is_kept():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "性别", "是否寄宿"])
    words = book.create_sheet("选项")
    for row, word in enumerate(("走读", "寄宿"), 1):
        words.cell(row, 1).value = word
    plain = io.BytesIO()
    book.save(plain)
    rule = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1">'
        "<x14:formula1><xm:f>选项!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>C2:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"</worksheet>", rule.encode()) if name.endswith("sheet1.xml") else data)
    sheet = filled(content.getvalue(), ROWS[:2])["Sheet"]
    assert sheet["C2"].value == "寄宿"
    assert [(str(each.sqref), each.formula1) for each in sheet.data_validations.dataValidation] == [("C2:C10", "选项!$A$1:$A$2")]


def test_entities_that_grow_without_end_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "x" * 1000 + '">' + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 30}">' for at in range(8)) + "]>"
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["姓名", "性别"]))) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            if name == "xl/sharedStrings.xml":
                declaration, rest = data.split("?>", 1)
                data = declaration + "?>" + bomb + rest.replace("姓名", "&i;")
            target.writestr(name, data)
    with pytest.raises(filling.CannotFill):
        filling.opened(content.getvalue())
