"""Panels that higher floors add to a case's page, for those who see all of it, without this floor knowing them.

An app declares them on its ``AppConfig``: ``case_panels = ("tongxing.guardianship.panels.CASE",)``, names of ``CasePanel`` objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from tongxing.protection.cases.seeing import Look


@dataclass(frozen=True, slots=True)
class CasePanel:
    """``template`` is given what ``load`` returns as ``panel``, nothing is shown for None; for posts with the ``right``, ``order`` from the top."""

    template: str
    load: Callable[[Look], Any]
    right: str
    order: int = 100


@cache
def declared() -> tuple[CasePanel, ...]:
    """The panels of all apps."""
    names = [name for config in apps.get_app_configs() for name in getattr(config, "case_panels", ())]
    return tuple(sorted((import_string(name) for name in names), key=lambda panel: panel.order))


def shown(look: Look) -> list[tuple[str, Any]]:
    """What stands on this reader's page: a template each, and what it shows."""
    if not look.whole:
        return []
    loaded = [(panel.template, panel.load(look)) for panel in declared() if look.post.may(panel.right)]
    return [(template, what) for template, what in loaded if what is not None]
