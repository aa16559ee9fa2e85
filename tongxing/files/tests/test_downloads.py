"""Files as answers: their name in any script, saved or shown."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

import tongxing
from tongxing.files.downloads import download


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("名单.xlsx", f"filename*=utf-8''{quote('名单.xlsx')}"),
        ('a"b\\.pdf', 'filename="a\\"b\\\\.pdf"'),
        ("换行\r\nSet-Cookie: x.pdf", "filename*=utf-8''%E6%8D%A2%E8%A1%8C%0D%0ASet-Cookie%3A%20x.pdf"),
    ],
)
def test_a_file_is_saved_under_its_name(name: str, said: str) -> None:
    assert download(b"x", name, "application/pdf")["Content-Disposition"] == f"attachment; {said}"
    assert download(b"x", name, "application/pdf", shown=True)["Content-Disposition"] == f"inline; {said}"


def test_a_file_without_a_name_is_still_saved_or_shown() -> None:
    assert download(b"x", "", "application/pdf")["Content-Disposition"] == "attachment"
    assert download(b"x", "", "image/jpeg", shown=True)["Content-Disposition"] == "inline"


def test_no_view_writes_the_heading_of_a_download_by_hand() -> None:
    root = Path(tongxing.__file__).parent
    by_hand = [path.relative_to(root).as_posix() for path in root.rglob("*.py") if "tests" not in path.parts and "Content-Disposition" in path.read_text()]
    assert by_hand == ["files/downloads.py"]
