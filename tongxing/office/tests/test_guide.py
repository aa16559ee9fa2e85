"""The help pages are there in both languages and say only what they are given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.office import guide


def test_both_languages_have_the_same_pages():
    chinese, english = guide.pages("zh"), guide.pages("en")
    assert list(chinese) == list(english)
    assert guide.FIRST in chinese
    for slug in chinese:
        assert chinese[slug].body.count("<h2>") == english[slug].body.count("<h2>"), slug


def test_what_a_page_says_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh/1-start.md").write_text("# 题\n\n## 小题\n\n<script>x</script> **粗** `键`\n\n- 一\n- 二\n\n1. 先\n2. 后\n")
    monkeypatch.setattr(guide, "FOLDER", tmp_path)
    guide.pages.cache_clear()
    page = guide.pages("zh")["start"]
    guide.pages.cache_clear()
    assert page.title == "题"
    assert page.body == "<h2>小题</h2><p>&lt;script&gt;x&lt;/script&gt; <b>粗</b> <kbd>键</kbd></p><ul><li>一</li><li>二</li></ul><ol><li>先</li><li>后</li></ol>"


@pytest.mark.django_db
def test_help_is_a_page_in_the_readers_language(director: Post, browser_of: Callable[[Post], Client]):
    browser = browser_of(director)
    assert "开始使用" in browser.get("/help/").content.decode()
    browser.cookies.load({"django_language": "en"})
    assert "A child&#x27;s file" in browser.get("/help/file/").content.decode()
    assert browser.get("/help/nothing/").status_code == 404
