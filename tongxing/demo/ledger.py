"""The ledger that the demo offers for uploading: a township's list with children the register does not know yet, and some it knows."""

from __future__ import annotations

from pathlib import Path

from tongxing.children.ledger import sample
from tongxing.children.ledger.held import values
from tongxing.children.ledger.meaning import PARENTS, RELATIONS
from tongxing.children.models import Child, State
from tongxing.children.new import NewChild, NewRelative
from tongxing.children.queries.files import files
from tongxing.demo.county import County, villages
from tongxing.ledgers.cells import Value
from tongxing.places import queries as places

TOWNSHIP = 420506103000  # 分乡镇
NAME = "样例台账.xlsx"
NEW_CHILDREN = 60
KNOWN = 20

type Row = dict[str, Value]


def write(county: County, folder: Path) -> Path:
    """Write the sample into the folder; return its path."""
    township = places.by_code(TOWNSHIP)
    assert township
    homes = {village.code: village.short_name for village in villages([township])}
    rows = [row | {"township": township.short_name} for row in (*_fresh(county, homes), *_known(county, homes))]
    county.rng.shuffle(rows)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("wb") as out:
        sample.write(rows, out, unit=township.full_name.removeprefix("湖北省宜昌市"), on=county.now)
    return folder / NAME


def _fresh(county: County, homes: dict[int, str]) -> list[Row]:
    """Children whom a director found and wrote down."""
    rows: list[Row] = []
    while len(rows) < NEW_CHILDREN:
        household = county.household(county.rng.choice(sorted(homes)), county.rng.choice([1, 1, 2]), on=county.now)
        rows += [_row(child, homes[child.place]) for child in household.children]
    return rows


def _known(county: County, homes: dict[int, str]) -> list[Row]:
    """Children of the register, as it holds them today, some with news."""
    ids = list(Child.objects.filter(scope_place__in=homes, state=State.CURRENT).exclude(id_digest="").order_by("sort_key", "id").values_list("pk", flat=True))
    held = files(county.rng.sample(ids, k=min(KNOWN, len(ids))))
    rows = [values(file, county.now) | {"residence": homes[file.child.scope_place]} for file in held.values()]
    for row in rows[::4]:  # a telephone has changed since
        row["mother_phone"] = county.people.phone()
    return rows


def _row(child: NewChild, village: str) -> Row:
    """A new child by the ledger's columns."""
    plain = ("name", "sex", "ethnic_group", "born", "id_number", "registration")
    found: dict[str, object] = {key: child.fields.get(key) for key in plain}
    for key in ("income", "aid"):
        several = child.fields.get(key)
        found[key] = tuple(several) if isinstance(several, list) else ()
    found["health"] = (child.fields["health"],) if child.fields.get("health") else ()
    found |= {"residence": village, "residence_address": child.residence.address, "living_with": child.residence.living_with}
    if school := child.schooling:
        found |= {"school_stage": school.stage, "school": school.school_name, "grade_class": school.class_name, "boarding": school.boarding}
    if child.guardianship:
        found["guardianship"] = child.guardianship.kind
    for relative in child.relatives:
        found |= _relative(relative)
    return {key: value for key, value in found.items() if value}  # type: ignore[misc]


def _relative(relative: NewRelative) -> dict[str, object]:
    found: dict[str, object] = {}
    side = next((each for each in PARENTS if RELATIONS[each] == relative.relation), "")
    if side:
        away = next((each for each in relative.absences if each.until is None), None)
        found |= {f"{side}_name": relative.name, f"{side}_phone": relative.phone}
        found |= {f"{side}_place": away.where, f"{side}_since": away.since.replace(day=1)} if away else {}
        found |= {f"{side}_circumstance": relative.circumstances[0].kind} if relative.circumstances else {}
    if relative.entrusted:
        found |= {"entrusted_name": relative.name, "entrusted_relation": relative.relation, "entrusted_phone": relative.phone}
    return found
