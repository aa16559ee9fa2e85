"""What units and children say of schools is the same."""

from tongxing.children import codes as children
from tongxing.units import codes


def test_the_stages_of_schools_are_those_of_the_childrens_form() -> None:
    assert set(codes.STAGE.values()) == {code.value for code in children.SCHOOL_STAGE if code.enrolled}
    assert all(code.years in (0, codes.STAGE[code.value].grades) for code in children.SCHOOL_STAGE if code.enrolled)
