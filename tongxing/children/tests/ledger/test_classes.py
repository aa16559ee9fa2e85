"""Grade and class as ledgers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.children.ledger.classes import Class, read, stage_of_school
from tongxing.units.codes import STAGE
from tongxing.units.rules import ClassKey, class_name


@pytest.mark.parametrize(
    ("text", "stage", "found"),
    [
        ("三年级2班", "", Class("primary", 3, "三年级2班")),
        ("三（2）班", "primary", Class("primary", 3, "三年级2班")),
        ("3年级", "primary", Class("primary", 3, "")),
        ("三", "primary", Class("primary", 3, "")),
        ("七年级", "", Class("junior", 1, "")),
        ("九年级3班", "junior", Class("junior", 3, "初三3班")),
        ("初二(十二)班", "", Class("junior", 2, "初二12班")),
        ("高一 3班", "senior", Class("senior", 1, "高一3班")),
        ("中班", "", Class("kindergarten", 2, "")),
        ("大2班", "kindergarten", Class("kindergarten", 3, "大2班")),
        ("二年级", "vocational", Class("vocational", 2, "")),
        ("301班", "primary", Class("primary", 3, "三年级1班")),
        ("3班", "primary", Class("primary", None, "3班")),
        ("12班", "primary", Class("primary", None, "12班")),
        ("三班", "primary", Class("primary", None, "三班")),
        ("3(2)班", "primary", Class("primary", 3, "三年级2班")),
        ("3", "primary", Class("primary", 3, "")),
        ("飞翔班", "primary", Class("primary", None, "飞翔班")),
        ("", "primary", Class("primary", None, "")),
    ],
)
def test_grades_are_read(text: str, stage: str, found: Class):
    assert read(text, stage) == found


@given(
    st.sampled_from([code.value for code in STAGE if code.value != "special"]).flatmap(
        lambda stage: st.tuples(st.just(stage), st.integers(1, STAGE[stage].grades), st.integers(1, 60))
    )
)
def test_a_class_reads_back_as_itself(key: tuple[str, int, int]):
    name = class_name(ClassKey(*key))
    assert read(name, key[0]) == Class(key[0], key[1], name)


@given(st.text(max_size=20), st.sampled_from(["", *STAGE.values()]))
def test_whatever_is_written_is_kept(text: str, stage: str):
    found = read(text, stage)
    assert found.grade is not None or found.name == text.strip()


def test_a_school_may_say_its_stage():
    assert stage_of_school("小溪塔第一小学") == "primary"
    assert stage_of_school("某某中学") == ""
    assert stage_of_school("九年一贯制学校小学部初中部") == ""
