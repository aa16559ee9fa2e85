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

CATALOGUE: Final[Catalogue] = catalogues.read(Path(__file__).parents[1] / "ledger.toml", {table.id: table for table in _TABLES})
