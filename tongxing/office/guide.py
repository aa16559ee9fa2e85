"""The help pages: `docs/help/<language>/*.md`, read by people in the repository and by users in the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tongxing.accounts.access import signed_in
from tongxing.ground.folders import ROOT

FOLDER = ROOT / "docs" / "help"
FIRST = "start"
MARKS = ((re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"), (re.compile(r"`(.+?)`"), r"<kbd>\1</kbd>"))


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `body` is HTML made from our own text, everything else in it escaped."""

    slug: str
    title: str
    body: SafeString


@cache
def pages(language: str) -> dict[str, Page]:
    """Slug to page, in the order of the file names."""
    found = {}
    for path in sorted((FOLDER / language).glob("*.md")):
        title, _, text = path.read_text(encoding="utf-8").partition("\n")
        slug = path.stem.partition("-")[2]
        found[slug] = Page(slug, title.removeprefix("# "), mark_safe("".join(_blocks(text))))  # noqa: S308 - escaped line by line
    return found


def _blocks(text: str) -> Iterator[str]:
    """Headings, lists and paragraphs, each on one line: as much of Markdown as the pages use."""
    for kind, lines in groupby(filter(None, text.splitlines()), key=_kind):
        items = [_words(re.sub(r"^(?:##|-|\d+\.) ", "", line)) for line in lines]
        if kind in ("ul", "ol"):
            yield f"<{kind}>{''.join(f'<li>{item}</li>' for item in items)}</{kind}>"
        else:
            yield "".join(f"<{kind}>{item}</{kind}>" for item in items)


def _kind(line: str) -> str:
    if line.startswith("## "):
        return "h2"
    if line.startswith("- "):
        return "ul"
    return "ol" if re.match(r"\d+\. ", line) else "p"


def _words(line: str) -> str:
    words = str(escape(line))
    for mark, made in MARKS:
        words = mark.sub(made, words)
    return words


@signed_in
@require_GET
def help_page(request: HttpRequest, slug: str = FIRST) -> HttpResponse:
    known = pages("en" if get_language() == "en" else "zh")
    if slug not in known:
        raise Http404(slug)
    return render(request, "office/help.html", {"page": known[slug], "pages": list(known.values())})
