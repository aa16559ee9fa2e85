"""The only writers of circles and plans. Every act is atomic, says who did it, and leaves its line in the journal."""

from tongxing.circles.actions.handing import hand_over
from tongxing.circles.actions.joining import assign_many, join, leave, pair_peers

__all__ = ["assign_many", "hand_over", "join", "leave", "pair_peers"]
