"""Everything that is written about letters, needs, matters and meetings, one module each."""

from tongxing.letters.actions.needs import add_need, end_need

__all__ = ["add_need", "end_need"]
