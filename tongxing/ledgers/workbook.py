"""A workbook as bytes, opened in a process of its own: its sheets, their first rows, their rows as a stream."""

import io
import marshal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tongxing.ledgers.layout import SEARCHED_ROWS, Cell, Merged, letter
from tongxing.ledgers.problems import WorkbookRefused

_MB: Final = 1024 * 1024
_PROCESS: Final = Path(__file__).with_name("reader_process.py")
_ZIP: Final = b"PK\x03\x04"
_CONTROL: Final = set(range(32)) - set(b"\t\n\r\f")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may cost. Sizes in bytes; ``rows`` counts rows that are not blank."""

    size: int = 50 * _MB
    unpacked: int = 2048 * _MB
    memory: int = 3072 * _MB  # address space of the reading process
    seconds: int = 300  # processor time of the reading process
    rows: int = 200_000
    columns: int = 256


@dataclass(frozen=True, slots=True)
class Top:
    """The first rows of a sheet; ``rows[0]`` is Excel's row 1."""

    sheet: int
    name: str
    height: int  # rows down to the last that is not blank
    rows: list[list[Cell]]
    merged: list[Merged]


class Workbook:
    """Use as a context manager. Raises WorkbookRefused with a sentence for whatever cannot be read."""

    def __init__(self, content: bytes, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        check(content, self._limits)
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_PROCESS), str(self._limits.memory), str(self._limits.seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._send(len(content).to_bytes(8, "big") + content)
            self.sheets: list[str] = self._answer("sheets")[0]
            if not self.sheets:
                raise WorkbookRefused("sheet_none")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def top(self, sheet: int) -> Top:
        """The rows in which a heading is looked for."""
        self._command("peek", sheet, SEARCHED_ROWS + 1)
        width, height, rows, merged = self._answer("top")
        if width > self._limits.columns:
            raise WorkbookRefused("sheet_columns", {"sheet": self.sheets[sheet], "column": letter(width - 1), "limit": self._limits.columns})
        return Top(sheet, self.sheets[sheet], height, rows, merged)

    def remarks(self, sheet: int) -> list[tuple[str, dict[str, str | int]]]:
        """Codes and parameters of what somebody should know of a sheet, such as hidden rows; ``problems.render`` says them."""
        self._command("remarks", sheet, 0)
        return [(code, params) for code, params in self._answer("remarks")[0]]

    def rows(self, sheet: int, first: int) -> Iterator[tuple[int, list[Cell]]]:
        """Excel's row number and cells of every row from ``first`` that is not blank."""
        self._command("rows", sheet, first)
        count = 0
        while block := self._answer("rows", "end"):
            flat = block[0]
            count += len(flat) // 2
            if count > self._limits.rows:
                raise WorkbookRefused("sheet_rows", {"sheet": self.sheets[sheet], "limit": self._limits.rows})
            yield from zip(flat[::2], flat[1::2], strict=True)

    def _command(self, command: str, sheet: int, argument: int) -> None:
        self._send(marshal.dumps((command, sheet, argument)))

    def _send(self, message: bytes) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the reading process has no input")
        try:
            self._process.stdin.write(message)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None

    def _answer(self, *expected: str) -> list[Any]:
        if self._process.stdout is None:
            raise RuntimeError("the reading process has no output")
        size = self._process.stdout.read(4)
        data = self._process.stdout.read(int.from_bytes(size, "big"))
        if len(size) < 4 or len(data) < int.from_bytes(size, "big"):
            raise self._died()
        rest: list[Any]
        kind, *rest = marshal.loads(data)  # noqa: S302 (from our own process)
        if kind == "refused":
            raise WorkbookRefused(rest[0])
        if kind not in expected:
            raise RuntimeError(f"the reading process said {kind!r} where {expected} was expected")
        return rest

    def _died(self) -> WorkbookRefused:
        """A negative return code is a signal: out of memory aborts, out of time is SIGXCPU; else it failed on the content."""
        try:
            code = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            code = -1
        return WorkbookRefused("file_memory" if code < 0 else "file_damaged")


def check(content: bytes, limits: Limits) -> None:
    """Refuse, by a look at the bytes alone, what is no workbook or unpacks to too much."""
    if not content:
        raise WorkbookRefused("file_empty")
    if len(content) > limits.size:
        raise WorkbookRefused("file_large", {"size": -(-len(content) // _MB), "limit": limits.size // _MB})
    if content.startswith(_ZIP):
        _check_zip(content, limits)
    elif content.startswith(_OLE):
        _check_ole(content)
    else:
        _check_text(content)


def _check_zip(content: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise WorkbookRefused("file_damaged") from None
    if unpacked > limits.unpacked:
        raise WorkbookRefused("file_bomb", {"size": -(-unpacked // _MB), "limit": limits.unpacked // _MB})
    if "word/document.xml" in names:
        raise WorkbookRefused("file_word")
    if not names & {"xl/workbook.xml", "xl/workbook.bin"}:
        raise WorkbookRefused("file_kind")


def _check_ole(content: bytes) -> None:
    """Streams are named in UTF-16 in the file's directory."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise WorkbookRefused("file_locked")
    if not has("Workbook") and not has("Book"):
        raise WorkbookRefused("file_word" if has("WordDocument") else "file_kind")


def _check_text(content: bytes) -> None:
    """Text goes on to the reading process, which finds out whether it is a list."""
    sample = content[:4096]
    if sample.startswith((b"%PDF", b"{\\rtf")):
        raise WorkbookRefused("file_kind")
    utf_16 = sample.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf_16 and _CONTROL & set(sample):
        raise WorkbookRefused("file_kind")
