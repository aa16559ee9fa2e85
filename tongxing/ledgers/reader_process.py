"""A process that reads one workbook and does nothing else.

calamine lays a sheet out as a dense table, so a 2 KB file with two cells far apart asks for 550 GB and aborts the process
(tafia/calamine#693). Here an abort, a panic or an endless loop costs this process only: it runs under limits of memory
and time, gets the workbook through its standard input (no plaintext on disk) and answers commands with marshalled blocks.
It is started as a plain script, so it imports nothing of ours.

Commands: ("peek", sheet, rows), ("rows", sheet, first_row) and ("remarks", sheet, 0). Answers stand behind their length in
four bytes. Remarks are [code, parameters] of what somebody should know of a sheet: hidden rows, formulas without a result.
Cells are str, float, int or bool; real dates are ISO text.
"""

import io
import marshal
import re
import resource
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import python_calamine as calamine

sys.path.append(str(Path(__file__).parent))
import reader_texts  # type: ignore[import-not-found]

BLOCK = 400
PLAIN = frozenset({str, float, int, bool})
BINARY = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))
SCANNED = 1 << 20  # bytes of a sheet's XML that are looked at together
LOOKED_AT = 600 << 20  # a sheet with more XML is not looked at
HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|true)"[^>]*(?<!/)>')
HIDDEN_COLUMNS = re.compile(rb'<col [^>]*hidden="(?:1|true)"[^>]*>')
NO_RESULT = re.compile(rb"</f>(?:<v\s*/>|<v></v>)?</c>")
ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


def main(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    commands, answers = sys.stdin.buffer, sys.stdout.buffer
    size = int.from_bytes(commands.read(8), "big")
    try:
        serve(io.BytesIO(commands.read(size)), commands, answers)
    except reader_texts.NotAList as refused:
        say(answers, ("refused", str(refused)))
    except calamine.PasswordError:
        say(answers, ("refused", "file_locked"))
    except MemoryError:
        say(answers, ("refused", "file_memory"))
    except (calamine.CalamineError, OSError, ValueError):
        say(answers, ("refused", "file_damaged"))


def serve(content: io.BytesIO, commands: BinaryIO, answers: BinaryIO) -> None:
    book = Binary(content) if content.getbuffer()[:8].tobytes().startswith(BINARY) else Text(content.getvalue())
    say(answers, ("sheets", book.names))
    current: int = -1
    sheet: Any = None
    while True:
        try:
            command, number, count = marshal.load(commands)  # noqa: S302 (from the process that started this one)
        except EOFError:
            return
        if command == "remarks":
            say(answers, ("remarks", book.remarks(number)))
            continue
        if sheet is None or number != current:
            sheet = None  # frees the one before
            sheet, current = book.sheet(number), number
        if command == "peek":
            peek(sheet, count, answers)
        else:
            stream(sheet, count, answers)


class Binary:
    """A workbook of Excel: its sheets that are not hidden."""

    def __init__(self, content: io.BytesIO) -> None:
        self._book = calamine.load_workbook(content)
        self._content = content
        sheets = [
            (index, each.visible == calamine.SheetVisibleEnum.Visible) for index, each in enumerate(self._book.sheets_metadata) if each.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        self._visible = [index for index, visible in sheets if visible]
        self._hidden = [self._book.sheet_names[index] for index, visible in sheets if not visible]
        self.names = [self._book.sheet_names[index] for index in self._visible]

    def sheet(self, number: int) -> Any:
        return self._book.get_sheet_by_index(self._visible[number])

    def remarks(self, number: int) -> list[list[Any]]:
        found: list[list[Any]] = [["note_hidden_sheets", {"names": "、".join(self._hidden)[:200]}]] if self._hidden else []
        if self._content.getbuffer()[:4].tobytes() != BINARY[0]:
            return found
        with zipfile.ZipFile(self._content) as archive:
            names = archive.namelist()
            if "xl/vbaProject.bin" in names:
                found.append(["note_macros", {}])
            part = part_of(archive, self.names[number])
            if part in names and archive.getinfo(part).file_size <= LOOKED_AT:
                found += looked_through(archive, part)
        return found


class Text:
    """CSV, a web page or Excel's XML of 2003."""

    def __init__(self, content: bytes) -> None:
        self._sheets, self._note = reader_texts.sheets(content)
        self.names = [sheet.name for sheet in self._sheets]

    def sheet(self, number: int) -> Any:
        return self._sheets[number]

    def remarks(self, number: int) -> list[list[Any]]:
        return [[self._note, {}]]


def part_of(archive: zipfile.ZipFile, name: str) -> str:
    """Where the XML of a sheet lies, empty where that cannot be told."""
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").encode()
    try:
        book, links = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return ""
    ids = {each.get(b"name"): each.get(b"r:id") for each in (dict(ATTRIBUTE.findall(tag)) for tag in re.findall(rb"<sheet [^>]*>", book))}
    targets = {each.get(b"Id"): each.get(b"Target", b"") for each in (dict(ATTRIBUTE.findall(tag)) for tag in re.findall(rb"<Relationship [^>]*>", links))}
    target = targets.get(ids.get(escaped), b"").decode("utf-8", "replace")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def looked_through(archive: zipfile.ZipFile, part: str) -> list[list[Any]]:
    """Hidden rows and columns, and formulas that nobody has calculated, counted in a sheet's XML."""
    rows = columns = formulas = 0
    rest = b""
    with archive.open(part) as xml:
        while block := xml.read(SCANNED):
            block = rest + block
            cut = max(block.rfind(b"</c>") + 4, block.rfind(b"<row "), block.rfind(b"<col "))
            block, rest = block[:cut], block[cut:][-SCANNED:]
            rows += len(HIDDEN_ROW.findall(block))
            formulas += len(NO_RESULT.findall(block))
            for tag in HIDDEN_COLUMNS.findall(block):
                bounds = dict(ATTRIBUTE.findall(tag))
                columns += min(int(bounds.get(b"max", b"0")) - int(bounds.get(b"min", b"0")) + 1, 256)
    found = (("note_hidden_rows", rows), ("note_hidden_columns", columns), ("note_formulas", formulas))
    return [[code, {"count": count}] for code, count in found if count > 0]


def peek(sheet: Any, count: int, answers: BinaryIO) -> None:
    left = (sheet.start or (0, 0))[1]
    rows: list[list[object]] = []
    for row in sheet.iter_rows():
        if len(rows) == count:
            break
        rows.append([""] * left + plain(row))
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    say(answers, ("top", width, height, rows, sheet.merged_cell_ranges or []))


def stream(sheet: Any, first: int, answers: BinaryIO) -> None:
    """Rows from Excel's row ``first``, blank ones left out, each behind its number."""
    padding = [""] * (sheet.start or (0, 0))[1]
    block: list[object] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number < first or not any(cell != "" for cell in row):
            continue
        block += (number, padding + plain(row))
        if len(block) >= 2 * BLOCK:
            say(answers, ("rows", block))
            block = []
    say(answers, ("rows", block))
    say(answers, ("end",))


def plain(row: list[Any]) -> list[Any]:
    if PLAIN.issuperset(map(type, row)):
        return row
    return [cell if type(cell) in PLAIN else text(cell) for cell in row]


def text(cell: object) -> str:
    match cell:
        case datetime():
            return cell.isoformat(" ", "seconds") if cell.time() else cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def say(answers: BinaryIO, message: tuple[Any, ...]) -> None:
    data = marshal.dumps(message, 2)
    answers.write(len(data).to_bytes(4, "big") + data)
    answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
