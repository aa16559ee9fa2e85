"""Where the bundled styles, scripts and icons are: read from the manifest that Vite writes beside them."""

import json
from functools import cache
from typing import TypedDict

from django.conf import settings
from django.templatetags.static import static

from tongxing.ground.folders import ROOT

DIST = ROOT / "assets" / "dist"
ICONS = ROOT / "assets" / "icons.txt"


class Entry(TypedDict, total=False):
    file: str
    css: list[str]


class AssetMissing(LookupError):
    """The bundle lacks a file that a page names."""


@cache
def _manifest(stamp: float) -> dict[str, Entry]:
    manifest: dict[str, Entry] = json.loads((DIST / "manifest.json").read_text())
    return manifest


@cache
def _stamp() -> float:
    return _changed()


def _changed() -> float:
    try:
        return (DIST / "manifest.json").stat().st_mtime
    except FileNotFoundError:
        raise AssetMissing("assets/dist/manifest.json is missing: run bin/prepare") from None


def entry(name: str) -> Entry:
    """The bundle's entry for a source name such as ``office.js``. A development server sees a new bundle at once."""
    manifest = _manifest(_changed() if settings.DEBUG else _stamp())
    if name not in manifest:
        raise AssetMissing(f"{name} is not in assets/dist/manifest.json")
    return manifest[name]


@cache
def _address(file: str) -> str:
    return static(file)


def url(name: str) -> str:
    return _address(entry(name)["file"])


def styles(name: str) -> list[str]:
    return [_address(file) for file in entry(name).get("css", [])]


@cache
def icon_names() -> frozenset[str]:
    return frozenset(ICONS.read_text().split())
