"""The same mistake in many rows, said once: a village that the county does not have is wrong in three hundred rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from tongxing.crypto.sealed import DataKey
from tongxing.imports.models import ImportRun
from tongxing.ledgers.problems import Problem

MOST: Final = 1_000  # kinds of mistakes that are counted; a list with more has few that repeat
SHOWN: Final = 12
_FIELD: Final = "mistakes"

type Key = tuple[str, str, str]  # column, code, parameters as JSON


@dataclass(slots=True)
class Mistakes:
    """Each mistake with its number and how many rows have it."""

    counts: dict[Key, int] = field(default_factory=dict)
    _numbers: dict[Key, int] = field(default_factory=dict)

    @classmethod
    def read(cls, run: ImportRun, key: DataKey) -> Self:
        made = cls()
        if run.mistakes:
            for column, code, params, count in json.loads(key.open(_FIELD, run.mistakes)):
                made.counts[column, code, params] = count
                made._numbers[column, code, params] = len(made._numbers)
        return made

    def sealed(self, key: DataKey) -> bytes:
        return key.seal(_FIELD, json.dumps([[*each, count] for each, count in self.counts.items()], ensure_ascii=False))

    def numbers(self, problems: Iterable[Problem]) -> list[int]:
        """Count a row's problems; the numbers of its mistakes."""
        found = []
        for problem in problems:
            key = (problem.column, problem.code, json.dumps(dict(problem.params), ensure_ascii=False, sort_keys=True))
            if key not in self._numbers:
                if len(self._numbers) == MOST:
                    continue
                self._numbers[key] = len(self._numbers)
            if (number := self._numbers[key]) not in found:
                self.counts[key] = self.counts.get(key, 0) + 1
                found.append(number)
        return found

    def often(self) -> list[tuple[int, Problem, int]]:
        """Mistakes that several rows have, the most frequent first: number, the problem, rows."""
        repeated = [(self._numbers[key], key, count) for key, count in self.counts.items() if count > 1]
        repeated.sort(key=lambda each: (-each[2], each[0]))
        return [(number, Problem(0, column, "", code, json.loads(params)), count) for number, (column, code, params), count in repeated[:SHOWN]]

    def get(self, number: int) -> tuple[Problem, int] | None:
        key = next((key for key, own in self._numbers.items() if own == number), None)
        return (Problem(0, key[0], "", key[1], json.loads(key[2])), self.counts[key]) if key else None
