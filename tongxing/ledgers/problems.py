"""What is wrong with a cell, a row or a workbook, as a sentence that names the place and the way out.

A problem is stored as a code with parameters and becomes words only when someone reads it, in that person's language.
Messages are Chinese msgids; ``%(name)s`` is filled from the problem's parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext, gettext_noop

type Params = Mapping[str, str | int]

MESSAGES: dict[str, str] = {}


def declare(messages: Mapping[str, str]) -> None:
    """Add messages to the vocabulary. A kind of list declares its own as ``kind.code``; a code is declared once."""
    for code, message in messages.items():
        if MESSAGES.setdefault(code, message) != message:
            raise ValueError(f"problem code {code!r} is declared twice with different messages")


def render(code: str, params: Params) -> str:
    """The sentence for a code. An undeclared code is a programming error and raises KeyError."""
    return gettext(MESSAGES[code]) % params


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a cell's parser returns instead of a value."""

    code: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one row.

    ``row`` is Excel's row number; ``column`` a column key, empty when the row as a whole is meant;
    ``cell`` an address such as "D17", or empty where the sheet has no such column.
    """

    row: int
    column: str
    cell: str
    code: str
    params: Params = field(default_factory=dict)

    def text(self) -> str:
        """What is wrong and what to do, without the place."""
        return render(self.code, self.params)

    def sentence(self, heading: str = "") -> str:
        """Place and message: "D17 身份证号码：…"."""
        place = " ".join(part for part in (self.cell or gettext("第 %(row)s 行") % {"row": self.row}, heading) if part)
        return gettext("%(place)s：%(text)s") % {"place": place, "text": self.text()}

    def as_data(self) -> list[object]:
        """For a JSON column; the row number is the row's own."""
        return [self.column, self.cell, self.code, dict(self.params)]

    @classmethod
    def from_data(cls, row: int, data: list[object]) -> "Problem":
        column, cell, code, params = data
        if not isinstance(params, dict):
            raise TypeError("a stored problem's parameters are an object")
        return cls(row, str(column), str(cell), str(code), params)


class WorkbookRefused(Exception):
    """The file cannot be read as a list; ``str()`` is a sentence for the person who sent it."""

    def __init__(self, code: str, params: Params | None = None) -> None:
        super().__init__(code, params or {})
        self.code = code
        self.params: Params = params or {}

    def __str__(self) -> str:
        return render(self.code, self.params)


