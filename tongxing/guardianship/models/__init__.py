"""The tables of guardianship. Only `guardianship.actions` writes them."""

from tongxing.guardianship.models.agreements import Agreement, Covered, Party
from tongxing.guardianship.models.interventions import Intervention
from tongxing.guardianship.models.petitions import Evidence, Petition, Ward

__all__ = ["Agreement", "Covered", "Evidence", "Intervention", "Party", "Petition", "Ward"]
