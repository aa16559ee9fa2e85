"""A blank sheet as an education bureau sends it: title rows, headings in two merged lines, examples, drop-downs, a sum and signature lines. Invented."""

from __future__ import annotations

from typing import Any, BinaryIO, Final

from tongxing.ledgers.layout import letter

TITLE: Final = "义务教育阶段留守儿童和困境儿童情况统计表"
NAME: Final = "教育局空表（样例）.xlsx"
DATA_SHEET: Final = "附件1"
HEADING_LINES: Final = (4, 5)
_COLUMNS: Final = (
    ("序号", "", 6),
    ("学生基本信息", "姓名", 10),
    ("学生基本信息", "性别", 6),
    ("学生基本信息", "身份证号", 22),
    ("学生基本信息", "出生年月", 10),
    ("学生基本信息", "年龄", 6),
    ("就学情况", "就读学校", 22),
    ("就学情况", "年级（班）", 12),
    ("就学情况", "是否寄宿", 10),
    ("是否留守儿童", "", 10),
    ("困境类别", "", 16),
    ("家庭情况", "所在乡镇", 14),
    ("家庭情况", "所在村（社区）", 16),
    ("家庭情况", "监护人姓名", 10),
    ("家庭情况", "与学生关系", 10),
    ("家庭情况", "联系电话", 14),
    ("数据来源", "", 12),
    ("学校核对意见", "", 14),
)
_EXAMPLES: Final = (
    ("示例", "张三", "男", "42050620150101001X", "2015.01", 11, "某某小学", "五（1）班", "走读", "是", "", "某某镇", "某某村", "张大", "祖父", "13800000000", "民政", ""),
    (2, "李四", "女", "420506201602020027", "2016.02", 10, "某某小学", "四（2）班", "寄宿", "否", "", "某某镇", "某某村", "李大", "父亲", "13900000000", "民政", ""),
)
_LAST: Final = len(_COLUMNS)
_FIRST: Final = HEADING_LINES[1] + 1
_TOTAL: Final = _FIRST + 6  # the sum, behind six rows for data


def write_blank(out: BinaryIO) -> None:
    """The blank sheet. Its heading stands in lines 4 and 5, six rows are drawn for data, the sum and the signatures follow."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = DATA_SHEET
    _title(sheet)
    _heading(sheet)
    _body(sheet)
    _foot(sheet)
    _choices(book, sheet)
    book.create_sheet("填表说明")["A1"] = "一、统计范围为义务教育阶段在籍学生。二、困境类别按民政部门认定填写。"
    sheet.freeze_panes = f"C{_FIRST}"
    sheet.print_area = f"A1:{_letter(_LAST)}{_TOTAL + 2}"
    sheet.print_title_rows = f"{HEADING_LINES[0]}:{HEADING_LINES[1]}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    book.save(out)


def _letter(index: int) -> str:
    return letter(index - 1)


def _looks() -> tuple[Any, Any]:
    """Thin lines on all sides; centred and wrapped."""
    from openpyxl.styles import Alignment, Border, Side

    thin = Side(style="thin")
    return Border(left=thin, right=thin, top=thin, bottom=thin), Alignment(horizontal="center", vertical="center", wrap_text=True)


def _title(sheet: Any) -> None:
    from openpyxl.styles import Font

    sheet["A1"] = "附件1"
    sheet["A1"].font = Font(name="黑体", size=12)
    sheet.merge_cells(f"A2:{_letter(_LAST)}2")
    sheet["A2"] = TITLE
    sheet["A2"].font, sheet["A2"].alignment = Font(name="方正小标宋简体", size=20, bold=True), _looks()[1]
    sheet.row_dimensions[2].height = 36
    sheet["A3"] = "填报单位（盖章）："
    sheet.merge_cells(start_row=3, start_column=_LAST - 4, end_row=3, end_column=_LAST)
    sheet.cell(3, _LAST - 4).value = "填报时间：    年    月    日"


def _heading(sheet: Any) -> None:
    from openpyxl.styles import Font, PatternFill

    top, below = HEADING_LINES
    groups: dict[str, list[int]] = {}
    for index, (group, leaf, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[_letter(index)].width = width
        if leaf:
            groups.setdefault(group, []).append(index)
            sheet.cell(below, index).value = leaf
        else:
            sheet.cell(top, index).value = group
            sheet.merge_cells(start_row=top, start_column=index, end_row=below, end_column=index)
    for group, indexes in groups.items():
        sheet.cell(top, indexes[0]).value = group
        sheet.merge_cells(start_row=top, start_column=indexes[0], end_row=top, end_column=indexes[-1])
    border, center = _looks()
    for row in HEADING_LINES:
        for index in range(1, _LAST + 1):
            cell = sheet.cell(row, index)
            cell.border, cell.alignment, cell.font, cell.fill = border, center, Font(name="黑体", size=11), PatternFill("solid", fgColor="DDEBF7")


def _body(sheet: Any) -> None:
    from openpyxl.styles import Font

    border, center = _looks()
    for row in range(_FIRST, _TOTAL):
        sheet.row_dimensions[row].height = 22
        for index in range(1, _LAST + 1):
            cell = sheet.cell(row, index)
            cell.border, cell.alignment, cell.font = border, center, Font(name="仿宋", size=11)
            if row - _FIRST < len(_EXAMPLES):
                cell.value = _EXAMPLES[row - _FIRST][index - 1] or None
        sheet.cell(row, 4).number_format = "@"


def _foot(sheet: Any) -> None:
    border = _looks()[0]
    sheet.cell(_TOTAL, 1).value = "合计"
    sheet.cell(_TOTAL, 2).value = f"=COUNTA(B{_FIRST}:B{_TOTAL - 1})"
    sheet.merge_cells(start_row=_TOTAL, start_column=3, end_row=_TOTAL, end_column=_LAST)
    for index in range(1, _LAST + 1):
        sheet.cell(_TOTAL, index).border = border
    for row, text in (
        (_TOTAL + 1, "负责人：              审核人：              填表人：              联系电话："),
        (_TOTAL + 2, "注：1. 本表由民政部门提供，学校核对后于15日内反馈。2. 身份证号请用文本格式。"),
    ):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=_LAST)
        sheet.cell(row, 1).value = text


def _choices(book: Any, sheet: Any) -> None:
    """Drop-downs: two with lists of their own, one over a hidden sheet."""
    from openpyxl.worksheet.datavalidation import DataValidation

    words = book.create_sheet("选项")
    for row, word in enumerate(("走读", "寄宿", "其他"), 1):
        words.cell(row, 1).value = word
    words.sheet_state = "hidden"
    for formula, column in (('"男,女"', "C"), ("选项!$A$1:$A$3", "I"), ('"是,否"', "J")):
        rule = DataValidation(type="list", formula1=formula, allow_blank=True)
        rule.add(f"{column}{_FIRST}:{column}{_TOTAL - 1}")
        sheet.add_data_validation(rule)
