"""The kinds of lists that this installation imports: objects, or several at once, named in the setting ``LEDGER_KINDS``."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from tongxing.accounts.models import Post
from tongxing.ledgers.kinds import ListKind

type Kind = ListKind[Post]


@cache
def known() -> dict[str, Kind]:
    """Id of the list → its kind, in the order of the setting."""
    found: dict[str, Kind] = {}
    for path in settings.LEDGER_KINDS:
        named: Kind | tuple[Kind, ...] = import_string(path)
        for kind in named if isinstance(named, tuple) else (named,):
            found[kind.catalogue.id] = kind
    return found


def of(post: Post) -> dict[str, Kind]:
    """The kinds that this post may import."""
    return {id_: kind for id_, kind in known().items() if post.may(kind.right)}
