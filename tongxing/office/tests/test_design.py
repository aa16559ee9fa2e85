"""The components, the frame, and the pages that say what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from tongxing.accounts.models import Post
from tongxing.circles.drawing import Seat
from tongxing.ground.folders import ROOT
from tongxing.office import assets, rings
from tongxing.office.templatetags import office as tags

PARTS = Path(__file__).parent.parent / "templates" / "office" / "parts"


@pytest.mark.django_db
def test_every_component_renders(supervisor: Post, browser_of: Callable[[Post], Client], settings: Any) -> None:
    settings.DEBUG = True
    page = browser_of(supervisor).get("/design/")
    assert page.status_code == 200
    used = {template.name for template in page.templates}
    assert {f"office/parts/{part.name}" for part in PARTS.glob("*.html")} <= used
    assert "office/forms/field.html" in used


@pytest.mark.django_db
def test_the_sample_page_exists_in_development_only(supervisor: Post, browser_of: Callable[[Post], Client]) -> None:
    assert browser_of(supervisor).get("/design/").status_code == 404


@pytest.mark.django_db
def test_a_dialog_is_a_page_without_a_script(supervisor: Post, browser_of: Callable[[Post], Client], settings: Any) -> None:
    settings.DEBUG = True
    browser = browser_of(supervisor)
    alone = browser.get("/design/dialog/")
    inside = browser.get("/design/dialog/", headers={"HX-Request": "true"})
    assert b"<html" in alone.content
    assert b"<html" not in inside.content
    wrong = browser.post("/design/dialog/", {"reason": ""}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    right = browser.post("/design/dialog/", {"reason": "重复"}, headers={"HX-Request": "true"})
    assert right.headers["HX-Redirect"] == "/design/"


@pytest.mark.parametrize("code", ["400", "403", "404", "500", "stale"])
def test_error_pages_say_what_to_do(code: str) -> None:
    page = render_to_string(f"office/errors/{code}.html", {}, request=RequestFactory().get("/"))
    assert 'href="/"' in page


def test_no_page_carries_a_script_or_style_of_its_own() -> None:
    """The content security policy refuses them; this says so before a browser does."""
    inline = re.compile(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:")
    offenders = [str(page.relative_to(ROOT)) for page in (ROOT / "tongxing").rglob("templates/**/*.html") if inline.search(re.sub(r"{%.*?%}", "", page.read_text()))]
    assert not offenders


def test_every_icon_is_in_the_list_and_drawn() -> None:
    assert assets.icon_names() >= set(tags.TONES.values())
    named = re.compile(r"""{%\s*icon "([a-z0-9-]+)"|icon="([a-z0-9-]+)"|_icon="([a-z0-9-]+)\"""")
    for page in (ROOT / "tongxing").rglob("templates/**/*.html"):
        for found in named.finditer(page.read_text()):
            name = next(group for group in found.groups() if group)
            assert name in assets.icon_names(), f"{page.name}: {name}"


@pytest.mark.parametrize(
    ("born", "on", "words"),
    [
        (date(2026, 3, 1), date(2026, 3, 20), "19天"),
        (date(2025, 8, 31), date(2026, 2, 28), "5个月"),
        (date(2022, 1, 15), date(2026, 3, 20), "4岁2个月"),
        (date(2020, 3, 20), date(2026, 3, 20), "6岁"),
        (date(2010, 2, 28), date(2026, 2, 28), "16岁"),
        (date(2030, 1, 1), date(2026, 1, 1), ""),
    ],
)
def test_ages_show_months_for_the_small(born: date, on: date, words: str) -> None:
    assert tags.age(born, on) == words


def test_a_fact_that_is_missing_says_so() -> None:
    assert "缺失" in tags.fact("民族", "")
    assert "缺失" not in tags.fact("血型", "", optional=True)
    assert "&lt;b&gt;" in tags.fact("姓名", "<b>")


def test_markup_in_a_fact_is_escaped_in_templates() -> None:
    page = engines["django"].from_string("{% factbox '电话' %}{{ value }}{% endfactbox %}").render({"value": "<script>"})
    assert "&lt;script&gt;" in page


def test_people_in_the_circle_do_not_cover_each_other() -> None:
    seats = rings.drawn([Seat(1, "父亲", "甲"), Seat(1, "母亲", "乙"), *(Seat(2, f"角色{n}") for n in range(6))]).seats
    for index, one in enumerate(seats):
        for other in seats[index + 1 :]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 > (2 * rings.SEAT) ** 2


def test_no_icon_is_listed_for_nothing() -> None:
    said = "\n".join(path.read_text() for pattern in ("templates/**/*.html", "*.py") for path in (ROOT / "tongxing").rglob(pattern) if "tests" not in path.parts)
    said += "\n".join(path.read_text() for path in (ROOT / "care_models").rglob("*.toml"))
    assert not [name for name in assets.icon_names() if f'"{name}"' not in said and f"'{name}'" not in said]
