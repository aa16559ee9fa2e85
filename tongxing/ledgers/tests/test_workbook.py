import io
import struct
import zipfile

import pytest

from tongxing.ledgers.problems import WorkbookRefused
from tongxing.ledgers.tests.sample import xls, xlsx
from tongxing.ledgers.workbook import Limits, Workbook, check


def refusal(content: bytes, limits: Limits | None = None) -> WorkbookRefused:
    def read_all() -> None:
        with Workbook(content, limits) as book:
            for index in range(len(book.sheets)):
                book.top(index)
                list(book.rows(index, 1))

    with pytest.raises(WorkbookRefused) as refused:
        read_all()
    assert str(refused.value)
    return refused.value


def rezipped(content: bytes, change: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return out.getvalue()


def ole(*streams: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + b"".join(name.encode("utf-16-le") for name in streams) + bytes(512)


@pytest.mark.parametrize("make", [xlsx, xls])
def test_rows_come_with_excels_numbers_and_blank_ones_are_left_out(make) -> None:
    with Workbook(make([None], [None, "甲", 1.5], [None, "", None], [None, None, "乙"])) as book:
        assert book.sheets == ["台账"]
        assert list(book.rows(0, 1)) == [(2, ["", "甲", 1.5]), (4, ["", "", "乙"])]
        assert list(book.rows(0, 3)) == [(4, ["", "", "乙"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        ("一封信，没有列".encode("gb18030")[:-2], "file_text"),
        ("一封信\n没有列".encode("utf-8-sig"), "file_text"),
        (b"\x81\x20\xff\xfe\xfd", "file_encoding"),
        (b"<html><body>404</body></html>", "file_html"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<table>", "file_archive"),
        (b"%PDF-1.7 a scan", "file_kind"),
        (b"{\\rtf1 a letter}", "file_kind"),
        ("\ufeff <?xml version='1.0'?><Workbook/>".encode(), "file_html"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "file_kind"),
        (b"PK\x03\x04 and then nothing", "file_damaged"),
        (xlsx(["姓名"])[:2000], "file_damaged"),
        (ole("EncryptedPackage", "EncryptionInfo"), "file_locked"),
        (ole("WordDocument"), "file_word"),
        (ole("PowerPoint Document"), "file_kind"),
        (ole("Workbook"), "file_damaged"),
        (xls(["姓名"])[:3000], "file_kind"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(content: bytes, code: str) -> None:
    assert refusal(content).code == code


def test_other_archives_are_refused() -> None:
    for name, code in (("word/document.xml", "file_word"), ("readme.txt", "file_kind")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, "x")
        assert refusal(out.getvalue()).code == code


def test_a_damaged_sheet_is_refused() -> None:
    assert refusal(rezipped(xlsx(["姓名"]), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"})).code == "file_damaged"


def test_sizes_have_limits() -> None:
    content = xlsx(["姓名", "性别"], ["张三", "男"])
    assert refusal(content, Limits(size=100)).code == "file_large"
    assert refusal(content, Limits(rows=1)).params == {"sheet": "台账", "limit": 1}
    wide = refusal(xlsx([*[None] * 300, "远"]))
    assert (wide.code, wide.params["column"]) == ("sheet_columns", "KO")


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = rezipped(xlsx(["姓名"]), {"xl/sharedStrings.xml": bytes(30_000_000)})
    assert len(bomb) < 100_000
    assert refusal(bomb, Limits(unpacked=20_000_000)).code == "file_bomb"


def test_a_bomb_that_lies_about_its_size_costs_only_the_reading_process() -> None:
    strings = b"<sst>" + b"<si><t>" + b"x" * 40_000_000 + b"</t></si></sst>"
    honest = rezipped(xlsx(["姓名"]), {"xl/sharedStrings.xml": strings})
    lying = honest.replace(struct.pack("<I", len(strings)), struct.pack("<I", 10))
    assert refusal(lying, Limits(unpacked=1_000_000, memory=400_000_000)).code in ("file_damaged", "file_memory")


def test_two_cells_far_apart_cost_only_the_reading_process() -> None:
    sheet = b"""<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"""
    assert refusal(rezipped(xlsx(["姓名"]), {"xl/worksheets/sheet1.xml": sheet})).code == "file_memory"


def test_a_process_that_runs_too_long_is_ended() -> None:
    rows = [[str(number)] * 40 for number in range(4_000)]
    assert refusal(xlsx(*rows), Limits(seconds=0)).code == "file_memory"


def test_hidden_sheets_are_not_read() -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("显").write_string(0, 0, "甲")
    book.add_worksheet("隐").hide()
    book.close()
    with Workbook(out.getvalue()) as opened:
        assert opened.sheets == ["显"]


def test_check_alone_needs_no_process() -> None:
    check(xlsx(["姓名"]), Limits())
