"""Where a sheet's heading stands, and which of its columns are whose.

Ledgers begin with title rows, have headings of up to three lines with merged cells, and columns in any order. The block
of rows that recognises the most columns of the catalogue is the heading. What is recognised can be corrected by a person
(``Layout.remapped``), and the correction is a plain ``{column index: key}`` that can be kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tongxing.ledgers.catalogue import (
    PROBLEMS_HEADING,
    RESULT_HEADING,
    SERIAL_HEADINGS,
    Catalogue,
    Column,
    group_name,
    normalised,
    without_brackets,
)

type Cell = str | float | int | bool
type Merged = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column), from 0

SEARCHED_ROWS: Final = 40
MOST_LINES: Final = 3
WIDEST_GROUP: Final = 40
LONGEST_HEADING: Final = 80
_OWN_HEADINGS: Final = frozenset({normalised(PROBLEMS_HEADING), normalised(RESULT_HEADING), *SERIAL_HEADINGS})


@dataclass(frozen=True, slots=True)
class Found:
    """One column of the sheet. ``key`` is empty where the catalogue has no such column."""

    index: int  # from 0
    heading: str  # as the sheet has it, lines joined by a space
    key: str = ""
    duplicate_of: int | None = None  # index of the column that has the key already
    own: bool = False  # serial numbers, our own list of problems, what the catalogue ignores: neither data nor unknown
    recalled: bool = False  # somebody assigned this heading before
    exact: bool = False  # the catalogue has this very heading: nobody's memory says otherwise

    @property
    def letter(self) -> str:
        return letter(self.index)


@dataclass(frozen=True, slots=True)
class Layout:
    """The heading of a sheet as understood. Row numbers are Excel's."""

    catalogue: Catalogue
    sheet: str
    preamble: tuple[str, ...]  # what stands above the heading, such as the reporting unit
    first_line: int
    last_line: int
    columns: tuple[Found, ...]

    @property
    def mapping(self) -> dict[int, str]:
        return {column.index: column.key for column in self.columns if column.key}

    @property
    def missing(self) -> tuple[Column, ...]:
        """Required columns of the catalogue that the sheet does not have."""
        present = set(self.mapping.values())
        return tuple(column for column in self.catalogue.required if column.key not in present)

    @property
    def unknown(self) -> tuple[Found, ...]:
        return tuple(column for column in self.columns if not column.key and not column.own)

    @property
    def serial(self) -> int | None:
        """Index of the column of serial numbers."""
        return next((column.index for column in self.columns if normalised(column.heading) in SERIAL_HEADINGS), None)

    def index_of(self, key: str) -> int | None:
        return next((column.index for column in self.columns if column.key == key), None)

    def recalled(self, memory: Mapping[str, str]) -> "Layout":
        """The layout as somebody corrected one with such headings before: normalised heading → key, "" = leave out. A person's word beats the guess.

        A heading that the catalogue has is left as it was recognised: one office's correction drops no column of another's. So is a heading
        that stands twice in the sheet, and what claims a key a second time.
        """
        often = Counter(normalised(column.heading) for column in self.columns)
        exact = {column.key for column in self.columns if column.exact and column.key}
        open_ = [column for column in self.columns if not column.exact]
        claims = [(column.index, key) for column in open_ if (key := memory.get(name := normalised(column.heading))) is not None and key not in exact and often[name] == 1]
        taken: dict[str, int] = {}
        chosen = {index: key for index, key in claims if key in ("", *self.catalogue.by_key) and (not key or taken.setdefault(key, index) == index)}
        columns = []
        for column in self.columns:
            if column.index in chosen:
                columns.append(replace(column, key=chosen[column.index], duplicate_of=None, recalled=True))
            else:
                columns.append(replace(column, key="", duplicate_of=None) if column.key in taken else column)
        return replace(self, columns=tuple(columns))

    def remapped(self, mapping: Mapping[int, str]) -> "Layout":
        """The layout with a person's correction: index → key, "" = leave out. An unknown key or one used twice is an error."""
        keys = [key for key in mapping.values() if key]
        for key in keys:
            if key not in self.catalogue.by_key:
                raise ValueError(f"list {self.catalogue.id!r} has no column {key!r}")
            if keys.count(key) > 1:
                raise ValueError(f"column {key!r} is taken from two columns of the sheet")
        columns = []
        for column in self.columns:
            if column.index in mapping:
                columns.append(replace(column, key=mapping[column.index], duplicate_of=None))
            else:
                columns.append(replace(column, key="") if column.key in keys else column)
        return replace(self, columns=tuple(columns))


