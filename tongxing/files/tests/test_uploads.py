"""An upload is held in memory, and no request may fill it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from tongxing.files import uploads


def sent(*sizes: int) -> HttpRequest:
    return RequestFactory().post("/", {f"file{number}": SimpleUploadedFile(f"{number}.xlsx", b"x" * size) for number, size in enumerate(sizes)})


def test_files_come_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 100)
    assert [file.size for file in sent(40, 60).FILES.values()] == [40, 60]


@pytest.mark.parametrize("sizes", [(101,), (60, 60), (40, 40, 40)])
def test_more_than_any_page_accepts_is_not_kept(monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...]) -> None:
    monkeypatch.setattr(uploads, "MOST", 100)
    assert sum(file.size for file in sent(*sizes).FILES.values()) <= 100
    assert len(sent(*sizes).FILES) < len(sizes)
