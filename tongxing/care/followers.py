"""What higher floors do when something was logged, without this floor knowing them.

An app declares on its ``AppConfig``: ``entry_follower = "tongxing.protection.entries.FOLLOWER"``, the name of a ``Follower``. It is called
in the transaction of the entry, after what it fulfils was discharged.
"""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.utils.module_loading import import_string

from tongxing.accounts.models import Post
from tongxing.log.models import Entry


class Follower:
    """What an app does with what was logged. Nothing, unless it says otherwise."""

    def logged(self, entry: Entry, *, by: Post | None) -> None:
        """An entry was written, or took the place of a wrong one (``corrects``). Repeated where it was sent twice."""

    def voided(self, entry: Entry, *, by: Post | None) -> None:
        """An entry was taken out."""


@cache
def declared() -> tuple[Follower, ...]:
    """The followers of all apps."""
    return tuple(import_string(config.entry_follower) for config in apps.get_app_configs() if hasattr(config, "entry_follower"))
