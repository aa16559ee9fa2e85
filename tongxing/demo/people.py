"""Invented people: their names, id numbers and telephones. None of them can be a real person's.

Id numbers have correct check digits but stand in the division 420599, which was never given to a county. Telephones begin with
1540, a block that is not assigned to any operator.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from tongxing.children.identity import check_digit

DATA = Path(__file__).parent / "data"
DIVISION = 420599
PHONES = 15400000000
MAN, WOMAN = "1", "2"


@dataclass(frozen=True, slots=True)
class Destination:
    """A place where parents work; ``vague`` is how a hurried ledger names it."""

    place: int
    name: str
    vague: str
    weight: int


@dataclass(slots=True)
class Adult:
    """Somebody's father, mother, grandparent or aunt, the same person in the files of brothers and sisters."""

    key: UUID
    name: str
    sex: str
    born: date
    id_number: str
    phone: str


@dataclass(slots=True)
class People:
    """A source of people: the same seed gives the same ones."""

    rng: Random
    _numbers: dict[tuple[date, str], int] = field(default_factory=dict)
    _phones: int = 0

    def surname(self) -> str:
        pairs, weights = surnames()
        return self.rng.choices(pairs, cum_weights=weights)[0]

    def child_name(self, surname: str, sex: str) -> str:
        """Three in a hundred have a rare character."""
        if self.rng.random() < 0.03:
            return surname + given("rare", self.rng)
        return surname + given("boys" if sex == MAN else "girls", self.rng)

    def adult(self, sex: str, born: date, *, surname: str = "") -> Adult:
        old = "old_" if born.year < 1968 else ""
        name = (surname or self.surname()) + given(f"{old}{'men' if sex == MAN else 'women'}", self.rng)
        return Adult(UUID(int=self.rng.getrandbits(128), version=4), name, sex, born, self.id_number(born, sex), self.phone())

    def id_number(self, born: date, sex: str) -> str:
        """Correct, never given twice, and nobody's."""
        count = self._numbers[(born, sex)] = self._numbers.get((born, sex), 0) + 1
        first = f"{DIVISION}{born:%Y%m%d}{count * 2 - (sex == MAN):03d}"
        return first + check_digit(first)

    def phone(self) -> str:
        self._phones += self.rng.randint(1, 600)
        return str(PHONES + self._phones)

    def destination(self) -> Destination:
        found, weights = destinations()
        return self.rng.choices(found, cum_weights=weights)[0]


@cache
def names() -> dict[str, Any]:
    return tomllib.loads((DATA / "names.toml").read_text())


def given(kind: str, rng: Random) -> str:
    chosen: str = rng.choice(names()[kind])
    return chosen


@cache
def surnames() -> tuple[list[str], list[int]]:
    pairs = names()["surnames"]
    return [name for name, _weight in pairs], list(accumulate(weight for _name, weight in pairs))


@cache
def destinations() -> tuple[list[Destination], list[int]]:
    found = [Destination(**each) for each in tomllib.loads((DATA / "destinations.toml").read_text())["destination"]]
    return found, list(accumulate(each.weight for each in found))
