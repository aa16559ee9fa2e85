"""Invented people can be nobody's."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tongxing.children import identity
from tongxing.children.fields import phone
from tongxing.demo.people import MAN, WOMAN, People, destinations
from tongxing.places import lists


@given(st.dates(date(1940, 1, 1), date(2026, 1, 1)), st.sampled_from([MAN, WOMAN]), st.integers(0, 99))
def test_id_numbers_are_correct_differ_and_stand_in_a_division_that_never_was(born: date, sex: str, seed: int) -> None:
    people = People(Random(seed))
    numbers = [people.id_number(born, sex) for _each in range(5)]
    assert len(set(numbers)) == 5
    for number in numbers:
        read = identity.parse(number)
        assert (read.born, read.sex, read.division) == (born, sex, 420599)
    assert 420599000000 not in {listed.code for listed in lists.shipped().places}


def test_telephones_are_telephones_of_no_operator() -> None:
    people = People(Random(1))
    given_out = [people.phone() for _each in range(200)]
    assert len(set(given_out)) == 200
    assert all(phone(each) == each and each.startswith("1540") for each in given_out)


def test_the_same_seed_gives_the_same_people() -> None:
    one, other = ([People(Random(7)).adult(MAN, date(1985, 5, 1)) for _each in range(3)] for _again in range(2))
    assert one == other


def test_destinations_are_places_of_the_register_or_of_its_package() -> None:
    names = {listed.code: listed.name for listed in lists.shipped().places}
    for each in destinations()[0]:
        assert each.place in names
        assert each.name.endswith(names[each.place])
