"""What a small workbook may blow up to: looked at in its XML, as a stream, before anything holds its cells in memory.

A merged range of a few letters stands for millions of cells, and openpyxl makes every one of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from django.utils.translation import gettext as _

MOST_MERGED: Final = 20_000  # cells under merged ranges, links and tables together
MOST_CELLS: Final = 500_000
MOST_COLUMNS: Final = 256
_BLOCK: Final = 65_536
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_SPREAD: Final = frozenset({"mergeCell", "hyperlink", "table"})  # elements whose ``ref`` is made into cells


class TooMuch(Exception):
    """The workbook would take too much memory; the message says so to a person."""


def check(content: bytes) -> None:
    """Look through the XML of an .xlsx. Raises TooMuch."""
    count = Count()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            if part.filename.lower().endswith((".xml", ".rels")):
                with archive.open(part) as xml:
                    parser = expat.ParserCreate(namespace_separator=" ")
                    parser.StartElementHandler = count.element
                    while block := xml.read(_BLOCK):
                        parser.Parse(block, False)
                    parser.Parse(b"", True)


class Count:
    """Adds up what is met, and refuses when it is too much."""

    def __init__(self) -> None:
        self._merged = self._cells = 0

    def element(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "c":
            self.cells(1)
        elif local in _SPREAD and (ref := attributes.get("ref")):
            for part in ref.split():
                self._range(part, wide=local == "mergeCell")

    def cells(self, more: int) -> None:
        self._cells += more
        if self._cells > MOST_CELLS:
            raise TooMuch(_("表里的单元格太多（超过%(most)s个），请删去空行空列再上传。") % {"most": MOST_CELLS})

    def merged(self, top: int, left: int, bottom: int, right: int, *, wide: bool = True) -> None:
        self._merged += (abs(bottom - top) + 1) * (abs(right - left) + 1)
        if self._merged > MOST_MERGED or (wide and max(left, right) > MOST_COLUMNS):
            raise TooMuch(_("表里合并的单元格、超链接或表格范围太大，请在 Excel 里把范围改到实际用到的行列再上传。"))

    def _range(self, text: str, *, wide: bool) -> None:
        match = _RANGE.fullmatch(text.upper())
        if match is None:
            self.merged(1, 1, MOST_MERGED, MOST_COLUMNS)  # whole rows or columns, or nothing that a sheet has
            return
        left, top = _number(match[1]), int(match[2])
        self.merged(top, left, int(match[4] or top), _number(match[3] or match[1]), wide=wide)


def _number(letters: str) -> int:
    number = 0
    for char in letters:
        number = 26 * number + ord(char) - 64
    return number