def letter(index: int) -> str:
    """Excel's name of a column: 0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def find(catalogue: Catalogue, *, sheet: str, rows: Sequence[Sequence[Cell]], merged: Iterable[Merged] = ()) -> Layout:
    """The best reading of the sheet's first rows (``rows[0]`` is Excel's row 1).

    Where nothing is recognised, the row with the most texts counts as the heading, with all its columns unknown.
    """
    texts = [[_text(cell) for cell in row] for row in rows[:SEARCHED_ROWS]]
    spans = _Spans(merged)
    best: tuple[int, int, int] | None = None  # recognised columns, −lines, −first row: the largest wins
    columns: tuple[Found, ...] = ()
    for first in range(len(texts)):
        for lines in range(1, MOST_LINES + 1):
            if first + lines > len(texts) or not any(texts[first]) or not any(texts[first + lines - 1]):
                continue
            if lines < MOST_LINES and any(texts[first + lines : first + lines + 1]) and spans.groups(first + lines - 1):
                continue
            found = _recognise(catalogue, _paths(texts[first : first + lines], first, spans))
            known = len({column.key for column in found} - {""}) - sum(column.duplicate_of is not None for column in found)
            rank = (known, -lines, -first)
            if known > 0 and (best is None or rank > best):
                best, columns = rank, found
    if best is None:
        first = max(range(len(texts)), key=lambda index: (sum(map(bool, texts[index])), -index), default=0)
        best = (0, -1, -first)
        columns = _recognise(catalogue, _paths(texts[first : first + 1], first, spans))
    first = -best[2]
    preamble = tuple(" ".join(filter(None, row)) for row in texts[:first] if any(row))
    last = spans.bottom(first, first - best[1] - 1)
    return Layout(catalogue, sheet, preamble, first + 1, last + 1, columns)


class _Spans:
    """Merged cells: where the text of a covered cell stands."""

    def __init__(self, merged: Iterable[Merged]) -> None:
        self._origin: dict[tuple[int, int], tuple[int, int]] = {}
        self._bottoms: dict[int, int] = {}
        self._groups: set[int] = set()
        for (top, left), (bottom, right) in merged:
            if top == bottom and left < right <= left + WIDEST_GROUP:
                self._groups.add(top)
            if top < SEARCHED_ROWS and bottom < top + MOST_LINES:
                self._bottoms[top] = max(bottom, self._bottoms.get(top, top))
                for row in range(top, min(bottom, SEARCHED_ROWS) + 1):
                    for column in range(left, right + 1):
                        self._origin[row, column] = (top, left)

    def origin(self, row: int, column: int) -> tuple[int, int] | None:
        return self._origin.get((row, column))

    def groups(self, row: int) -> bool:
        """Whether the row has a heading that spans columns, so that another line of headings follows."""
        return row in self._groups

    def bottom(self, first: int, last: int) -> int:
        """The last row of a heading whose cells may reach further down than its recognised lines."""
        return max([last, *(self._bottoms.get(row, row) for row in range(first, last + 1))])


def _paths(block: Sequence[Sequence[str]], first: int, spans: _Spans) -> dict[int, tuple[str, ...]]:
    """For each column its headings from top to bottom, groups included."""
    width = max(map(len, block), default=0)
    lines = [[*line, *[""] * (width - len(line))] for line in block]
    for depth, line in enumerate(lines):
        for index in range(width):
            origin = spans.origin(first + depth, index)
            if origin is not None:
                if origin[0] == first + depth:
                    line[index] = line[origin[1]]
            elif index and not line[index] and _continues(lines, depth, index) and spans.origin(first + depth, index - 1) is None:
                # A group whose heading is only written over its first column.
                line[index] = line[index - 1]
    paths = {}
    for index in range(width):
        path = [line[index] for line in lines if line[index]]
        if path:
            paths[index] = tuple(text for place, text in enumerate(path) if not place or text != path[place - 1])
    return paths


def _continues(lines: Sequence[Sequence[str]], depth: int, index: int) -> bool:
    return depth + 1 < len(lines) and bool(lines[depth + 1][index] and lines[depth + 1][index - 1])


def _recognise(catalogue: Catalogue, paths: Mapping[int, tuple[str, ...]]) -> tuple[Found, ...]:
    keys: dict[int, str] = {}
    loose: dict[int, str] = {}
    for index, path in paths.items():
        if key := _exact(catalogue, path):
            keys[index] = key
        elif key := _below_an_unknown_group(catalogue, path):
            loose[index] = key
    often = Counter(loose.values())
    taken = set(keys.values())
    keys |= {index: key for index, key in loose.items() if often[key] == 1 and key not in taken}
    exact = keys.keys() - loose.keys()
    first: dict[str, int] = {}
    found = []
    for index, path in sorted(paths.items()):
        key = keys.get(index, "")
        heading = " ".join(path)
        if key and first.setdefault(key, index) != index:
            found.append(Found(index, heading, duplicate_of=first[key]))
        else:
            found.append(Found(index, heading, key, own=not key and _is_own(catalogue, path), exact=index in exact))
    return tuple(found)


def _is_own(catalogue: Catalogue, path: tuple[str, ...]) -> bool:
    return any(name in _OWN_HEADINGS or name in catalogue.ignored_headings for name in (normalised("".join(path)), normalised(path[-1]), without_brackets(path[-1])))


def _exact(catalogue: Catalogue, path: tuple[str, ...]) -> str:
    """The key of a column whose whole heading is known, in one cell or as group and leaf."""
    groups = [group_name(text) for text in path[:-1]]
    leaves = dict.fromkeys((normalised(path[-1]), without_brackets(path[-1])))
    group = next((name for name in reversed(groups) if name in catalogue.group_headings), None)
    for leaf in leaves:
        tops = [group] if group is not None else ["".join(groups), *([""] if not groups else [])]
        for top in tops:
            if key := catalogue.headings.get(top + leaf):
                return key
        # 父亲 | 父亲姓名: the leaf says the group again.
        if group is not None and leaf.startswith(group) and (key := catalogue.headings.get(leaf)):
            return key
    return ""


def _below_an_unknown_group(catalogue: Catalogue, path: tuple[str, ...]) -> str:
    """基本情况 | 姓名: the leaf alone, if its group is not one that we know under another leaf."""
    if len(path) < 2 or any(group_name(text) in catalogue.group_headings for text in path[:-1]):
        return ""
    for leaf in (normalised(path[-1]), without_brackets(path[-1])):
        if key := catalogue.headings.get(leaf):
            return key
    return ""


def _text(cell: Cell) -> str:
    """A cell as a heading: long texts and numbers are none."""
    if not isinstance(cell, str):
        return ""
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_HEADING else ""
