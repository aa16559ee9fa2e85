"""The ledgers that the demo offers for uploading: a clean, a messy and a conflicting one, of the township of its supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.children.ledger import sample
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.ledger.held import values
from tongxing.children.ledger.meaning import PARENTS, RELATIONS
from tongxing.children.models import Child, State
from tongxing.children.new import NewChild, NewRelative
from tongxing.children.queries.files import files
from tongxing.demo import TOWN
from tongxing.demo.county import County, villages
from tongxing.ground.folders import var
from tongxing.ledgers.cells import Value
from tongxing.places import codes
from tongxing.places import queries as places

FORMATS: Final = ("xlsx", "xls")
NEW_CHILDREN: Final = 60
KNOWN: Final = 20

OTHER_NAMES: Final = ("万家豪", "万家慧", "鲁一凡", "鲁思源", "甘雨桐", "甘子墨", "简若溪")

type Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the ledgers: what stands in it, and how it is written."""

    name: str
    about: str
    mistakes: bool = False
    tidy: bool = False


CLEAN: Final = Sample("规范", gettext_noop("没有错误，一次就能全部导入"), tidy=True)
MESSY: Final = Sample("杂乱", gettext_noop("写法五花八门，有错误要改，改好再导入一次"), mistakes=True)
CONFLICTING: Final = Sample("有冲突", gettext_noop("与登记的不一致：内容有变化，身份证号和姓名对不上，可能是同一人，同一名儿童写了两行"), tidy=True)
SAMPLES: Final = (CLEAN, MESSY, CONFLICTING)


def file_name(kind: Sample, suffix: str) -> str:
    return f"小溪塔街道台账（{kind.name}）.{suffix}"


def write(county: County, folder: Path) -> list[Path]:
    """Write the samples into the folder, each in both formats; return their paths."""
    township = places.by_code(TOWN)
    assert township
    homes = {village.code: village.short_name for village in villages([township])}
    known = _known(county, homes)
    rows = {
        CLEAN: [*_fresh(county, homes), *known[:KNOWN]],
        MESSY: [*_fresh(county, homes), *_with_news(county, known[:KNOWN])],
        CONFLICTING: [*_conflicts(county, homes, known), *_fresh(county, homes, KNOWN)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for kind, found in rows.items():
        lines = [row | {"township": township.short_name} for row in found]
        if kind is not CONFLICTING:  # there, what contradicts itself stands together
            county.rng.shuffle(lines)
        for suffix in FORMATS:
            path = folder / file_name(kind, suffix)
            with path.open("wb") as out:
                sample.write(lines, out, unit="夷陵区小溪塔街道", on=county.now, mistakes=kind.mistakes, tidy=kind.tidy, old=suffix == "xls")
            made.append(path)
    return made


def offered(kind: str, post: Post) -> list[tuple[str, str, Path]]:
    """The samples that a post can upload, for the page: name, what it is, where it lies."""
    lo, hi = codes.span(post.place_id)
    if kind != CATALOGUE.id or not lo <= TOWN <= hi:
        return []
    found = [(file_name(each, suffix), each.about, var() / "demo" / file_name(each, suffix)) for each in SAMPLES for suffix in FORMATS]
    return [each for each in found if each[2].exists()]


def _fresh(county: County, homes: dict[int, str], count: int = NEW_CHILDREN) -> list[Row]:
    """Children whom a director found and wrote down."""
    rows: list[Row] = []
    while len(rows) < count:
        household = county.household(county.rng.choice(sorted(homes)), county.rng.choice([1, 1, 2]), on=county.now)
        rows += [row_of(child, homes[child.place]) for child in household.children]
    return rows


def _known(county: County, homes: dict[int, str]) -> list[Row]:
    """Children of the register, as it holds them today."""
    ids = list(Child.objects.filter(scope_place__in=homes, state=State.CURRENT).exclude(id_digest="").order_by("sort_key", "id").values_list("pk", flat=True))
    held = files(county.rng.sample(ids, k=min(2 * KNOWN, len(ids))))
    return [values(file, county.now) | {"residence": homes[file.child.scope_place]} for file in held.values()]


def _with_news(county: County, known: Sequence[Row]) -> list[Row]:
    """A telephone has changed since."""
    return [row | {"mother_phone": county.people.phone()} if number % 4 == 0 else row for number, row in enumerate(known)]


def _conflicts(county: County, homes: dict[int, str], known: Sequence[Row]) -> list[Row]:
    """Children of the register about whom the ledger says something else, each kind of it in turn."""
    rows: list[Row] = []
    names = sorted(homes.values())
    for number, row in enumerate(known):
        match number % 6:
            case 0:  # news: where the father works, who looks after the child
                rows.append(row | {"father_place": "福建泉州", "father_since": county.now.replace(day=1), "guardianship": "fair"})
            case 1:  # the id number is another child's
                rows.append(row | {"name": OTHER_NAMES[number // 6 % len(OTHER_NAMES)]})
            case 2:  # without its id number, and in another village: perhaps the same child
                rows.append({key: value for key, value in row.items() if key != "id_number"} | {"residence": names[number % len(names)]})
            case 3:  # the same child twice, with other telephones
                rows += [row, row | {"father_phone": county.people.phone()}]
            case 4:  # has moved, says the ledger
                rows.append(row | {"residence": names[(number + 1) % len(names)]})
            case _:  # away since long before the register says
                born = row.get("born")
                earlier: Row = {"father_place": "广东东莞", "father_since": born + timedelta(days=31)} if isinstance(born, date) else {}
                rows.append(row | earlier)
    return rows


def row_of(child: NewChild, village: str) -> Row:
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
