"""Catalogues of Excel lists as data files."""

from pathlib import Path

import pytest

from tongxing.ground import catalogues
from tongxing.ground.codes import About, Code, Table
from tongxing.ground.toml import DataFileError
from tongxing.ledgers.catalogue import Kind

SEX = Table(About(id="sex", label="性别", source="GB/T 2261.1"), (Code(value="1", label="男", aliases=("男孩",)), Code(value="2", label="女")))
HEAD = '[list]\nid = "pupils"\ntitle = "花名册"\nkeys = ["name"]\nsource = "P1-2"\n\n'


def read(tmp_path: Path, text: str):
    path = tmp_path / "ledger.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return catalogues.read(path, {"sex": SEX})


def test_a_column_takes_its_choices_from_a_code_table(tmp_path: Path):
    found = read(tmp_path, '[[column]]\nkey = "name"\nheading = "姓名"\nkind = "name"\n[[column]]\nkey = "sex"\nheading = "性别"\nkind = "code"\ncodes = "sex"\n')
    assert found.by_key["name"].kind is Kind.NAME
    assert [(choice.value, choice.label, choice.aliases) for choice in found.by_key["sex"].choices] == [("1", "男", ("男孩",)), ("2", "女", ())]
    assert found.keys == ("name",)


def test_a_column_of_several_groups_is_declared_once(tmp_path: Path):
    groups = '[[group]]\nid = "father"\nheading = "父亲"\n[[group]]\nid = "mother"\nheading = "母亲"\naliases = ["妈妈"]\n'
    both = 'groups = ["father", "mother"]\n'
    columns = (
        f'[[column]]\nkey = "name"\nheading = "姓名"\n[[column]]\nkey = "name"\nheading = "姓名"\nalso = ["{{group}}"]\n{both}[[column]]\nkey = "phone"\nheading = "电话"\n{both}'
    )
    found = read(tmp_path, groups + columns)
    assert [column.key for column in found.columns] == ["name", "father_name", "father_phone", "mother_name", "mother_phone"]
    assert found.headings["妈妈"] == "mother_name"
    assert found.headings["妈妈电话"] == "mother_phone"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[column]]\nkey = "name"\nheeding = "姓名"\n', "ledger.toml:9: unknown key “column.heeding”; the nearest known key is “column.heading”"),
        ('[[column]]\nkey = "name"\nheading = "姓名"\nkind = "nam"\n', "the nearest known value is “name”"),
        ('[[column]]\nkey = "name"\nheading = "姓名"\nkind = "code"\ncodes = "sexx"\n', "known are sex"),
        ('[[column]]\nkey = "nama"\nheading = "姓名"\n', "key column 'name' is not declared"),
        ('[[column]]\nkey = "name"\nheading = "姓名"\n[[column]]\nkey = "other"\nheading = "姓 名"\n', "belongs to 'name' and 'other'"),
        ('[[column]]\nkey = "name"\nheading = "姓名"\ngroup = "father"\n', "group 'father' is not declared"),
    ],
)
def test_what_does_not_fit_is_an_error_that_says_where(tmp_path: Path, text: str, message: str):
    with pytest.raises(DataFileError, match=r"ledger\.toml") as wrong:
        read(tmp_path, text)
    assert message in str(wrong.value)
