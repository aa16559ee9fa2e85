"""Which words are the names of children (`settings.OUTBOX_NAMES`): texts that leave the house hold none of them."""

from __future__ import annotations

from collections.abc import Collection

from tongxing.children.finding import keys
from tongxing.children.models import SearchKey
from tongxing.ground import scope

CHUNK = 2000


def named(words: Collection[str]) -> list[str]:
    """Those of the words that are the whole name of a child of the active scope. Without a scope nobody asked for children, and none are named."""
    try:
        scope.current()
    except scope.ScopeRequired:
        return []
    asked = {keys.by_name(word): word for word in words}
    found: set[str] = set()
    wanted = sorted(asked)
    for start in range(0, len(wanted), CHUNK):
        found |= set(SearchKey.objects.filter(key__in=wanted[start : start + CHUNK]).values_list("key", flat=True))
    return [asked[key] for key in found]
