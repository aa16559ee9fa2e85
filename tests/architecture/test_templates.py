"""Templates: each is used, and none brings a script, a style or an address from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.test_files import lines_with, name, sources, text
from tongxing.ground.folders import ROOT

BOTH_LANGUAGES = ("office/errors/500.html", "office/design.html")  # shown when nothing works any more; shown to developers only


def templates() -> list[Path]:
    return [path for path in sources(".html", ".txt") if "templates" in path.parts and path.is_relative_to(ROOT / "tongxing")]


def template_name(path: Path) -> str:
    return path.as_posix().rpartition("/templates/")[2]


def test_no_template_is_unused():
    speakers = [path for path in [*sources(".py"), *templates()] if path.is_relative_to(ROOT / "tongxing") and "tests" not in path.parts]
    said = "\n".join(text(path) for path in speakers)
    dynamic = {match for match in re.findall(r"""f["']([\w/.]+)\{""", said) if "/" in match}
    assert not [name(path) for path in templates() if template_name(path) not in said and not any(template_name(path).startswith(each) for each in dynamic)]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline script", r"<script(?![^>]*\bsrc=)"),
        ("an inline style", r"<style\b|\sstyle="),
        ("an event attribute", r"""<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)=|^\s*(?:on[a-z]+|hx-on[:\w-]*)="""),
        ("a script address", r"javascript:|hx-vals=['\"]js:|hx-headers=['\"]js:|hx-vars="),
        ("an outside address", r"(?:https?:)?//(?!www\.w3\.org/(?:2000/svg|1999/xlink))[\w-]+\.\w"),
    ],
)
def test_no_template_holds(what: str, pattern: str):
    assert not lines_with(pattern, templates()), what


def test_no_script_or_style_of_ours_asks_for_an_outside_address():
    assets = [path for path in sources(".js", ".mjs", ".ts", ".css", ".scss", ".svg") if path.is_relative_to(ROOT / "assets")]
    assert not lines_with(r"(?:https?:)?//(?!www\.w3\.org/)(?:[\w-]+\.)+(?:com|org|net|cn|io|dev)\b", assets)


def test_every_text_of_a_template_can_be_translated():
    """Chinese outside a translation tag would stay Chinese on an English page."""
    tags = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
    blocks = re.compile(r"\{%\s*(blocktranslate|blocktrans|comment)\b.*?%\}.*?\{%\s*end\1\s*%\}", re.DOTALL)
    bare = []
    for path in (each for each in templates() if template_name(each) not in BOTH_LANGUAGES):
        rest = tags.sub("", blocks.sub("", text(path)))
        if found := re.findall(r"[^\n<>]*[\u3400-\u9fff][^\n<>]*", rest):
            bare.append(f"{name(path)}: {found[0].strip()}")
    assert not bare
