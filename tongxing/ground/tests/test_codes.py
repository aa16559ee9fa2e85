"""Data files are read strictly: a slip is named with its line, never ignored."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from tongxing.ground import toml
from tongxing.ground.codes import Code, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded(Code):
    grade: Literal["low", "high"]
    weights: tuple[int, ...] = ()
    share: float = 0.5


HEAD = '[table]\nid = "colour"\nlabel = "颜色"\nsource = "none"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "colour.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_a_table_is_read_in_its_own_order(tmp_path):
    table = read(written(tmp_path, '[[code]]\nvalue = "2"\nlabel = "红"\n[[code]]\nvalue = "1"\nlabel = "绿"\naliases = ["青 色", "ＬＶ"]\nuntil = 2020-01-01\n'), Code)
    assert table.values() == ("2", "1")
    assert table["1"].until == date(2020, 1, 1)
    assert "3" not in table
    assert (table.id, table.label, len(table)) == ("colour", "颜色", 2)


def test_what_a_ledger_says_is_found_whatever_its_width_case_and_spaces(tmp_path):
    table = read(written(tmp_path, '[[code]]\nvalue = "1"\nlabel = "绿"\naliases = ["青色", "LV"]\n'), Code)
    assert {table.find(text) for text in ("绿", " 青 色 ", "ｌｖ", "１")} == {table["1"]}
    assert table.find("蓝") is None


def test_an_unknown_value_names_its_table(tmp_path):
    with pytest.raises(KeyError, match="colour"):
        read(written(tmp_path, '[[code]]\nvalue = "1"\nlabel = "绿"\n'), Code)["7"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[code]]\nvalue = "1"\nlable = "绿"\n', "colour.toml:7: unknown key “code.lable”; the nearest known key is “code.label”"),
        ('[[code]]\nvalue = "1"\n', "colour.toml:6: “code.label” is missing at “1”"),
        ('[[code]]\nvalue = 1\nlabel = "绿"\n', "colour.toml:6: “code.value” must be text, not “1”"),
        ('[[code]]\nvalue = "1"\nlabel = "绿"\naliases = "x"\n', "colour.toml:8: “code.aliases” must be a list"),
        ('[[code]]\nvalue = "1"\nlabel = "绿"\n[[code]]\nvalue = "1"\nlabel = "红"\n', "colour.toml: the value “1” is given twice"),
        ('[[code]\nvalue = "1"\n', "colour.toml: not valid TOML"),
        ('[code]\nvalue = "1"\n', "colour.toml:5: “code” must be a list"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path, text, said):
    with pytest.raises(toml.DataFileError) as caught:
        read(written(tmp_path, text), Code)
    assert str(caught.value).startswith(said)


def test_columns_of_a_table_are_typed(tmp_path):
    path = written(tmp_path, '[[code]]\nvalue = "1"\nlabel = "绿"\ngrade = "high"\nweights = [1, 2]\nshare = 1\n')
    assert read(path, Graded)["1"] == Graded(value="1", label="绿", grade="high", weights=(1, 2), share=1.0)
    path = written(tmp_path, '[[code]]\nvalue = "1"\nlabel = "绿"\ngrade = "hihg"\n')
    with pytest.raises(toml.DataFileError, match=r"colour.toml:8: “code.grade” may not be “hihg”; the nearest known value is “high”"):
        read(path, Graded)


def test_a_table_is_called_as_its_file(tmp_path):
    other = tmp_path / "shape.toml"
    other.write_text(HEAD + '[[code]]\nvalue = "1"\nlabel = "圆"\n')
    with pytest.raises(toml.DataFileError, match="must be the file's name, “shape”"):
        read(other, Code)
