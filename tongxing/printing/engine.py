"""Typesetting: templates and data go to worker processes, PDFs come back."""

import atexit
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import batched
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(os.environ.get("TONGXING_FONTS") or Path(__file__).resolve().parents[2] / "assets/dist/fonts")
WORKERS = max(1, min(4, os.cpu_count() or 1))
BATCH = 50  # items of one call to typst: 25 is slower to merge, 200 takes twice the memory
RETIRE_AT = 400 << 20  # typst keeps what it has laid out: a worker above this is replaced
SECONDS = 20  # for one call, plus those of its items
SECONDS_AN_ITEM = 1.0


class PrintError(Exception):
    """A document could not be printed; the text says why."""


class TemplateError(PrintError):
    """A template is wrong: `template` names it, `line` says where (0 where typst does not say)."""

    def __init__(self, template: str, line: int, reason: str) -> None:
        self.template, self.line, self.reason = template, line, reason
        place = _("模板 %(template)s 第 %(line)d 行") if line else _("模板 %(template)s")
        super().__init__(f"{place % {'template': template, 'line': line}}：{reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What stands at the foot of every page: who printed it, when, and whether names and numbers are masked."""

    title: str
    by: str
    at: datetime
    masked: bool

    def data(self) -> dict[str, str]:
        kept = "信息已脱敏" if self.masked else "含完整个人信息，注意保密"
        line = f"打印人：{self.by}　打印时间：{self.at:%Y-%m-%d %H:%M}　{kept}"
        return {"title": self.title, "by": self.by, "text": line}


@dataclass(slots=True, eq=False)
class Worker:
    """One process that runs typst."""

    process: subprocess.Popen[bytes] = field(init=False)
    used: bool = False
    resident: int = 0

    def __post_init__(self) -> None:
        if not any(FONTS.glob("*.[to]tf")):
            raise PrintError(_("找不到打印字体：%(folder)s 为空，请先运行 bin/prepare") % {"folder": FONTS})
        script = Path(__file__).with_name("worker.py")
        nowhere = "http://127.0.0.1:9"  # typst would fetch packages from the internet; this deployment asks nobody
        self.process = subprocess.Popen(
            [sys.executable, "-I", script, FONTS, os.devnull],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "HTTPS_PROXY": nowhere, "HTTP_PROXY": nowhere, "ALL_PROXY": nowhere},
            cwd="/",
        )

    def ask(self, request: Mapping[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """The answer and the PDF. Raises ``EOFError`` where the process ended instead, ``TimeoutError`` past the time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            answer: dict[str, Any] = json.loads(line) if line else {}
            pdf = self.process.stdout.read(answer.get("size", 0))
        except OSError:
            answer = {}
        finally:
            timer.cancel()
        if late.is_set():
            raise TimeoutError
        if not answer:
            raise EOFError
        self.used, self.resident = True, answer["resident"]
        return answer, pdf

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


class Pool:
    """A few workers, kept between calls, replaced when they have grown or died."""

    def __init__(self) -> None:
        self.idle: list[Worker] = []
        self.free = threading.BoundedSemaphore(WORKERS)

    def ask(self, request: Mapping[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        with self.free:
            while True:
                worker = self.idle.pop() if self.idle else Worker()
                try:
                    answer = worker.ask(request, seconds)
                except EOFError:
                    worker.stop()
                    if worker.used:  # it may have left of itself, having waited long enough
                        continue
                    raise PrintError(_("打印进程中途退出（内存不足？），本次没有打印")) from None
                except TimeoutError:
                    worker.stop()
                    raise PrintError(_("打印超过 %(seconds)d 秒，已停止") % {"seconds": seconds}) from None
                except BaseException:
                    worker.stop()
                    raise
                if worker.resident > RETIRE_AT:
                    worker.stop()
                else:
                    self.idle.append(worker)
                return answer

    def close(self) -> None:
        while self.idle:
            self.idle.pop().stop()


@cache
def pool_of(process: int) -> Pool:
    return Pool()


def pool() -> Pool:
    """The workers of this process: those of a parent it was forked from are not its own."""
    return pool_of(os.getpid())


@atexit.register
def close() -> None:
    """Stop the workers of this process."""
    pool().close()


def template_path(template: str) -> Path:
    path = TEMPLATES / f"{template}.typ"
    if not template.isidentifier() or not path.is_file():
        raise TemplateError(template, 0, _("没有这个模板"))
    return path


def first_line(where: str) -> tuple[str, int]:
    """File and line of typst's first complaint: `┌─ form.typ:12:4`."""
    for row in where.splitlines():
        if "┌─" in row:
            file, line, _column = row.split("┌─", 1)[1].strip().rsplit(":", 2)
            return file.rsplit("/", 1)[-1].removesuffix(".typ"), int(line)
    return "", 0


def typeset(template: str, items: list[Mapping[str, Any]], stamp: Stamp, *, tags: bool) -> bytes:
    path = template_path(template)
    request = {
        "path": str(path),
        "root": str(TEMPLATES),
        "data": json.dumps({"items": items, "stamp": stamp.data()}, ensure_ascii=False),
        "at": int(stamp.at.timestamp()),
        "tags": tags,
    }
    answer, pdf = pool().ask(request, SECONDS + SECONDS_AN_ITEM * len(items))
    if reason := answer.get("error"):
        file, line = first_line(answer["where"])
        raise TemplateError(file or template, line, "；".join([reason, *answer["hints"]]))
    return pdf


def render(template: str, data: Mapping[str, Any], *, stamp: Stamp) -> bytes:
    """One document as a PDF that screen readers understand.

    Raises ``TemplateError`` naming the template and the line, ``PrintError`` where time or memory ran out.
    """
    return typeset(template, [data], stamp, tags=True)


def render_many(template: str, items: Iterable[Mapping[str, Any]], *, stamp: Stamp, on_progress: Callable[[int], object] = lambda done: None) -> bytes:
    """All items in one PDF, in their order; `on_progress` is told after each batch how many are done.

    `items` may be a generator: it is read a few batches ahead of the printing, never as a whole. Raises as ``render``.
    """
    from pypdf import PdfWriter  # late: it would slow every start

    merged = PdfWriter()
    done = 0
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="print") as threads:
        for count, pdf in ahead(threads, template, items, stamp):
            merged.append(io.BytesIO(pdf), import_outline=False)
            done += count
            on_progress(done)
    merged.metadata = {"/Title": stamp.title, "/Author": stamp.by}
    out = io.BytesIO()
    merged.write(out)
    return out.getvalue()


def ahead(threads: ThreadPoolExecutor, template: str, items: Iterable[Mapping[str, Any]], stamp: Stamp) -> Iterator[tuple[int, bytes]]:
    """Batches typeset by several workers at once, given back in order, with few of them in memory."""
    waiting: list[tuple[int, Future[bytes]]] = []
    for batch in batched(items, BATCH, strict=False):
        waiting.append((len(batch), threads.submit(typeset, template, list(batch), stamp, tags=False)))
        if len(waiting) > WORKERS:
            count, pdf = waiting.pop(0)
            yield count, pdf.result()
    for count, pdf in waiting:
        yield count, pdf.result()
