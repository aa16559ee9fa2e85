"""A process that reads one workbook and does nothing else.

calamine lays a sheet out as a dense table, so a 2 KB file with two cells far apart asks for 550 GB and aborts the process
(tafia/calamine#693). Here an abort, a panic or an endless loop costs this process only: it runs under limits of memory
and time, gets the workbook through its standard input (no plaintext on disk) and answers commands with marshalled blocks.
It is started as a plain script, so it imports nothing of ours.

Commands: ("peek", sheet, rows) and ("rows", sheet, first_row). Answers stand behind their length in four bytes.
Cells are str, float, int or bool; real dates are ISO text.
"""

import io
import marshal
import resource
import sys
from datetime import date, datetime
from typing import Any, BinaryIO

import python_calamine as calamine

BLOCK = 400
PLAIN = frozenset({str, float, int, bool})


def main(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    commands, answers = sys.stdin.buffer, sys.stdout.buffer
    size = int.from_bytes(commands.read(8), "big")
    try:
        serve(io.BytesIO(commands.read(size)), commands, answers)
    except calamine.PasswordError:
        say(answers, ("refused", "file_locked"))
    except MemoryError:
        say(answers, ("refused", "file_memory"))
    except (calamine.CalamineError, OSError, ValueError):
        say(answers, ("refused", "file_damaged"))


def serve(content: io.BytesIO, commands: BinaryIO, answers: BinaryIO) -> None:
    workbook = calamine.load_workbook(content)
    visible = [
        index for index, sheet in enumerate(workbook.sheets_metadata) if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
    ]
    say(answers, ("sheets", [workbook.sheet_names[index] for index in visible]))
    current, sheet = -1, None
    while True:
        try:
            command, number, count = marshal.load(commands)  # noqa: S302 (from the process that started this one)
        except EOFError:
            return
        if sheet is None or number != current:
            sheet = None  # frees the one before
            sheet, current = workbook.get_sheet_by_index(visible[number]), number
        if command == "peek":
            peek(sheet, count, answers)
        else:
            stream(sheet, count, answers)


def peek(sheet: calamine.CalamineSheet, count: int, answers: BinaryIO) -> None:
    left = (sheet.start or (0, 0))[1]
    rows: list[list[object]] = []
    for row in sheet.iter_rows():
        if len(rows) == count:
            break
        rows.append([""] * left + plain(row))
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    say(answers, ("top", width, height, rows, sheet.merged_cell_ranges or []))


def stream(sheet: calamine.CalamineSheet, first: int, answers: BinaryIO) -> None:
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
