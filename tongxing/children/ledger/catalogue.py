"""The columns of the children's ledger, from `children/ledger.toml` and the code tables of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tongxing.children import codes
from tongxing.ground import catalogues
from tongxing.ground.codes import Table
from tongxing.ledgers.catalogue import Catalogue

_TABLES: Final[tuple[Table[Any], ...]] = (
    codes.SEX,
    codes.ETHNIC_GROUP,
    codes.REGISTRATION,
    codes.LIVING_WITH,
    codes.HEALTH,
    codes.DISABILITY_KIND,
    codes.DISABILITY_GRADE,
    codes.ILLNESS,
    codes.SCHOOL_STAGE,
    codes.ENROLMENT,
    codes.BOARDING,
    codes.CIRCUMSTANCE,
    codes.RELATION,
    codes.GUARDIANSHIP,
    codes.INCOME,
    codes.AID,
)

# What stands in a file for those alone who work with the child: illness, what befell a parent, and what a guardian consented to for the file (real-life 7).
FOR_THE_FILE_ALONE: Final = frozenset({"illness", "medical_history", "character", "hobbies", "optional_consent_by", "incapable"})
_WHAT_BEFELL: Final = ("_circumstance", "_circumstance_since")

CATALOGUE: Final[Catalogue] = catalogues.read(Path(__file__).parents[1] / "ledger.toml", {table.id: table for table in _TABLES})


def for_the_file_alone(key: str) -> bool:
    """Whether a column never leaves the house but in a file given whole to those who work with the child."""
    return key in FOR_THE_FILE_ALONE or key.endswith(_WHAT_BEFELL)
