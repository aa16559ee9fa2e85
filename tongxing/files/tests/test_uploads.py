"""An upload is held in memory, and no request may fill it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory

from tongxing.files import uploads


def arrived(*sizes: int) -> list[int]:
    """The sizes of the files that a page finds of those that are sent."""
    request = RequestFactory().post("/", {f"file{number}": SimpleUploadedFile(f"{number}.xlsx", b"x" * size) for number, size in enumerate(sizes)})
    return [file.size or 0 for file in request.FILES.values() if isinstance(file, UploadedFile)]


def test_files_come_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 100)
    assert arrived(40, 60) == [40, 60]


@pytest.mark.parametrize("sizes", [(101,), (60, 60), (40, 40, 40)])
def test_more_than_any_page_accepts_is_not_kept(monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...]) -> None:
    monkeypatch.setattr(uploads, "MOST", 100)
    assert sum(arrived(*sizes)) <= 100
    assert len(arrived(*sizes)) < len(sizes)
