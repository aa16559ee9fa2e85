"""Schools that a ledger names, linked to the units of the scope where the name means exactly one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from tongxing.children.ledger.meaning import Meaning
from tongxing.units import queries as units


class Schools:
    """Asked once for each name."""

    def __init__(self, lo: int, hi: int, on: date) -> None:
        self._lo, self._hi, self._on = lo, hi, on
        self._known: dict[str, UUID | None] = {}

    def linked(self, said: Meaning) -> Meaning:
        """The row's meaning with its school linked."""
        if said.schooling is None or not (name := said.schooling.school_name):
            return said
        return replace(said, schooling=replace(said.schooling, school_id=self.find(name)))

    def find(self, name: str) -> UUID | None:
        """The one school that is called so."""
        if name not in self._known:
            found = units.resolve_school(name, lo=self._lo, hi=self._hi, on=self._on)
            self._known[name] = found[0].id if len(found) == 1 else None
        return self._known[name]