declare(
    {
        # the file
        "file_empty": gettext_noop("文件是空的。请选择填好的 .xlsx 或 .xls 表格。"),
        "file_large": gettext_noop("文件有 %(size)s MB，超过 %(limit)s MB 的上限。请拆成几份再导入。"),
        "file_html": gettext_noop("这其实是网页，里面没有可以读取的表格。请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入。"),
        "file_archive": gettext_noop("这是网页归档（MHT），只是名字像表格。请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入。"),
        "file_text": gettext_noop("这是文本文件，没有用逗号或制表符分成列。请用 Excel 或 WPS 整理成表格，另存为 .xlsx 再导入。"),
        "file_encoding": gettext_noop("这个文本文件的编码认不出来。请用 Excel 或 WPS 打开它，另存为 .xlsx 再导入。"),
        "file_kind": gettext_noop("这不是 Excel 表格。请用 Excel 或 WPS 打开原来的表格，另存为 .xlsx 再导入。"),
        "file_word": gettext_noop("这是 Word 文档。请把其中的表格复制到 Excel 或 WPS 表格里，另存为 .xlsx 再导入。"),
        "file_locked": gettext_noop("表格设了打开密码。请在 Excel 或 WPS 里取消密码，保存后再导入。"),
        "file_damaged": gettext_noop("表格文件已损坏，无法读取。请用 Excel 或 WPS 打开并另存为 .xlsx 再导入。"),
        "file_bomb": gettext_noop("文件展开后有 %(size)s MB，超过 %(limit)s MB 的上限。请删去多余的内容，或拆成几份再导入。"),
        "file_memory": gettext_noop("表格太大或结构异常，读取时超出了内存或时间的上限。请把数据复制到一个新表格里，或拆成几份再导入。"),
        "sheet_none": gettext_noop("表格里没有内容。请检查是不是选错了文件。"),
        "sheet_rows": gettext_noop("工作表“%(sheet)s”超过 %(limit)s 行。请拆成几份再导入。"),
        "sheet_columns": gettext_noop("工作表“%(sheet)s”一直用到第 %(column)s 列，超过 %(limit)s 列的上限。请删去右边多余的内容再导入。"),
        # what should be known of a sheet that was read
        "note_text": gettext_noop("这是文本文件（如 CSV），不是 Excel 表格，已经按文本读取。请核对列和编号有没有错位。"),
        "note_html": gettext_noop("这其实是网页，只是名字像表格，已经读取其中的表格。请核对列有没有错位。"),
        "note_macros": gettext_noop("表格里有宏，没有运行，也不会保存。"),
        "note_formulas": gettext_noop("有 %(count)s 个公式没有算出结果，读出来是空的。请用 Excel 或 WPS 打开并保存一次，再重新上传。"),
        "note_hidden_rows": gettext_noop("含隐藏行 %(count)s 行，已一并读取。"),
        "note_hidden_columns": gettext_noop("含隐藏列 %(count)s 列，已一并读取。"),
        "note_hidden_sheets": gettext_noop("隐藏的工作表没有读取：%(names)s。需要导入的话，请取消隐藏后重新上传。"),
        # the row
        "row_missing": gettext_noop("必须填写"),
        "row_duplicate": gettext_noop("与第 %(other)s 行重复"),
        # rows that are left out on purpose
        "skip_example": gettext_noop("示例行，不导入"),
        "skip_heading": gettext_noop("重复的表头，不导入"),
        "skip_numbering": gettext_noop("栏次行，不导入"),
        "skip_footer": gettext_noop("合计、签名或说明，不导入"),
        "skip_unrecognised": gettext_noop("认得的列都是空的，不导入"),
        # any cell
        "cell_error": gettext_noop("单元格里是公式错误 %(given)s，请改成真实内容"),
        "cell_long": gettext_noop("有 %(length)s 个字，最多 %(limit)s 个字"),
        "cell_float": gettext_noop("长号码被 Excel 变成了数字 %(given)s，末尾几位已经丢失。请把单元格设为文本格式后重新填写"),
        # numbers of things
        "number_unreadable": gettext_noop("“%(given)s”不是数字"),
        "number_whole": gettext_noop("“%(given)s”应为整数"),
        "number_range": gettext_noop("%(given)s 不在 %(least)s 到 %(most)s 之间"),
        # dates
        "date_unreadable": gettext_noop("“%(given)s”不是日期，请写成 2012-03-05 这样"),
        "date_no_month": gettext_noop("%(year)s 年没有 %(month)s 月"),
        "date_no_day": gettext_noop("%(year)s 年 %(month)s 月没有 %(day)s 日"),
        "date_year": gettext_noop("年份 %(year)s 不合理，请写成 2012-03-05 这样"),
        "date_short_year": gettext_noop("“%(given)s”的年份不是四位数，请写成 2012-03-05 这样"),
        "date_day_missing": gettext_noop("“%(given)s”缺少日，请写成 2012-03-05 这样"),
        "date_month_missing": gettext_noop("“%(given)s”缺少月份，请写成 2012-03 这样"),
        "date_ambiguous": gettext_noop("“%(given)s”可能是 1 月也可能是 10 月，请写成 %(year)s-01 或 %(year)s-10"),
        "date_order": gettext_noop("“%(given)s”分不清月和日，请写成 2012-03-05 这样"),
        "date_lunar": gettext_noop("“%(given)s”是农历，请换成公历日期"),
        "date_future": gettext_noop("%(given)s 在今天之后"),
        # id numbers
        "id_float": gettext_noop("身份证号被 Excel 变成了数字 %(given)s，末尾几位已经丢失。请把单元格设为文本格式后重新填写"),
        "id_masked": gettext_noop("“%(given)s”不是完整的身份证号，请填写全部 18 位"),
        "id_old": gettext_noop("“%(given)s”是 15 位的旧号码，请填写 18 位的身份证号"),
        "id_length": gettext_noop("身份证号应为 18 位，这里有 %(length)s 位"),
        "id_letters": gettext_noop("身份证号里只能有数字，最后一位可以是 X"),
        "id_province": gettext_noop("身份证号开头的 %(given)s 不是省份代码"),
        "id_birth": gettext_noop("身份证号第 7 到 14 位 %(given)s 不是有效的出生日期"),
        "id_check": gettext_noop("身份证号的校验位不对，可能有一位写错了"),
        # phones
        "phone_unreadable": gettext_noop("“%(given)s”不是电话号码，请填写 11 位手机号，或带区号的固定电话"),
        "phone_several": gettext_noop("这里有几个号码，请只留一个"),
        "phone_float": gettext_noop("电话号码被 Excel 变成了 %(given)s，请把单元格设为文本格式后重新填写"),
        # codes
        "code_unknown": gettext_noop("“%(given)s”不在可填的内容里。可填：%(allowed)s"),
        "code_nearest": gettext_noop("“%(given)s”不在可填的内容里，是不是“%(nearest)s”？"),
        "code_several": gettext_noop("这里只能填一项，现在有 %(count)s 项"),
        "yes_no_unreadable": gettext_noop("“%(given)s”应填“是”或“否”"),
    }
)
