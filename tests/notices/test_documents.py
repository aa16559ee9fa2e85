"""Word and Excel files that are enclosed: kept as they came, downloaded, never shown, and nothing in them is a program."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.people import VILLAGE
from tongxing.children.tests.make import seen_by
from tongxing.files import intake
from tongxing.files.models import Enclosure, Kind
from tongxing.notices.models import Notice

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def docx(*more: str, types: str = "wordprocessingml.document.main+xml", document: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{types}"/></Types>')
        for name in (document, *more):
            packed.writestr(name, "<w:document/>")
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "村")
    return out.getvalue()


def old(*streams: str) -> bytes:
    return OLE + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "")
        packed.writestr("word/document.xml", bytes(intake.UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix"), [(docx(), ".docx"), (xlsx(), ".xlsx"), (old("Root Entry", "WordDocument"), ".doc"), (old("Workbook"), ".xls")], ids=["docx", "xlsx", "doc", "xls"]
)
def test_a_document_is_known_by_what_it_holds(content: bytes, suffix: str):
    clean = intake.accept_document(content)
    assert (clean.content, intake.SUFFIXES[clean.media_type]) == (content, suffix)
    assert clean.media_type not in intake.SHOWN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (docx("word/vbaProject.bin"), "宏"),
        (docx(types="macroEnabled.main+xml"), "宏"),
        (docx("word/embeddings/oleObject1.bin"), "嵌入"),
        (docx("xl/activeX/activeX1.xml"), "控件"),
        (old("WordDocument", "Macros"), "宏"),
        (old("Workbook", "_VBA_PROJECT"), "宏"),
        (old("EncryptedPackage"), "密码"),
        (old("PowerPoint Document"), "不是可以识别的文件"),
        (docx(document="ppt/presentation.xml"), "不是可以识别的文件"),
        (docx()[:-30], "不是可以识别的文件"),
        (b"PK\x03\x04 no zip", "不是可以识别的文件"),
        (b"MZ\x90\x00 a program", "不是可以识别的图片"),
        (b"", "文件是空的"),
    ],
    ids=["macros", "macro type", "embedded", "control", "old macros", "old project", "password", "old slides", "slides", "cut off", "no zip", "program", "empty"],
)
def test_what_may_not_be_safe_is_refused_in_words(content: bytes, said: str):
    with pytest.raises(intake.NotAccepted, match=said):
        intake.accept_document(content)


def test_a_file_that_unpacks_to_too_much_is_refused():
    with pytest.raises(intake.NotAccepted):
        intake.accept_document(bomb())


def test_photographs_and_scans_of_children_stay_pictures_and_pdf():
    with pytest.raises(intake.NotAccepted):
        intake.accept(xlsx(), Kind.SCAN)


@pytest.mark.django_db
def test_it_is_downloaded_and_never_shown(officer, director, browser_of):
    given = {"title": "报表填写通知", "text": "请按附件填写。", "place": "冯家湾社区", "place_code": str(VILLAGE), "roles": ["child_director"]}
    answer = browser_of(officer).post("/notices/write/", given | {"enclosures": SimpleUploadedFile("空表.html", xlsx())})
    assert answer.status_code == 302, answer.content.decode()
    with seen_by(officer):
        notice = Notice.unscoped.get()
    kept = Enclosure.objects.get()
    file = browser_of(director).get(f"/notices/{notice.id}/files/{kept.id}/")
    assert len(file.content) == kept.size
    assert file["Content-Type"] == f"{intake.OOXML}spreadsheetml.sheet"
    assert file["Content-Disposition"].startswith("attachment")
    assert ".xlsx" in file["Content-Disposition"]
    assert file["X-Content-Type-Options"] == "nosniff"
    refused = browser_of(officer).post("/notices/write/", given | {"enclosures": SimpleUploadedFile("表.xlsm", docx("xl/vbaProject.bin"))})
    assert refused.status_code == 422
    assert "宏" in refused.content.decode()
