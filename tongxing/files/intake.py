"""What comes in is made new: pictures are decoded and encoded again, PDFs are rebuilt from their pages.

Nothing of their uploaded bytes is kept as they came: no location of the camera, no script, no second file inside. Word and Excel
files, of notices alone, are kept as they came: they are refused with macros or embedded objects and never shown in the browser.
Pure functions without database.
"""

from __future__ import annotations

import io
import os
import warnings
import zipfile
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image, ImageOps, UnidentifiedImageError

from tongxing.files import sounds
from tongxing.files.models import Kind

MEGABYTES = int(os.environ.get("TONGXING_UPLOAD_MB", "15"))
MEGAPIXELS = int(os.environ.get("TONGXING_UPLOAD_MEGAPIXELS", "60"))
LONGEST_SIDE = {Kind.PHOTO: 1000, Kind.SCAN: 2600, Kind.EVIDENCE: 2600}  # pixels: a portrait; A4 at 220 dots an inch
QUALITY = 85
PDF_PAGES = 50
ACTIONS = ("/AA", "/A", "/Annots", "/JS", "/OpenAction", "/AF", "/PieceInfo", "/Metadata")
FORMATS = ("JPEG", "PNG", "WEBP")
OOXML = "application/vnd.openxmlformats-officedocument."
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    f"{OOXML}wordprocessingml.document": ".docx",
    f"{OOXML}spreadsheetml.sheet": ".xlsx",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/amr": ".amr",
    "audio/wav": ".wav",
    "audio/mp4": ".m4a",
}
SHOWN = ("application/pdf", "image/jpeg")  # what we made ourselves may open in the browser; everything else is a download
UNPACKED = 200 << 20
ENTRIES = 2000
PROGRAMS = ("vbaproject", "/activex/", "/embeddings/", "/macrosheets/", "/dialogsheets/", "/externallinks/")


class NotAccepted(Exception):
    """An upload was refused; the text is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Clean:
    content: bytes
    media_type: str


def accept(content: bytes, kind: Kind) -> Clean:
    """The upload made new as a JPEG or a PDF. Raises ``NotAccepted`` with a sentence."""
    if not content:
        raise NotAccepted(_("文件是空的。"))
    if len(content) > MEGABYTES << 20:
        raise NotAccepted(_("文件有 %(size)d MB，最多 %(most)d MB。请用手机拍照或压缩后再上传。") % {"size": len(content) >> 20, "most": MEGABYTES})
    if content.startswith(b"%PDF"):
        if kind is Kind.PHOTO:
            raise NotAccepted(_("照片请用 JPG、PNG 或 WebP 图片，不能用 PDF。"))
        return Clean(_pdf(content), "application/pdf")
    return Clean(_picture(content, LONGEST_SIDE[kind]), "image/jpeg")


def accept_document(content: bytes) -> Clean:
    """A picture or PDF made new, or a Word or Excel file as it came: nothing in it may be a program, and it is only ever downloaded.

    Raises ``NotAccepted`` with a sentence.
    """
    if len(content) <= MEGABYTES << 20:
        if content.startswith(b"PK"):
            return Clean(content, _ooxml(content))
        if content.startswith(OLE):
            return Clean(content, _ole(content))
    return accept(content, Kind.SCAN)


def accept_evidence(content: bytes) -> Clean:
    """What somebody in a hurry sends: a picture or PDF made new, or a sound without what its recorder wrote beside it.

    Raises ``NotAccepted`` with a sentence.
    """
    if len(content) <= MEGABYTES << 20:
        try:
            return Clean(*sounds.stripped(content))
        except sounds.NotASound:
            pass
    return accept(content, Kind.EVIDENCE)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_PROGRAMS = gettext_noop("文件里有宏、控件或嵌入的对象，可能不安全。请去掉以后再上传，或另存为 PDF。")
_PASSWORD = gettext_noop("文件设有密码，请取消密码后再上传。")
_NO_DOCUMENT = gettext_noop("这不是可以识别的文件。请上传图片、PDF、Word 或 Excel 文件。")


def _ooxml(content: bytes) -> str:
    """The media type of a Word or Excel file of today."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > ENTRIES or sum(each.file_size for each in entries) > UNPACKED or packed.testzip() is not None:
                raise NotAccepted(_(_NO_DOCUMENT))
            names = {each.filename.lower() for each in entries}
            types = packed.read("[Content_Types].xml").lower()
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError, ValueError, zlib.error) as wrong:
        raise NotAccepted(_(_NO_DOCUMENT)) from wrong
    if b"macroenabled" in types or any(part in f"/{name}" for name in names for part in PROGRAMS):
        raise NotAccepted(_(_NO_PROGRAMS))
    for part, kind in (("word/document.xml", "wordprocessingml.document"), ("xl/workbook.xml", "spreadsheetml.sheet")):
        if part in names:
            return OOXML + kind
    raise NotAccepted(_(_NO_DOCUMENT))


