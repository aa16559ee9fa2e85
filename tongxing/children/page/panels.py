"""Panels that later work adds to a child's file (circle, duties, cases …) without this floor knowing them.

An app declares them on its ``AppConfig``: ``child_panels = ("tongxing.circles.panels.CIRCLE",)``, names of ``Panel`` objects, and
``child_tabs``, names of ``TabOf`` objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.utils.module_loading import import_string

from tongxing.accounts.models import Post
from tongxing.children.page.reader import Reader


@dataclass(frozen=True, slots=True)
class Panel:
    """``template`` is given what ``load`` returns as ``panel``; shown to posts with the ``right``, ``order`` from the top."""

    template: str
    load: Callable[[Reader], Any]
    column: Literal["main", "side"] = "side"
    right: str = "children.view"
    order: int = 100


@cache
def declared() -> tuple[Panel, ...]:
    """The panels of all apps."""
    names = [name for config in apps.get_app_configs() for name in getattr(config, "child_panels", ())]
    return tuple(sorted((import_string(name) for name in names), key=lambda panel: panel.order))


def panels_for(post: Post) -> list[Panel]:
    return [panel for panel in declared() if post.may(panel.right)]


@dataclass(frozen=True, slots=True)
class TabOf:
    """A tab of the file. ``load`` is given the reader and the parameters of the address; ``template`` finds what it returns as ``file.more``."""

    key: str
    word: str  # Chinese msgid
    template: str
    load: Callable[[Reader, Mapping[str, str]], Any]
    right: str = "children.view"


@cache
def declared_tabs() -> tuple[TabOf, ...]:
    """The tabs of all apps, by app."""
    return tuple(import_string(name) for config in apps.get_app_configs() for name in getattr(config, "child_tabs", ()))


def tabs_for(post: Post) -> dict[str, TabOf]:
    return {tab.key: tab for tab in declared_tabs() if post.may(tab.right)}
