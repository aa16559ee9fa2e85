"""The only writers of circles and plans. Every act is atomic, says who did it, and leaves its line in the journal."""

from tongxing.circles.actions.handing import hand_over
from tongxing.circles.actions.joining import assign_many, join, leave, pair_peers
from tongxing.circles.actions.planning import add_item, change_item, review_item, write_needs

__all__ = ["add_item", "assign_many", "change_item", "hand_over", "join", "leave", "pair_peers", "review_item", "write_needs"]
