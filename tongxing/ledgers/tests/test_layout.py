from tongxing.ledgers import layout
from tongxing.ledgers.layout import Layout, letter
from tongxing.ledgers.tests.sample import CHILDREN


def found(*rows: list[str], merged: list[tuple[tuple[int, int], tuple[int, int]]] | None = None) -> Layout:
    return layout.find(CHILDREN, sheet="台账", rows=rows, merged=merged or [])


def test_one_line_of_headings_in_any_order() -> None:
    seen = found(["现居住村", "儿童姓名", "身份证号", "父亲姓名"], ["冯家湾", "张三", "", ""])
    assert seen.mapping == {0: "village", 1: "name", 2: "id_number", 3: "father_name"}
    assert (seen.first_line, seen.last_line) == (1, 1)
    assert seen.missing == ()


def test_titles_above_are_kept_as_preamble() -> None:
    seen = found(["夷陵区农村留守儿童台账", "", ""], ["填报单位(盖章):小溪塔街道", "", "2026年3月"], [], ["序号", "姓 名", "*现居住村"])
    assert seen.preamble == ("夷陵区农村留守儿童台账", "填报单位(盖章):小溪塔街道 2026年3月")
    assert seen.mapping == {1: "name", 2: "village"}
    assert seen.last_line == 4
    assert seen.serial == 0
    assert seen.unknown == ()


def test_merged_headings_of_two_lines() -> None:
    seen = found(
        ["姓名", "现居住村", "父亲基本情况", "", "", "备注"],
        ["", "", "姓名", "电话", "外出时间", ""],
        merged=[((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 4)), ((0, 5), (1, 5))],
    )
    assert seen.mapping == {0: "name", 1: "village", 2: "father_name", 3: "father_phone", 4: "father_away", 5: "note"}
    assert (seen.first_line, seen.last_line) == (1, 2)
    assert seen.columns[3].heading == "父亲基本情况 电话"


def test_a_group_written_over_its_first_column_only() -> None:
    seen = found(["姓名", "村", "父亲", "", "备注"], ["", "", "姓名", "联系电话", ""])
    assert seen.mapping == {0: "name", 2: "father_name", 3: "father_phone", 4: "note"}


def test_three_lines_and_a_group_that_says_nothing() -> None:
    seen = found(
        ["儿童基本信息", "", "家庭情况", ""],
        ["姓名", "现居住村", "父亲", ""],
        ["", "", "姓名", "电话"],
        merged=[((0, 0), (0, 1)), ((0, 2), (0, 3)), ((1, 0), (2, 0)), ((1, 1), (2, 1)), ((1, 2), (1, 3))],
    )
    assert seen.mapping == {0: "name", 1: "village", 2: "father_name", 3: "father_phone"}
    assert seen.last_line == 3


def test_somebody_elses_name_is_never_taken_for_the_childs() -> None:
    seen = found(["姓名", "现居住村", "继父", ""], ["", "", "姓名", "电话"], merged=[((0, 2), (0, 3))])
    assert seen.mapping == {0: "name", 1: "village"}
    assert [column.heading for column in seen.unknown] == ["继父 姓名", "继父 电话"]
    without_child = found(["母亲", "", "继父", "", "现居住村"], ["姓名", "电话", "姓名", "电话", ""], merged=[((0, 0), (0, 1)), ((0, 2), (0, 3))])
    assert "name" not in without_child.mapping.values()


def test_remarks_in_brackets_and_wide_letters_do_not_matter() -> None:
    seen = found(["姓名（必填）", "出生日期\n(年月日)", "现居住村：", "ＮＯ．"])
    assert seen.mapping == {0: "name", 1: "born", 2: "village"}


def test_a_heading_that_stands_twice_is_reported() -> None:
    seen = found(["姓名", "现居住村", "姓名"])
    assert seen.mapping == {0: "name", 1: "village"}
    assert seen.columns[2].duplicate_of == 0


def test_missing_and_unknown_columns_are_named() -> None:
    seen = found(["姓名", "性别", "鞋码"])
    assert [column.key for column in seen.missing] == ["village"]
    assert [(column.letter, column.heading) for column in seen.unknown] == [("C", "鞋码")]


def test_a_sheet_without_known_headings_offers_its_fullest_line() -> None:
    seen = found(["某某统计", "", ""], ["甲", "乙", "丙"], ["1", "2", "3"])
    assert seen.mapping == {}
    assert seen.first_line == 2
    assert len(seen.unknown) == 3


def test_an_empty_sheet_has_no_columns() -> None:
    assert found().columns == ()
    assert found([], [""]).columns == ()


def test_the_first_row_of_data_is_no_second_line_of_headings() -> None:
    seen = found(["姓名", "性别", "现居住村"], ["张三", "", "冯家湾"])
    assert seen.last_line == 1


def test_a_correction_by_hand_wins() -> None:
    seen = found(["孩子大名", "性别", "现居住村", "儿童姓名"])
    assert seen.mapping == {1: "sex", 2: "village", 3: "name"}
    corrected = seen.remapped({0: "name", 1: ""})
    assert corrected.mapping == {0: "name", 2: "village"}


def test_letters() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
