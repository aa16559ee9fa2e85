import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.ledgers import layout as layouts
from tongxing.ledgers import reading
from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.reading import Row, Skipped
from tongxing.ledgers.tests.sample import CHILDREN, ID_NUMBER, TODAY, xls, xlsx

HEAD = ["序号", "姓名", "性别", "出生日期", "身份证号码", "现居住村"]


def rows_of(content: bytes, **more) -> tuple[list[Row], list[Skipped]]:
    with reading.read(content, CHILDREN, today=TODAY, **more) as read:
        return list(read.rows()), read.skipped


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_messy_ledger_is_read(make) -> None:
    content = make(
        ["夷陵区儿童台账"],
        ["序号", "姓名", "性别", "出生日期", "身份证号", "现居住村", "父亲", None, "备注"],
        [None, None, None, None, None, None, "姓名", "电话", None],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, "张　三", "男", date(2012, 3, 5), ID_NUMBER, "冯家湾社区", "张大山", 13812345678, ""],
        [None],
        [2, "李四", "1", 41000, "", "兴安社区", "/", "无", "无"],
        ["合计", 2],
        ["填表人：王某", None, "审核人：李某"],
        merged=[(1, 6, 1, 7)],
    )
    rows, skipped = rows_of(content)
    assert [row.number for row in rows] == [5, 7]
    assert rows[0].values == {
        "name": "张三",
        "sex": "1",
        "born": date(2012, 3, 5),
        "id_number": ID_NUMBER,
        "village": "冯家湾社区",
        "father_name": "张大山",
        "father_phone": "13812345678",
    }
    assert rows[1].values == {"name": "李四", "sex": "1", "born": date(2012, 4, 1), "village": "兴安社区", "note": "无"}
    assert skipped == [Skipped(4, "skip_numbering"), Skipped(8, "skip_footer"), Skipped(9, "skip_footer")]
    assert not any(row.problems for row in rows)


def test_every_problem_names_row_column_and_cell() -> None:
    rows, _ = rows_of(xlsx(HEAD, [1, "", "男的", "2012-2-30", 4.2050620120305e17, "冯家湾"]))
    assert [(problem.row, problem.column, problem.cell, problem.code) for problem in rows[0].problems] == [
        (2, "sex", "C2", "code_nearest"),
        (2, "born", "D2", "date_no_day"),
        (2, "id_number", "E2", "id_float"),
        (2, "name", "B2", "row_missing"),
    ]
    assert rows[0].problems[1].sentence("出生日期") == "D2 出生日期：2012 年 2 月没有 30 日"


def test_a_required_column_that_is_not_there_is_a_problem_of_every_row() -> None:
    with reading.read(xlsx(["姓名", "性别"], ["张三", "男"]), CHILDREN, today=TODAY) as read:
        assert [column.key for column in read.layout.missing] == ["village"]
        (row,) = read.rows()
    assert [(problem.column, problem.cell) for problem in row.problems] == [("village", "")]
    assert row.problems[0].sentence("现居住村") == "第 2 行 现居住村：必须填写"


def test_examples_repeated_headings_and_rows_without_known_cells_are_listed() -> None:
    rows, skipped = rows_of(
        xlsx([*HEAD, "鞋码"], ["示例", "张子轩", "男"], [1, "张三", "男", "", "", "冯家湾"], HEAD, [2, "", "", "", "", "", "37"], [3], [4, "李四", "女", "", "", "兴安"])
    )
    assert [row.values["name"] for row in rows] == ["张三", "李四"]
    assert skipped == [Skipped(2, "skip_example"), Skipped(4, "skip_heading"), Skipped(5, "skip_unrecognised")]
    assert all(each.text() for each in skipped)


def test_the_sheet_that_fits_best_is_read_and_its_like_is_named() -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["夷陵区民政局"])
    for name in ("小溪塔", "龙泉镇"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append([1, name + "的孩子", "男", datetime(2012, 3, 5), None, "某村"])  # noqa: DTZ001
    book.save(out)
    with reading.read(out.getvalue(), CHILDREN, today=TODAY) as read:
        assert read.layout.sheet == "小溪塔"
        assert read.other_sheets == ("龙泉镇",)
        assert [row.values["name"] for row in read.rows()] == ["小溪塔的孩子"]


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(WorkbookRefused, match="没有内容"), reading.read(xlsx(), CHILDREN, today=TODAY):
        pass


def test_a_mapping_by_hand_is_used() -> None:
    content = xlsx(["大名", "住哪里", "性别"], ["张三", "冯家湾", "男"])
    rows, _ = rows_of(content, mapping={0: "name", 1: "village", 2: ""})
    assert rows[0].values == {"name": "张三", "village": "冯家湾"}


def test_formulas_are_not_evaluated() -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["姓名", "现居住村", "备注"])
    book.active.append(["=1+1", "冯家湾", '=HYPERLINK("http://example.com","x")'])
    book.save(out)
    rows, _ = rows_of(out.getvalue())
    assert [problem.code for problem in rows[0].problems] == ["row_missing"]


COLUMN_ORDER = st.permutations(["name", "sex", "born", "id_number", "village", "income", "note"])
CHILD = st.fixed_dictionaries(
    {
        "name": st.text("张王李赵子轩梓涵𬭎㑇", min_size=1, max_size=4),
        "sex": st.sampled_from(["男", "女", "1", "2", " 男性"]),
        "born": st.dates(date(2010, 1, 1), date(2026, 1, 1)).flatmap(
            lambda day: st.sampled_from([day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}"])
        ),
        "id_number": st.sampled_from(["", "/", ID_NUMBER]),
        "village": st.sampled_from(["冯家湾社区", " 兴安社区 "]),
        "income": st.sampled_from(["", "打工", "务工、务农"]),
        "note": st.sampled_from(["", "=1+1", "-", "随奶奶"]),
    }
)


@settings(max_examples=60)
@given(COLUMN_ORDER, st.lists(CHILD | st.none(), max_size=12), st.integers(0, 4))
def test_no_row_of_a_shuffled_ledger_is_lost_or_doubled(order: list[str], children: list[dict[str, str] | None], titles: int) -> None:
    sheet = [["标题"]] * titles + [[CHILDREN.heading(key) for key in order]] + [[child[key] for key in order] if child else [""] * len(order) for child in children]
    layout = layouts.find(CHILDREN, sheet="台账", rows=sheet)
    skipped: list[Skipped] = []
    numbered = ((number, row) for number, row in enumerate(sheet[layout.last_line :], layout.last_line + 1) if any(row))
    rows = list(reading.read_rows(layout, numbered, today=TODAY, skipped=skipped))
    given_rows = {titles + 2 + index for index, child in enumerate(children) if child}
    assert {row.number for row in rows} == given_rows
    assert len(rows) == len(given_rows)
    assert not skipped
    assert not any(row.problems for row in rows)
