"""What higher floors keep about a child follows when its file moves, ends, is merged or erased, without this floor knowing them.

An app declares on its ``AppConfig``: ``child_follower = "tongxing.circles.following.FOLLOWER"``, the name of a ``Follower``. Everything is
called in the act's own transaction, under a scope that covers the child.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from uuid import UUID

from django.apps import apps
from django.utils.module_loading import import_string

from tongxing.accounts.models import Post


class Follower:
    """What an app does with its own rows. Nothing, unless it says otherwise."""

    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        """The file (and those merged into it) belongs to another place: ``scope_place`` of every row about it is ``to`` from now on."""

    def ended(self, *, child_id: UUID, on: date, by: Post | None) -> None:
        """The child has left the register."""

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        """Two files were one child's: the other has ended in favour of the one that is kept."""

    def unmerged(self, *, kept_id: UUID, other_id: UUID, on: date, by: Post | None) -> None:
        """They were two children after all: what ``merged`` did ``on`` that day is taken back, as far as it still stands."""

    def erased(self, *, child_id: UUID) -> None:
        """The file is erased for ever: nothing that says something of the child or names it may stay."""

    def shared_pictures(self, *, child_id: UUID) -> int:
        """How many pictures there are that may show the child with others: they belong to all of them, and stay."""
        return 0

    def shared_pictures_erased(self, *, child_id: UUID) -> int:
        """Whoever decided on the erasure says that they go too; return how many."""
        return 0


@cache
def declared() -> tuple[Follower, ...]:
    """The followers of all apps."""
    return tuple(import_string(config.child_follower) for config in apps.get_app_configs() if hasattr(config, "child_follower"))
