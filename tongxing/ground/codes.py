"""Code tables: closed lists of values with a Chinese label and a source, kept as TOML beside the domain that uses them."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, make_dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from tongxing.ground import toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One value of a code table. Tables with further columns read into a subclass."""

    value: str
    label: str  # Chinese msgid
    hint: str = ""  # Chinese msgid: what exactly falls under it
    source: str = ""  # where it differs from the table's
    aliases: tuple[str, ...] = ()  # what people's own ledgers write instead
    until: date | None = None  # no longer to be chosen from this day; old records keep it


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a code table says of itself."""

    id: str
    label: str
    source: str


@dataclass(frozen=True)
class Table[C: Code]:
    """A code table in its own order."""

    about: About
    codes: tuple[C, ...]

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def label(self) -> str:
        return self.about.label

    @cached_property
    def _by_value(self) -> dict[str, C]:
        return {code.value: code for code in self.codes}

    @cached_property
    def _by_text(self) -> dict[str, C]:
        texts: dict[str, C] = {}
        for code in self.codes:
            for text in (code.value, code.label, *code.aliases):
                texts.setdefault(_folded(text), code)
        return texts

    def __iter__(self) -> Iterator[C]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, value: object) -> bool:
        return value in self._by_value

    def __getitem__(self, value: str) -> C:
        """Raises ``KeyError`` naming the table: an unknown value in stored data is a defect, never shown as it stands."""
        try:
            return self._by_value[value]
        except KeyError:
            raise KeyError(f"{value!r} is not in the code table {self.id} ({self.label})") from None

    def get(self, value: str) -> C | None:
        return self._by_value.get(value)

    def find(self, text: str) -> C | None:
        """The code that a ledger's cell means: by value, label or alias, blind to width, case and spaces."""
        return self._by_text.get(_folded(text))

    def text(self, value: str) -> str:
        """The label in the reader's language; the empty string for the empty value."""
        from django.utils.translation import gettext

        return gettext(self[value].label) if value else ""

    def values(self) -> tuple[str, ...]:
        return tuple(code.value for code in self.codes)

    def choices(self, on: date | None = None) -> list[tuple[str, str]]:
        """``(value, label in the reader's language)`` for a form, without what is no longer to be chosen on that day."""
        from django.utils.translation import gettext

        return [(code.value, gettext(code.label)) for code in self.codes if code.until is None or on is None or on < code.until]

    def where(self, test: Callable[[C], bool]) -> frozenset[str]:
        """The values of the codes that pass the test."""
        return frozenset(code.value for code in self.codes if test(code))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def read[C: Code](path: Path, row: type[C], about: type[About] = About) -> Table[C]:
    """Read one table: ``[table]`` with id, label and source, then ``[[code]]`` rows of the given class.

    Raises ``toml.DataFileError`` for an unknown key, a missing one or a value given twice.
    """
    content: Any = toml.read(path, make_dataclass("_File", [("table", about), ("code", tuple[row, ...])], frozen=True))  # type: ignore[valid-type]
    head = cast("About", content.table)
    codes = cast("tuple[C, ...]", content.code)
    if head.id != path.stem:
        raise toml.DataFileError(f"{path.name}: [table] id is “{head.id}”; it must be the file's name, “{path.stem}”")
    seen: set[str] = set()
    for code in codes:
        if code.value in seen:
            raise toml.DataFileError(f"{path.name}: the value “{code.value}” is given twice")
        seen.add(code.value)
    return Table(head, codes)
