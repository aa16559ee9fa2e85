"""The columns of the list, from `accounts/ledger.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tongxing.ground import catalogues
from tongxing.ledgers.catalogue import Catalogue

CATALOGUE: Final[Catalogue] = catalogues.read(Path(__file__).parents[1] / "ledger.toml", {})
