"""Reading lists: every format, every mistake in words."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from tongxing.places import lists
from tongxing.places.lists import Listed, ListError

CSV = "夷陵区行政区划一览\n序号,统计用区划代码,名称\n1,420506001,小溪塔街道\n2,420506001001,冯家湾社区居民委员会\n"


def workbook(rows: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_any_usual_encoding(encoding: str) -> None:
    found = lists.read_upload("夷陵.csv", CSV.encode(encoding))
    assert found.places == [Listed(3, 420506001000, "小溪塔街道"), Listed(4, 420506001001, "冯家湾社区居民委员会")]
    assert found.problems == []


def test_a_workbook_is_read_with_numbers_and_texts_as_codes() -> None:
    content = workbook([["代码", "名称"], [420506001001, "冯家湾社区居民委员会"], ["420506001002", "兴安社区居民委员会"], ["", ""]])
    assert [listed.code for listed in lists.read_upload("a.xlsx", content).places] == [420506001001, 420506001002]


def test_what_is_wrong_is_told_by_row_in_words_and_the_rest_is_kept() -> None:
    rows = "代码,名称\n42050600100,少一位\n420506001001,\n420506001002,甲村村民委员会\n420506001002,乙村村民委员会\n420506001002,甲村村民委员会\n420506001003,看不见\u200b村\n"
    found = lists.read_upload("错.csv", rows.encode())
    assert [listed.name for listed in found.places] == ["甲村村民委员会"]
    assert [str(problem) for problem in found.problems] == [
        "错.csv 第2行：区划代码“42050600100”应为2、4、6、9或12位",
        "错.csv 第3行：名称是空的",
        "错.csv 第5行：代码420506001002在第4行已是“甲村村民委员会”",
        "错.csv 第7行：名称中有不可见的字符",
    ]


def test_a_rare_character_of_the_private_use_area_is_a_name() -> None:
    assert lists.read_upload("a.csv", "代码,名称\n420684103229,\ue170高村委会\n".encode()).problems == []


def test_a_name_of_ten_thousand_characters_is_refused() -> None:
    found = lists.read_upload("a.csv", f"代码,名称\n420684103229,{'长' * 10_000}\n".encode())
    assert [problem.text for problem in found.problems] == ["名称超过100个字"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"%PDF", "不支持“.pdf”文件"),
        ("noextension", b"", "不支持"),
        ("a.xlsx", b"not a workbook", "不是可以读取的表格文件"),
        ("a.csv", b"\xff\xfe\x00\x01\x02", "编码无法识别"),
        ("a.csv", b"", "没有找到“代码”和“名称”两列"),
        ("a.csv", b"x,y\n" * 30, "没有找到“代码”和“名称”两列"),
        ("a.csv", b"code,name\n" + b'"' + b"x" * 200_000, "不是可以读取的 CSV 文件"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(name: str, content: bytes, says: str) -> None:
    with pytest.raises(ListError, match=says):
        lists.read_upload(name, content)


def test_a_folder_lacking_tables_says_which(tmp_path: Path) -> None:
    (tmp_path / "provinces.csv").write_text("code,name\n42,湖北省\n")
    with pytest.raises(ListError, match=r"缺少 cities\.csv、areas\.csv、streets\.csv、villages\.csv"):
        lists.read(tmp_path)


def test_a_folder_is_read_from_the_top_and_a_city_without_counties_stays_one_place(tmp_path: Path) -> None:
    tables = {
        "provinces.csv": "44,广东省",
        "cities.csv": "4419,东莞市",
        "areas.csv": "441900,东莞市",
        "streets.csv": "441900003,东城街道",
        "villages.csv": "441900003002,岗贝社区居民委员会",
    }
    for file, row in tables.items():
        (tmp_path / file).write_text(f"code,name\n{row}\n")
    found = lists.read(tmp_path)
    assert [listed.code for listed in found.places] == [440000000000, 441900000000, 441900003000, 441900003002]
    assert found.problems == []


def test_the_shipped_lists_are_whole() -> None:
    found = lists.shipped()
    assert found.problems == []
    assert sum(420500000000 < listed.code < 420600000000 for listed in found.places) == 13 + 113 + 1650
    assert len(found.places) == 5114


def test_a_null_byte_in_a_cell_is_not_read() -> None:
    found = lists.read_upload("a.csv", "代码,名称\n\0坏,\0\n420506001001,冯家湾\0社区\n".encode())
    assert [listed.name for listed in found.places] == ["冯家湾社区"]
    assert "\0" not in "".join(problem.text for problem in found.problems)