def _ole(content: bytes) -> str:
    """The media type of a Word or Excel file of old; what is in it stands in its directory by name."""
    if _named(content, "EncryptedPackage", "EncryptionInfo"):
        raise NotAccepted(_(_PASSWORD))
    if _named(content, "_VBA_PROJECT", "Macros", "ObjectPool", "Ole10Native"):
        raise NotAccepted(_(_NO_PROGRAMS))
    if _named(content, "WordDocument"):
        return "application/msword"
    if _named(content, "Workbook"):
        return "application/vnd.ms-excel"
    raise NotAccepted(_(_NO_DOCUMENT))


def _named(content: bytes, *names: str) -> bool:
    return any(name.encode("utf-16-le") in content for name in names)


def _picture(content: bytes, longest: int) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MEGAPIXELS * 1_000_000:
                    raise NotAccepted(_too_large(width, height))
                opened.draft("RGB", (longest, longest))  # a JPEG is decoded at the size that is needed
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
                flat = _flat(upright)
    except UnidentifiedImageError as unknown:
        raise NotAccepted(_("这不是可以识别的图片。请上传 JPG、PNG 或 WebP 图片（扫描件也可以用 PDF）。")) from unknown
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise NotAccepted(_("图片的像素太多，最多 %(most)d 百万像素。") % {"most": MEGAPIXELS}) from bomb
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as damaged:
        raise NotAccepted(_("图片已损坏，无法打开。请重新拍照或扫描。")) from damaged
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _too_large(width: int, height: int) -> str:
    return _("图片有 %(width)d×%(height)d 像素，最多 %(most)d 百万像素。") % {"width": width, "height": height, "most": MEGAPIXELS}


def _flat(picture: Image.Image) -> Image.Image:
    """Colours without transparency, on white; nothing of the original's metadata."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    plain = picture.convert("RGB")
    plain.info.clear()
    return plain


def _pdf(content: bytes) -> bytes:
    """The pages alone: no scripts, no attached files, no form, no metadata."""
    from pypdf import PdfReader, PdfWriter  # late: it would slow every start
    from pypdf.errors import PyPdfError
    from pypdf.generic import NameObject

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise NotAccepted(_("PDF 设有密码，请取消密码后再上传。"))
        if len(reader.pages) > PDF_PAGES:
            raise NotAccepted(_("PDF 有 %(pages)d 页，最多 %(most)d 页。") % {"pages": len(reader.pages), "most": PDF_PAGES})
        writer = PdfWriter()
        for page in reader.pages:
            added = writer.add_page(page, excluded_keys=ACTIONS)
            for key in ACTIONS:
                added.pop(NameObject(key), None)
        if not writer.pages:
            raise NotAccepted(_("PDF 里没有页面。"))
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as damaged:
        raise NotAccepted(_("PDF 已损坏，无法打开。请重新扫描。")) from damaged
    return out.getvalue()


def thumbnail(jpeg: bytes, size: tuple[int, int] = (300, 420)) -> bytes:
    """A picture that was accepted, in the size that a print needs."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.draft("RGB", size)
        picture.thumbnail(size, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
