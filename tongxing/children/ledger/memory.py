"""What a run that reads lists of children keeps from its first row to its last."""

from __future__ import annotations

from tongxing.accounts.models import Post
from tongxing.children.ledger.schools import Schools
from tongxing.children.ledger.villages import Gazetteer
from tongxing.ground import scope
from tongxing.ledgers.kinds import Context


def source(context: Context[Post]) -> str:
    """What a file says of where it came from."""
    return f"import:{context.run}"


def places(context: Context[Post]) -> Gazetteer:
    """The places of the run's scope, read once a run."""
    kept = context.memory.setdefault("places", {})
    if "gazetteer" not in kept:
        active = scope.current()
        kept["gazetteer"] = Gazetteer(active.lo, active.hi, context.today)
    found = kept["gazetteer"]
    assert isinstance(found, Gazetteer)
    return found


def schools(context: Context[Post]) -> Schools:
    kept = context.memory.setdefault("schools", {})
    if "schools" not in kept:
        active = scope.current()
        kept["schools"] = Schools(active.lo, active.hi, context.today)
    found = kept["schools"]
    assert isinstance(found, Schools)
    return found
