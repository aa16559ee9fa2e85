import io
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongxing.files import intake
from tongxing.files.intake import NotAccepted
from tongxing.files.models import Kind


def picture(size=(400, 300), form="JPEG", mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, form, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg(form):
    clean = intake.accept(picture(form=form), Kind.PHOTO)
    assert clean.media_type == "image/jpeg"
    assert opened(clean.content).format == "JPEG"
    assert opened(clean.content).size == (400, 300)


def test_where_the_camera_stood_is_forgotten():
    exif = Image.Exif()
    exif[0x010F] = "Huawei"
    exif.get_ifd(0x8825)[1] = "N"
    content = picture(exif=exif, comment=b"a secret")
    assert b"Huawei" in content
    clean = intake.accept(content, Kind.PHOTO).content
    assert b"Huawei" not in clean
    assert b"a secret" not in clean
    assert not opened(clean).getexif()


def test_a_picture_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(intake.accept(picture((400, 300), exif=exif), Kind.SCAN).content).size == (300, 400)


def test_a_large_picture_is_made_smaller_in_proportion():
    assert opened(intake.accept(picture((3000, 2000)), Kind.PHOTO).content).size == (1000, 667)
    assert opened(intake.accept(picture((3000, 2000)), Kind.SCAN).content).size == (2600, 1733)


def test_what_is_transparent_becomes_white_paper():
    assert opened(intake.accept(picture(form="PNG", mode="RGBA"), Kind.SCAN).content).getpixel((5, 5)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (b"MZ\x90\x00 a program", "不是可以识别的图片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不是可以识别的图片"),
        (b"GIF89a", "不是可以识别的图片"),
        (picture()[:300], "损坏"),
        (picture(form="PNG")[:60], "损坏"),
        (bomb(10_000, 9_000), "像素"),
        (bomb(60_000, 60_000), "像素"),
        (b"%PDF-1.7\nnothing", "不能用 PDF"),
    ],
)
def test_what_cannot_be_a_photo_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(NotAccepted, match=sentence):
        intake.accept(content, Kind.PHOTO)


def test_what_is_too_large_is_refused_with_its_size(monkeypatch):
    monkeypatch.setattr(intake, "MEGABYTES", 1)
    with pytest.raises(NotAccepted, match="2 MB，最多 1 MB"):
        intake.accept(bytes(2 << 20), Kind.SCAN)


def pdf(pages: int = 2, *, password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")})
    writer.root_object[NameObject("/OpenAction")] = script
    for page in writer.pages:
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_attachment("virus.exe", b"MZ virus")
    writer.add_metadata({"/Author": "张建国"})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_keeps_its_pages_and_nothing_else():
    clean = intake.accept(pdf(), Kind.SCAN)
    assert clean.media_type == "application/pdf"
    reader = PdfReader(io.BytesIO(clean.content))
    assert len(reader.pages) == 2
    assert reader.attachments == {}
    for word in (b"alert", b"virus", b"JavaScript", "张建国".encode()):
        assert word not in clean.content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF-1.7\nnothing", "损坏"), (pdf(password="geheim"), "密码"), (pdf(51), "51 页，最多 50 页"), (pdf()[:400], "损坏|没有页面"), (pdf(0), "没有页面|损坏")],
)
def test_a_pdf_that_cannot_be_kept_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(NotAccepted, match=sentence):
        intake.accept(content, Kind.SCAN)
