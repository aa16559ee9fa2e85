"""The two layouts of the national system, from `export.toml` and `upload.toml`."""

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
    codes.LIVING_WITH,
    codes.HEALTH,
    codes.DISABILITY_KIND,
    codes.DISABILITY_GRADE,
    codes.SCHOOL_STAGE,
    codes.BOARDING,
    codes.RELATION,
    codes.GUARDIANSHIP,
    codes.INCOME,
    codes.AID,
    codes.EXIT_REASON,
)
_BY_ID: Final = {table.id: table for table in _TABLES}
_FOLDER: Final = Path(__file__).parent
NATIONAL_ID: Final = "national_id"
RECIPIENT: Final = "全国农村留守儿童和困境儿童信息管理系统"

EXPORT: Final[Catalogue] = catalogues.read(_FOLDER / "export.toml", _BY_ID)


def _upload() -> Catalogue:
    own = catalogues.read(_FOLDER / "upload.toml", _BY_ID)
    first, *last = own.columns
    return Catalogue(id=own.id, title=own.title, columns=(first, *EXPORT.columns, *last), groups=EXPORT.groups, source=own.source)


UPLOAD: Final[Catalogue] = _upload()
