"""The code tables agree with their standards and with each other."""

import pytest

from tongxing.children import codes
from tongxing.ground.codes import Table


def test_there_are_56_ethnic_groups_and_two_others():
    assert codes.ETHNIC_GROUP.values() == (*(f"{number:02d}" for number in range(1, 57)), "97", "98")
    assert [codes.ETHNIC_GROUP.find(text) for text in ("汉", "土家族", "06", "基诺")] == [codes.ETHNIC_GROUP[value] for value in ("01", "15", "06", "56")]


def test_both_parents_step_parents_included_stand_on_a_side():
    assert {"51", "57"} == codes.FATHERS
    assert {"52", "58"} == codes.MOTHERS


def test_the_sets_of_de_facto_unsupported_are_those_of_the_rule():
    assert codes.CIRCUMSTANCE.where(lambda kind: kind.set == "B") == {"dead", "declared_missing"}
    assert codes.CIRCUMSTANCE.where(lambda kind: kind.set == "A") == {
        "severe_disability",
        "severe_illness",
        "imprisoned",
        "detox",
        "restricted",
        "out_of_contact",
        "guardianship_revoked",
        "deported",
    }


def test_guardianship_has_the_five_kinds_of_2016():
    assert [kind.label for kind in codes.GUARDIANSHIP] == ["无人监护", "父或母无监护能力", "受委托人能力不足", "一般", "较好"]


def test_laohekou_has_seven_categories_and_suxian_five():
    assert len(codes.SCHEMES["laohekou"].kinds) == 7
    assert [kind.label for kind in codes.SCHEMES["suxian"].kinds] == ["辍学", "生活困难", "监护人缺失", "事实无人抚养", "残疾"]


def test_hiv_is_restricted_wherever_it_stands():
    assert codes.SCHEMES["protection"].restricted == {"hiv"} == codes.SCHEMES["guangdong"].restricted
    assert "hiv" not in codes.ILLNESS


@pytest.mark.parametrize("word", ["离异", "离婚", "失踪", "残疾"])
def test_a_word_that_does_not_decide_is_no_circumstance(word):
    assert codes.CIRCUMSTANCE.find(word) is None


def test_every_document_named_is_in_the_list_of_documents():
    named = {document for kind in codes.CIRCUMSTANCE for document in kind.evidence}
    named |= {document for scheme in codes.SCHEMES.values() for kind in scheme.kinds for document in kind.evidence}
    assert named <= set(codes.EVIDENCE.values())


@pytest.mark.parametrize("table", [value for value in vars(codes).values() if isinstance(value, Table)], ids=lambda table: table.id)
def test_a_label_is_found_and_no_alias_means_two_things(table):
    assert all(table.find(code.label) == code for code in table)
    said = [text for code in table for text in {code.label, *code.aliases}]
    assert len(said) == len(set(said))
