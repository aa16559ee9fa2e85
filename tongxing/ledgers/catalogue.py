"""What a list consists of: its columns, declared as data and used to read, check, explain and write it.

One declaration serves the empty template, the recognition of headings, the parsing of cells, the preview's words, the
fix-and-re-upload file and the export.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from tongxing.ledgers.dates import Precision


class Kind(StrEnum):
    """How a column's cells are read; the value a good cell gives is named behind each."""

    TEXT = "text"  # str
    NAME = "name"  # str without padding: 张　三 → 张三
    DATE = "date"  # datetime.date
    ID_NUMBER = "id_number"  # str of 18 characters
    PHONE = "phone"  # str
    CODE = "code"  # str, a choice's value
    CODES = "codes"  # tuple[str, ...] in the order written, without repetition
    NUMBER = "number"  # int, or Decimal where it has a fraction
    YES_NO = "yes_no"  # bool
    PLACE = "place"  # str, a place's name or code; who knows places resolves it


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a coded column can take."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Columns about one person or matter that stand under a common heading, such as 父亲 | 姓名, 电话."""

    id: str
    heading: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. In a group, ``heading`` and ``aliases`` are what stands below the group's heading."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    group: str = ""
    aliases: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # whole headings, without the group's in front
    required: bool = False
    choices: tuple[Choice, ...] = ()
    secret: bool = False
    width: int = 12
    help: str = ""
    example: str = ""
    longest: int = 200  # characters of a text
    least: int | None = None
    most: int | None = None
    whole: bool = False  # a number without fraction
    past: bool = False  # a date not after today
    precision: Precision = "day"
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """A kind of list. ``keys`` are the columns by which a row is recognised when it comes again."""

    id: str
    title: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...] = ()
    keys: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()  # headings that are known and not read, such as an age beside a birth date
    note: str = ""
    source: str = ""
    shelf: str = ""  # the view of a kind's own page, where it is offered; empty: among all others

    def __post_init__(self) -> None:
        names = [column.key for column in self.columns]
        if repeated := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"list {self.id!r}: column {min(repeated)!r} is declared twice")
        if missing := set(self.keys) - set(names):
            raise ValueError(f"list {self.id!r}: key column {min(missing)!r} is not declared")
        if missing := {column.group for column in self.columns} - {group.id for group in self.groups} - {""}:
            raise ValueError(f"list {self.id!r}: group {min(missing)!r} is not declared")
        for column in self.columns:
            coded = column.kind in (Kind.CODE, Kind.CODES)
            if coded != bool(column.choices) and column.kind is not Kind.YES_NO:
                raise ValueError(f"list {self.id!r}: column {column.key!r} needs choices exactly if its kind is code or codes")
        _ = self.headings

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    @cached_property
    def headings(self) -> dict[str, str]:
        """Normalised whole heading → column key. Two columns that claim one heading are an error."""
        found: dict[str, str] = {}
        for column in self.columns:
            for heading in self._whole_headings(column):
                if found.setdefault(normalised(heading), column.key) != column.key:
                    raise ValueError(f"list {self.id!r}: heading {heading!r} belongs to {found[normalised(heading)]!r} and {column.key!r}")
        return found

    @cached_property
    def ignored_headings(self) -> frozenset[str]:
        return frozenset(map(normalised, self.ignored))

    @cached_property
    def group_headings(self) -> dict[str, str]:
        """A group's heading as ``group_name`` leaves it → its id."""
        return {group_name(heading): group.id for group in self.groups for heading in (group.heading, *group.aliases)}

    def heading(self, key: str) -> str:
        """The heading as it is written in one line: 父亲姓名."""
        column = self.by_key[key]
        return self._group(column).heading + column.heading if column.group else column.heading

    def _group(self, column: Column) -> Group:
        return next(group for group in self.groups if group.id == column.group)

    def _whole_headings(self, column: Column) -> list[str]:
        leaves = (column.heading, *column.aliases)
        if not column.group:
            return [*leaves, *column.also]
        group = self._group(column)
        tops = (group.heading, *group.aliases)
        return [*(top + leaf for top in (*tops, *map(group_name, tops)) for leaf in leaves), *column.also]


SERIAL_HEADINGS: Final = frozenset({"序号", "编号", "no", "no.", "行号", "顺序号"})
SERIAL_HEADING: Final = "序号"
PROBLEMS_HEADING: Final = "存在的问题"
RESULT_HEADING: Final = "核对结果"
EXAMPLE_MARK: Final = "示例"

_BRACKETS = re.compile(r"[(\[【〔「<][^)\]】〕」>]*[)\]】〕」>]")
_DATA: Final = re.compile(r"(?:\d[\s.-]?){6}|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_PUNCTUATION = re.compile(r"[\s*:;,、。.()\[\]【】〔〕「」<>/|\\\-—_'\"“”]+")
_EMPTY_WORDS = re.compile(r"(?:基本)?(?:信息|情况|资料)$")


def normalised(heading: str) -> str:
    """A heading without what varies between ledgers: width, case, spaces, punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", heading).casefold())


def looks_like_data(heading: str) -> bool:
    """Whether a heading is rather a cell of the list, such as a number of an id or a telephone, or a date: a list may have no heading row."""
    return bool(_DATA.search(unicodedata.normalize("NFKC", heading)))


def without_brackets(heading: str) -> str:
    """A heading without its remarks: 出生日期(年月日) → 出生日期, normalised."""
    return normalised(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))


def group_name(heading: str) -> str:
    """A group's heading without the words that say nothing: 父亲基本情况 → 父亲, normalised."""
    return _EMPTY_WORDS.sub("", without_brackets(heading))
