"""Lists of places as files bring them: the statistics bureau's folder of CSV files, a county's CSV or Excel sheet.

Nothing here touches the database; what is wrong is told by row, in words.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import python_calamine
from django.utils.translation import gettext as _

from tongxing.places import codes
from tongxing.places.codes import CodeError

DATA = Path(__file__).parent / "data"
EDITION = date(2023, 6, 30)  # of the package and of the files in `data`
FOLDER = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv")
CODE_HEADERS = frozenset({"code", "代码", "区划代码", "行政区划代码", "统计用区划代码", "村代码", "区划编码", "编码"})
NAME_HEADERS = frozenset({"name", "名称", "区划名称", "单位名称", "地名", "村名", "村(社区)", "行政区划名称"})
HEADER_ROWS = 10  # a title and a remark may stand above the header
LONGEST_NAME = 100
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})  # the private use area is seen: rare characters of village names stand there


class ListError(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One place as the list states it. ``row`` counts from 1, as spreadsheet programs do."""

    row: int
    code: int
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that cannot be taken, and why."""

    file: str
    row: int
    text: str

    def __str__(self) -> str:
        return _("%(file)s 第%(row)s行：%(text)s") % {"file": self.file, "row": self.row, "text": self.text}


@dataclass(slots=True)
class PlaceList:
    """Places in the order of their codes, each code once, and the rows that were refused."""

    source: str
    places: list[Listed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add_rows(self, file: str, rows: Iterable[Sequence[object]]) -> None:
        """Read one sheet: find its header, then take what can be taken."""
        names: dict[int, Listed] = {listed.code: listed for listed in self.places}
        try:
            found = list(_below_header(file, rows))
        except csv.Error as error:
            raise ListError(_("“%(file)s”不是可以读取的 CSV 文件") % {"file": file}) from error
        for row, raw_code, raw_name in found:
            try:
                listed = Listed(row, codes.parse(_text(raw_code)), _name(_text(raw_name)))
            except CodeError as error:
                self.problems.append(Problem(file, row, str(error)))
                continue
            known = names.setdefault(listed.code, listed)
            if known is listed:
                self.places.append(listed)
            elif known.name != listed.name:
                text = _("代码%(code)s在第%(row)s行已是“%(name)s”") % {"code": codes.show(known.code), "row": known.row, "name": known.name}
                self.problems.append(Problem(file, row, text))


def read(path: Path) -> PlaceList:
    """Read a folder as `china-division` lays it out, a CSV (UTF-8 or GB 18030), or the first sheet of a workbook."""
    if path.is_dir():
        return _finished(_read_folder(path))
    found = PlaceList(path.name)
    found.add_rows(path.name, read_table(path.name, path.read_bytes()))
    return _finished(found)


def read_upload(name: str, content: bytes) -> PlaceList:
    """The same for an uploaded file of a county."""
    found = PlaceList(name)
    found.add_rows(name, read_table(name, content))
    return _finished(found)


def shipped() -> PlaceList:
    """What the repository carries: all counties of the country, the townships and villages of 宜昌市."""
    found = PlaceList("tongxing/places/data")
    for file in ("counties.csv", "yichang.csv"):
        found.add_rows(file, read_table(file, (DATA / file).read_bytes()))
    return _finished(found)


def read_table(name: str, content: bytes) -> Iterable[Sequence[object]]:
    """The rows of a CSV or of a workbook's first sheet. Raises ``ListError``."""
    match Path(name).suffix.lower():
        case ".csv" | ".txt":
            return csv.reader(io.StringIO(_decode(name, content)))
        case ".xlsx" | ".xls" | ".ods":
            try:
                return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
            except Exception as error:
                raise ListError(_("“%(file)s”不是可以读取的表格文件，请另存为 .xlsx 后再试") % {"file": name}) from error
        case suffix:
            raise ListError(_("不支持“%(suffix)s”文件，请使用 .csv、.xlsx 或 .xls") % {"suffix": suffix[:20] or name[:50]})


def _read_folder(path: Path) -> PlaceList:
    folder = path / "dist" if (path / "dist").is_dir() else path
    missing = [file for file in FOLDER if not (folder / file).exists()]
    if missing:
        raise ListError(_("文件夹%(folder)s中缺少 %(files)s") % {"folder": folder.name, "files": "、".join(missing)})
    found = PlaceList(path.name)
    for file in FOLDER:
        found.add_rows(file, read_table(file, (folder / file).read_bytes()))
    return found


def _finished(found: PlaceList) -> PlaceList:
    found.places.sort(key=lambda listed: listed.code)
    return found


def _decode(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListError(_("“%(file)s”的文字编码无法识别，请另存为 UTF-8 的 CSV 或 .xlsx") % {"file": name})


def _below_header(file: str, rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, object, object]]:
    columns: tuple[int, int] | None = None
    seen = 0
    for row, cells in enumerate(rows, start=1):
        if not any(_text(cell) for cell in cells) or _text(cells[0]).startswith("#"):
            continue
        if columns is None:
            seen += 1
            columns = _header(cells)
            if columns is None and seen >= HEADER_ROWS:
                break
            continue
        code, name = (cells[at] if at < len(cells) else "" for at in columns)
        yield row, code, name
    if columns is None:
        raise ListError(_("“%(file)s”前%(count)s行中没有找到“代码”和“名称”两列") % {"file": file, "count": HEADER_ROWS})


def _header(cells: Sequence[object]) -> tuple[int, int] | None:
    titles = ["".join(_text(cell).lower().split()) for cell in cells]
    code = next((at for at, title in enumerate(titles) if title in CODE_HEADERS), None)
    name = next((at for at, title in enumerate(titles) if title in NAME_HEADERS), None)
    return (code, name) if code is not None and name is not None else None


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell.replace("\0", "").strip()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    return str(cell).strip()


def _name(text: str) -> str:
    if not text:
        raise CodeError(_("名称是空的"))
    if len(text) > LONGEST_NAME:
        raise CodeError(_("名称超过%(count)s个字") % {"count": LONGEST_NAME})
    if not text.isprintable() and any(unicodedata.category(char) in UNSEEN for char in text):
        raise CodeError(_("名称中有不可见的字符"))
    return text
