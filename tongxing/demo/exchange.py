"""What other offices send in the demo: an education bureau's blank sheet, and an export of the national system that differs from the register."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.children.models import Child, State
from tongxing.demo.county import County
from tongxing.exchange import sample as sheets
from tongxing.exchange.national import sample as national
from tongxing.exchange.national.catalogue import EXPORT, NATIONAL_ID
from tongxing.exchange.national.sample import Row
from tongxing.ground.folders import var

SHEETS: Final = "sheets"
ABOUT: Final = {
    SHEETS: gettext_noop("教育局的空表：两行表头、示例行、下拉列表、签字栏"),
    EXPORT.id: gettext_noop("与登记的有出入：有的内容不同，有的只在一边有，有的可能是同一人"),
}
NAMES: Final = {SHEETS: sheets.NAME, EXPORT.id: national.NAME}
ONLY_THERE: Final = 5


def write(county: County, folder: Path) -> list[Path]:
    """Write both into the folder; return their paths."""
    officer = Post.objects.filter(role="county_officer").select_related("person", "place").earliest("since")
    paths = [folder / sheets.NAME, folder / national.NAME]
    with paths[0].open("wb") as out:
        sheets.write_blank(out)
    with paths[1].open("wb") as out:
        national.write([row | {NATIONAL_ID: f"4205060{number:09d}"} for number, row in enumerate(_rows(county, officer), 1)], out)
    return paths


def offered(kind: str, post: Post) -> list[tuple[str, str, Path]]:
    """The one that a page offers, for whoever works at the county or below: name, what it is, where it lies."""
    path = var() / "demo" / NAMES.get(kind, "")
    return [(NAMES[kind], ABOUT[kind], path)] if kind in NAMES and path.is_file() else []


def _rows(county: County, officer: Post) -> list[Row]:
    """The county's children as the national system knows them, some otherwise, some not at all, and some whom the register does not know."""
    ids = list(Child.objects.filter(state=State.CURRENT, merged_into=None).order_by("scope_place", "id").values_list("pk", flat=True))
    rows: list[Row] = []
    for number, row in enumerate(national.known_alike(ids, officer)):
        match number % 30:
            case 3:
                rows.append(row | {"father_phone": county.people.phone()})
            case 7:
                rows.append(row | {"school": "宜昌市第四中学", "grade_class": "七年级3班", "school_stage": "junior"})
            case 11:
                rows.append({key: value for key, value in row.items() if key not in ("residence_address", "living_with", "entrusted_phone")})
            case 17:
                rows.append({key: value for key, value in row.items() if key != "id_number"} | {"residence_address": "原址"})
            case 23:
                pass  # never entered there
            case _:
                rows.append(row)
    left = Child.objects.filter(state=State.ENDED, merged_into=None).order_by("id").values_list("pk", flat=True)[:ONLY_THERE]
    return rows + national.known_alike(list(left), officer)
