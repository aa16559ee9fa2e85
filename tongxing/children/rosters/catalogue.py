"""The columns of a class roster, from `roster.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tongxing.children import codes
from tongxing.ground import catalogues
from tongxing.ground.codes import Table
from tongxing.ledgers.catalogue import Catalogue

_TABLES: Final[tuple[Table[Any], ...]] = (codes.SEX, codes.SCHOOL_STAGE, codes.BOARDING)

CATALOGUE: Final[Catalogue] = catalogues.read(Path(__file__).with_name("roster.toml"), {table.id: table for table in _TABLES})
