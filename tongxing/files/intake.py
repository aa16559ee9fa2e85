"""What comes in is made new: pictures are decoded and encoded again, PDFs are rebuilt from their pages.

Nothing of the uploaded bytes is kept as they came: no location of the camera, no script, no second file inside. Pure
functions without database.
"""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tongxing.files.models import Kind

MEGABYTES = int(os.environ.get("TONGXING_UPLOAD_MB", "15"))
MEGAPIXELS = int(os.environ.get("TONGXING_UPLOAD_MEGAPIXELS", "60"))
LONGEST_SIDE = {Kind.PHOTO: 1000, Kind.SCAN: 2600, Kind.EVIDENCE: 2600}  # pixels: a portrait; A4 at 220 dots an inch
QUALITY = 85
PDF_PAGES = 50
ACTIONS = ("/AA", "/A", "/Annots", "/JS", "/OpenAction", "/AF", "/PieceInfo", "/Metadata")
FORMATS = ("JPEG", "PNG", "WEBP")


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
