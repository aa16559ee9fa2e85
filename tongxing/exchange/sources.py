"""What the register can write into another office's sheet, and its values for many children at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import batched
from pathlib import Path
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from tongxing.children import codes
from tongxing.children.file import File
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.exports import rows_of
from tongxing.children.finding.rows import name_for
from tongxing.children.ledger import held
from tongxing.children.ledger.catalogue import CATALOGUE, for_the_file_alone
from tongxing.children.models import Child
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.ground import catalogues
from tongxing.ledgers.catalogue import Catalogue, Column, Kind
from tongxing.ledgers.cells import Value
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level

CHUNK: Final = 500
# Columns of the ledger that no other office's sheet gets, beside what stands for the file alone.
WITHHELD: Final = frozenset({"both_away", "remarks"})
# 监护人 in other offices' sheets is whoever can be reached about the child, not only the one who was entrusted by the parents.
GUARDIANS: Final = ("监护人", "实际监护人")
BESIDE: Final = ("age", "township", "class", "contact", "contact_relation", "contact_phone", "left_behind", "unsupported", "migrant", "categories", "state", "confirmed_on")

type Row = dict[str, Value | None]


@cache
def catalogue() -> Catalogue:
    """The columns of the ledger that may leave the house, then what the list of children knows besides."""
    extra = catalogues.read(Path(__file__).parent / "sources.toml", {"relation": codes.RELATION})
    own = {column.key for column in extra.columns}
    ledger = tuple(_without_claims(column) for column in CATALOGUE.columns if not withheld(column.key) and column.key not in own)
    groups = tuple(replace(group, aliases=tuple(each for each in group.aliases if each not in GUARDIANS)) for group in CATALOGUE.groups)
    return Catalogue(id=extra.id, title=extra.title, columns=(*ledger, *extra.columns), groups=groups, source=extra.source)


def _without_claims(column: Column) -> Column:
    return replace(column, also=tuple(each for each in column.also if each not in GUARDIANS))


def withheld(key: str) -> bool:
    return key in WITHHELD or for_the_file_alone(key)


def heading(column: Column, list_of: Catalogue) -> str:
    """The heading in the reader's language; in a group, the group's name first."""
    group = next((each.heading for each in list_of.groups if each.id == column.group), "")
    return gettext("%(group)s%(heading)s") % {"group": gettext(group), "heading": gettext(column.heading)} if group else gettext(column.heading)


def rows(children: Iterable[Child], asking: Asking) -> Iterator[Row]:
    """Every column of each child, in order, names as the post may see them; whole numbers: who writes them masks them."""
    for part in batched(children, CHUNK, strict=False):
        opened = files([child.id for child in part], NEEDED_BY_RULES)
        listed = list(rows_of(part, BESIDE, asking))
        names = _Places(part, opened)
        for child, beside in zip(part, listed, strict=True):
            if child.id in opened:
                yield _row(opened[child.id], beside, names, asking)


class _Places:
    """The names of all places that some children's rows speak of."""

    def __init__(self, children: Iterable[Child], opened: Mapping[UUID, File]) -> None:
        wanted: set[int] = set()
        for child in children:
            wanted |= {place_codes.at_level(child.scope_place, level) for level in Level}
        wanted |= {file.child.registered_place for file in opened.values() if file.child.registered_place}
        self.short = places.short_names(wanted)
        self.full = places.full_names(wanted)

    def at(self, place: int, level: Level) -> str:
        return self.short.get(place_codes.at_level(place, level), "")


def _row(file: File, beside: Mapping[str, Value | None], names: _Places, asking: Asking) -> Row:
    found: Row = {key: value for key, value in held.values(file, asking.on).items() if not withheld(key)}
    found |= {key: beside.get(key) for key in BESIDE}
    home = file.child.scope_place
    if not asking.works_with_children:
        found |= {key: name_for(asking, str(value)) for key, value in found.items() if value and _is_name(key)}
    found |= {
        "residence": names.short.get(home, ""),
        "registered_place": names.full.get(file.child.registered_place or 0, ""),
        "province": names.at(home, Level.PROVINCE),
        "city": names.at(home, Level.CITY),
        "county": names.at(home, Level.COUNTY),
    }
    chain = [names.at(home, level) for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)]
    found["full_address"] = "".join([*dict.fromkeys(filter(None, chain)), str(found.get("residence_address") or "")])
    return {key: value for key, value in found.items() if value not in (None, "", ())}


def _is_name(key: str) -> bool:
    column: Column | None = catalogue().by_key.get(key)
    return column is not None and column.kind is Kind.NAME and key != "contact"  # the contact comes as the post may see it
