"""Lists that are text under a workbook's name, read inside the reading process: CSV, web pages with a table, Excel's XML of 2003.

Old systems export these as ``.xls``. Everything stays text, so long numbers keep their digits. Nothing here is evaluated: no
script, no formula, and no entity but the characters of HTML. Imported by ``reader_process`` as a plain module, it imports
nothing of ours.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

SAMPLE_LINES = 40
DELIMITERS = ("\t", ",", ";", "|")
MOST_COLUMNS = 1024
MOST_CELLS = 20_000_000
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)|encoding\s*=\s*["']([\w-]+)""", re.IGNORECASE)
_QUOTED = re.compile(r'="(.*)"', re.DOTALL)  # how CSV files keep Excel from touching a number
_SPACES = re.compile(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*|[ \t\r\f\v\xa0]+")


class NotAList(Exception):
    """The text is no list; the code says why."""


class Sheet:
    """Rows of texts with the parts of calamine's sheets that the process uses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[list[str]] = []
        self.merged_cell_ranges: list[tuple[tuple[int, int], tuple[int, int]]] = []

    @property
    def start(self) -> tuple[int, int]:
        return (0, 0)

    @property
    def end(self) -> tuple[int, int] | None:
        filled = [number for number, row in enumerate(self.rows) if any(row)]
        return (filled[-1], max(map(len, self.rows)) - 1) if filled else None

    def iter_rows(self) -> Iterator[list[str]]:
        return iter(self.rows)


def sheets(content: bytes) -> tuple[list[Sheet], str]:
    """The tables of a text, and the code of the note that says how it was read. Raises NotAList."""
    text = decoded(content)
    start = text[:4096].lstrip().lower()
    if start.startswith("mime-version"):
        raise NotAList("file_archive")
    if start.startswith("<") or "<table" in start:
        page = _Page()
        page.feed(text)
        page.close()
        found = [sheet for sheet in page.sheets if sheet.rows]
        if not found:
            raise NotAList("file_html")
        return found, "note_html"
    return [_separated(text)], "note_text"


def decoded(content: bytes) -> str:
    """Text of the encodings that Chinese offices use. Raises NotAList."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return _tried(content, [encoding])
    match = _CHARSET.search(content[:2048])
    named = (match[1] or match[2]).decode("ascii", "replace").lower() if match else ""
    first = ["gb18030"] if named in ("gb2312", "gbk", "gb18030") else []
    return _tried(content, [*first, "utf-8", "gb18030"])


def _tried(content: bytes, encodings: list[str]) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotAList("file_encoding")


def _separated(text: str) -> Sheet:
    delimiter = _delimiter(text)
    csv.field_size_limit(1_000_000)
    sheet = Sheet("文本")
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > MOST_COLUMNS:
                raise NotAList("file_text")
            sheet.rows.append([_cell(each) for each in row])
    except csv.Error:
        raise NotAList("file_text") from None
    return sheet


def _cell(text: str) -> str:
    text = text.strip()
    match = _QUOTED.fullmatch(text)
    return match[1] if match else text


def _delimiter(text: str) -> str:
    """The character that stands equally often in most of the first lines."""
    lines = [line for line in text[:200_000].splitlines()[:SAMPLE_LINES] if line.strip()]
    best, most = "", 0
    for delimiter in DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=lambda count: (counts.count(count) * min(count, 30), count), default=0)
        if usual and (score := counts.count(usual) * min(usual, 30)) > most:
            best, most = delimiter, score
    if not best:
        raise NotAList("file_text")
    return best


class _Page(HTMLParser):
    """The tables of a web page, and the sheets of Excel's XML of 2003 (Worksheet, Row, Cell, Data). A table within a table belongs to the cell it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._depth = 0
        self._skip = 0
        self._of_a_worksheet = False
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._covered: dict[tuple[int, int], bool] = {}
        self._row, self._column, self._cells = -1, 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "script" | "style":
                self._skip += 1
            case "table" | "worksheet":
                self._open(tag, given)
            case "tr" | "row" if self._depth == 1:
                self._end_cell()
                self._row = max(self._row + 1, _number(given.get("ss:index")) - 1)
                self._column = 0
                while len(self.sheets[-1].rows) <= self._row:
                    self._count()
                    self.sheets[-1].rows.append([])
            case "td" | "th" | "cell" if self._depth == 1 and self._row >= 0:
                self._end_cell()
                self._cell = []
                across = (_number(given.get("colspan")) or _number(given.get("ss:mergeacross")) + 1, _number(given.get("rowspan")) or _number(given.get("ss:mergedown")) + 1)
                self._span = (min(across[0], MOST_COLUMNS), min(across[1], 200))
                self._column = max(self._column, _number(given.get("ss:index")) - 1)
            case "br" | "p" | "div" if self._cell is not None:
                self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "script" | "style":
                self._skip = max(0, self._skip - 1)
            case "td" | "th" | "cell" | "tr" | "row" if self._depth == 1:
                self._end_cell()
            case "table" | "worksheet":
                if self._depth == 1:
                    self._end_cell()
                if tag == "worksheet" or not self._of_a_worksheet:
                    self._depth = max(0, self._depth - 1)
                self._of_a_worksheet &= tag != "worksheet"

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._skip:
            self._cell.append(data)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table" and self._of_a_worksheet:
            return  # <Worksheet><Table>
        self._depth += 1
        if self._depth == 1:
            self._of_a_worksheet = tag == "worksheet"
            self.sheets.append(Sheet(given.get("ss:name") or f"表{len(self.sheets) + 1}"))
            self._covered, self._row, self._column = {}, -1, 0

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = _SPACES.sub(lambda match: "\n" if "\n" in match[0] else " ", "".join(self._cell)).strip()
        self._cell = None
        while self._covered.pop((self._row, self._column), False):
            self._column += 1
        wide, deep = self._span
        row = self.sheets[-1].rows[self._row]
        if self._column + wide > MOST_COLUMNS:
            raise NotAList("file_html")
        row += [""] * (self._column + wide - len(row))
        row[self._column] = text
        self._count(wide)
        if wide > 1 or deep > 1:
            self.sheets[-1].merged_cell_ranges.append(((self._row, self._column), (self._row + deep - 1, self._column + wide - 1)))
            self._covered |= {(self._row + down, self._column + right): True for down in range(1, deep) for right in range(wide)}
        self._column += wide

    def _count(self, cells: int = 1) -> None:
        self._cells += cells
        if self._cells > MOST_CELLS:
            raise NotAList("file_memory")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0
