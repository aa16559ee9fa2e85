"""Reference curves of growth, where whoever runs the program has put them.

The tables of the World Health Organization (height and weight for age: Child Growth Standards 2006, Growth Reference 2007) are licensed
CC BY-NC-SA 3.0 IGO and do not belong into an open program; ``manage.py growth_reference`` reads the files as the WHO gives them out.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from python_calamine import CalamineError, CalamineWorkbook

from tongxing.ground.folders import var

type Measure = Literal["height", "weight"]
type Key = tuple[Measure, str]  # what is measured, and the sex as GB/T 2261.1 has it: 1 boys, 2 girls
LINES = ((2, "+2SD"), (0, "中位数"), (-2, "-2SD"))
HEADS = ("month", "l", "m", "s")
_NAME = re.compile(r"(?P<what>l?hfa|wfa)\W*_?(?P<sex>boys|girls)", re.IGNORECASE)
_MOST_ROWS = 3000


class NotAReference(Exception):
    """The message says which file, and why not."""


@dataclass(frozen=True, slots=True)
class Row:
    """The distribution at one age, by Cole's LMS method: Box-Cox power, median, coefficient of variation."""

    month: int
    power: float
    median: float
    variation: float

    def at(self, z: float) -> float:
        """The measure (cm or kg) that lies so many standard deviations from the median."""
        if abs(self.power) < 1e-9:
            return self.median * math.exp(self.variation * z)
        return float(self.median * (1 + self.power * self.variation * z) ** (1 / self.power))


def path() -> Path:
    return var() / "growth" / "reference.json"


def read(file: Path) -> tuple[Key, list[Row]]:
    """One table as the WHO gives it out: what and whose from its name, columns Month, L, M and S. Raises ``NotAReference``."""
    named = _NAME.search(file.name)
    if named is None:
        raise NotAReference(f"{file.name}: the name says neither hfa, lhfa nor wfa with boys or girls, as the WHO's files are called.")
    table = _cells(file)
    number, heads = next(((number, heads) for number, cells in enumerate(table) if set(HEADS) <= set(heads := [str(cell).strip().lower() for cell in cells])), (0, []))
    if not heads:
        raise NotAReference(f"{file.name}: there is no line with the headings Month, L, M and S.")
    spots = [heads.index(head) for head in HEADS]
    rows = []
    for line, cells in enumerate(table[number + 1 :], number + 2):
        if not any(str(cell).strip() for cell in cells):
            continue
        try:
            month, power, median, variation = (float(cells[spot]) for spot in spots)
        except (ValueError, IndexError) as odd:
            raise NotAReference(f"{file.name}, line {line}: Month, L, M and S should be numbers.") from odd
        if not (0 <= month <= 240 and median > 0 and 0 < variation < 1):
            raise NotAReference(f"{file.name}, line {line}: month {month:g}, M {median:g} and S {variation:g} cannot be.")
        rows.append(Row(int(month), power, median, variation))
    what: Measure = "weight" if named["what"].lower() == "wfa" else "height"
    return (what, "1" if named["sex"].lower() == "boys" else "2"), rows


def _cells(file: Path) -> list[list[Any]]:
    try:
        if file.suffix.lower() in (".xlsx", ".xls"):
            return CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[:_MOST_ROWS]
        text = file.read_text(encoding="utf-8-sig")
        return list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text else ","))[:_MOST_ROWS]
    except (OSError, CalamineError, UnicodeDecodeError, csv.Error) as unread:
        raise NotAReference(f"{file.name}: it cannot be read as a workbook or a table of text.") from unread


def keep(files: Iterable[Path]) -> dict[Key, int]:
    """Put the tables where the growth record finds them; all or none. How many ages each has. Raises ``NotAReference``."""
    found: dict[Key, dict[int, Row]] = {}
    for file in files:
        key, rows = read(file)
        found.setdefault(key, {}).update({row.month: row for row in rows})
    kept = {f"{what} {sex}": [[row.month, row.power, row.median, row.variation] for _month, row in sorted(rows.items())] for (what, sex), rows in found.items()}
    path().parent.mkdir(parents=True, exist_ok=True)
    new = path().with_suffix(".new")
    new.write_text(json.dumps(kept))
    new.replace(path())
    return {key: len(rows) for key, rows in found.items()}


def lines(what: str, sex: str, ages: Sequence[float]) -> list[dict[str, Any]]:
    """The reference around the measurements at these ages (years): per line its name and its points (years, cm or kg). Nothing where there is none."""
    if not ages or not path().is_file():
        return []
    rows = [Row(*row) for row in json.loads(path().read_text()).get(f"{what} {sex}", [])]
    first, last = math.floor(min(ages)) * 12, max(math.ceil(max(ages)), math.floor(min(ages)) + 1) * 12
    near = [row for row in rows if first <= row.month <= last]
    return [{"name": name, "points": [(row.month / 12, round(row.at(z), 2)) for row in near]} for z, name in LINES] if len(near) > 1 else []
