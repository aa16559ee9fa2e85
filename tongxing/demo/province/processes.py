"""The work of one core: a process that starts empty, so nothing of Django is imported before it is set up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongxing.demo.province.counties import Part

_done: Any = None


def begin(done: Any, database: str) -> None:
    """Set Django up, on the database that the parent is at work on. ``done`` counts the children of all processes."""
    global _done  # noqa: PLW0603 — what a pool's initializer leaves for its work
    import django

    _done = done
    django.setup()
    from django.conf import settings
    from django.db import connections

    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = database


def work(part: Part, now: date) -> None:
    from tongxing.demo.province.build import build

    def tell(more: int) -> None:
        with _done.get_lock():
            _done.value += more

    build(part, now=now, tell=tell)
