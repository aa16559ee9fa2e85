"""What a run that reads lists of children keeps from its first row to its last."""

from __future__ import annotations

from collections.abc import Mapping

from tongxing.accounts.models import Post
from tongxing.children.ledger import meaning
from tongxing.children.ledger.meaning import Meaning
from tongxing.children.ledger.schools import Schools
from tongxing.children.ledger.villages import Gazetteer
from tongxing.ground import scope
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Context


def source(context: Context[Post]) -> str:
    """What a file says of where it came from."""
    return f"import:{context.run}"


def meaning_of(number: int, values: Mapping[str, Value], context: Context[Post]) -> Meaning:
    """What a row of the block at hand means, made out once for checking, comparing and writing."""
    kept = context.memory.setdefault("meanings", {})
    known = kept.get(number)
    if not isinstance(known, tuple) or known[0] is not values:
        known = (values, meaning.read(values, places(context), context.today))
        kept[number] = known
    found = known[1]
    assert isinstance(found, Meaning)
    return found


def next_block(context: Context[Post]) -> None:
    """Forget what the rows of the last block meant."""
    context.memory.pop("meanings", None)


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
