import io
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from tongxing import printing
from tongxing.printing import engine

STAMP = printing.Stamp(title="测试", by="李明", at=datetime(2025, 11, 22, 14, 32, tzinfo=UTC), masked=False)


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(engine, "TEMPLATES", tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.typ").write_text("#let data = json(bytes(sys.inputs.data))\n" + text)


def test_many_items_are_one_pdf_in_their_order(templates: Path) -> None:
    write(templates, "sheet", "#for item in data.items { page(item.name) }")
    told: list[int] = []
    pdf = printing.render_many("sheet", ({"name": f"child {number}"} for number in range(120)), stamp=STAMP, on_progress=told.append)
    reader = PdfReader(io.BytesIO(pdf))
    assert [page.extract_text() for page in reader.pages] == [f"child {number}" for number in range(120)]
    assert told == [50, 100, 120]
    assert reader.metadata is not None
    assert reader.metadata.title == "测试"


def test_an_error_names_template_and_line(templates: Path) -> None:
    write(templates, "wrong", "#let a = 1\n#(a + data.items.first().nothing)")
    with pytest.raises(printing.TemplateError, match=r"模板 wrong 第 3 行：.*nothing") as raised:
        printing.render("wrong", {}, stamp=STAMP)
    assert (raised.value.template, raised.value.line) == ("wrong", 3)


def test_an_unknown_template_is_refused() -> None:
    for name in ("nothing", "../engine", "/etc/passwd"):
        with pytest.raises(printing.TemplateError, match="没有这个模板"):
            printing.render(name, {}, stamp=STAMP)


@pytest.mark.parametrize("reach", ['#read("/../engine.py")', '#read("../../../etc/passwd")', '#import "@preview/cetz:0.3.0"', '#import ("@" + "preview/cetz:0.3.0")'])
def test_a_template_reaches_neither_files_nor_packages(templates: Path, reach: str) -> None:
    write(templates, "nosy", reach)
    with pytest.raises(printing.TemplateError, match="第 2 行"):
        printing.render("nosy", {}, stamp=STAMP)


def test_an_endless_template_is_stopped_and_the_next_document_is_printed(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(templates, "endless", "#let n = 0\n#while n < 1e12 { n += 1; n -= calc.rem(n, 2) * 0 \n while n > 0 and n < 1e9 { n += 0.0000001 } }")
    write(templates, "fine", "fine")
    monkeypatch.setattr(engine, "SECONDS", 1)
    with pytest.raises(printing.PrintError):
        printing.render("endless", {}, stamp=STAMP)
    assert printing.render("fine", {}, stamp=STAMP).startswith(b"%PDF")


def test_a_worker_that_has_died_is_replaced(templates: Path) -> None:
    write(templates, "fine", "fine")
    printing.render("fine", {}, stamp=STAMP)
    for worker in engine.pool().idle:
        worker.process.kill()
        worker.process.wait()
    assert printing.render("fine", {}, stamp=STAMP).startswith(b"%PDF")


def test_a_worker_that_has_grown_is_replaced(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(templates, "fine", "fine")
    monkeypatch.setattr(engine, "RETIRE_AT", 0)
    engine.pool().close()
    printing.render("fine", {}, stamp=STAMP)
    assert engine.pool().idle == []


def test_without_fonts_a_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.pool().close()
    monkeypatch.setattr(engine, "FONTS", tmp_path)
    with pytest.raises(printing.PrintError, match="bin/prepare"):
        printing.render("basic_card", {}, stamp=STAMP)


def test_threads_share_the_workers(templates: Path) -> None:
    write(templates, "sheet", "#data.items.first().name")
    texts: dict[int, str] = {}

    def one(number: int) -> None:
        pdf = printing.render("sheet", {"name": f"child {number}"}, stamp=STAMP)
        texts[number] = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"child {number}" for number in range(8)}
    assert len(engine.pool().idle) <= engine.WORKERS


def test_the_worker_cannot_write_files(templates: Path) -> None:
    worker = engine.Worker()
    request = {"path": str(templates / "a.typ"), "root": str(templates), "data": "{}", "at": 0, "tags": False}
    write(templates, "a", "a")
    answer, pdf = worker.ask(request, 20)
    limits = Path(f"/proc/{worker.process.pid}/limits").read_text()
    assert "Max file size             0                    0" in limits
    assert "error" not in answer
    assert pdf.startswith(b"%PDF")
    worker.stop()
