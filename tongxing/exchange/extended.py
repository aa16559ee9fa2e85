"""Drop-downs over cells of another sheet, as Excel has written them since 2010: openpyxl does not know them and would lose them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_X14: Final = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM: Final = "{http://schemas.microsoft.com/office/excel/2006/main}"
_REL: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def restore(book: Any, content: bytes) -> None:
    """Give a workbook that openpyxl has opened the drop-downs that it passed over."""
    from openpyxl.worksheet.datavalidation import DataValidation

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name, part in _parts(archive):
            data = archive.read(part)
            if name not in book.sheetnames or b"2009/9/main" not in data:
                continue
            for each in ET.fromstring(data).iter(f"{_X14}dataValidation"):  # noqa: S314
                formula, cells = each.find(f"{_X14}formula1/{_XM}f"), each.find(f"{_XM}sqref")
                if each.get("type") == "list" and formula is not None and cells is not None and cells.text:
                    book[name].add_data_validation(DataValidation(type="list", formula1=formula.text, allow_blank=True, sqref=cells.text))


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and the part of the file that holds it."""
    targets = {each.get("Id"): each.get("Target", "") for each in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}  # noqa: S314
    for sheet in ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):  # noqa: S314
        target = targets.get(sheet.get(_REL), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            yield sheet.get("name", ""), part
