"""Red flags that later work puts on children (a case in which one is in danger) without this floor knowing them.

An app declares on its ``AppConfig`` the name of a function: ``child_alarms = "tongxing.protection.cases.file.alarms"``. It is asked once
for all children of a page, and says of whom it knows something that the post may know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.apps import apps
from django.utils.module_loading import import_string

from tongxing.accounts.models import Post


@dataclass(frozen=True, slots=True)
class Alarm:
    """A word in red, and where it is dealt with."""

    word: str
    icon: str
    url: str


type Alarms = Callable[[Post, Collection[UUID]], Mapping[UUID, Alarm]]


@cache
def declared() -> tuple[Alarms, ...]:
    """The functions of all apps."""
    names = [config.child_alarms for config in apps.get_app_configs() if hasattr(config, "child_alarms")]
    return tuple(import_string(name) for name in names)


def of(post: Post, children: Collection[UUID]) -> dict[UUID, list[Alarm]]:
    """The alarms of these children that the post may know of."""
    found: dict[UUID, list[Alarm]] = {}
    for ask in declared() if children else ():
        for child_id, alarm in ask(post, children).items():
            found.setdefault(child_id, []).append(alarm)
    return found
