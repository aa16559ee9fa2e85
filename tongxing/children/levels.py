"""Who may say yes to what: village reports, township checks, county confirms. The levels are a scheme's data."""

from __future__ import annotations

from collections.abc import Sequence

from tongxing.accounts.models import Post
from tongxing.children.codes import Level as LevelName
from tongxing.children.models import Category
from tongxing.places.codes import Level, level

RANKS: dict[LevelName, Level] = {"village": Level.VILLAGE, "township": Level.TOWNSHIP, "county": Level.COUNTY}


def rank(by: Post | None) -> Level:
    """The level of a post; the system stands above all."""
    return level(by.place_id) if by else Level.COUNTRY


def covered(levels: Sequence[LevelName], by: Post | None) -> tuple[int, str]:
    """How many levels have said yes when this post reports, and the state that makes."""
    step = max(1, sum(RANKS[name] >= rank(by) for name in levels))
    return step, state_after(levels, step)


def state_after(levels: Sequence[LevelName], step: int) -> str:
    if step >= len(levels):
        return Category.State.CONFIRMED.value
    return Category.State.CHECKED.value if step > 1 else Category.State.REPORTED.value


def next_level(levels: Sequence[LevelName], step: int) -> LevelName | None:
    """Whose turn it is; None where all have said yes."""
    return levels[step] if step < len(levels) else None


def may_advance(levels: Sequence[LevelName], step: int, by: Post | None) -> bool:
    """Whether the post stands high enough for the level whose turn it is."""
    waiting = next_level(levels, step)
    return waiting is not None and rank(by) <= RANKS[waiting]


def skipped_level(levels: Sequence[LevelName], step: int, by: Post | None) -> LevelName | None:
    """The level whose turn it is where the post stands above it: it steps in."""
    waiting = next_level(levels, step)
    return waiting if waiting is not None and rank(by) < RANKS[waiting] else None
