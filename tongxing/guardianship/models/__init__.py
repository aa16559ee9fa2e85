"""The tables of guardianship. Only `guardianship.actions` writes them."""

from tongxing.guardianship.models.agreements import Agreement, Covered, Party

__all__ = ["Agreement", "Covered", "Party"]
