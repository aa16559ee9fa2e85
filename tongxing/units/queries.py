"""Reading units: by place and kind, by name, and the classes of a school year."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongxing.accounts.models import Person, Post
from tongxing.ground.today import today
from tongxing.places import codes as places
from tongxing.places.queries import normalise
from tongxing.units.models import SchoolClass, Unit, UnitName, UnitQuerySet
from tongxing.units.rules import school_year

LONGEST_LIST = 20


def by_id(unit_id: UUID) -> Unit | None:
    return Unit.objects.filter(pk=unit_id).select_related("place", "parent", "keeper").first()


def found(*, lo: int, hi: int, kind: str = "", stage: str = "", department: str = "", text: str = "", closed: bool = False, on: date | None = None) -> UnitQuerySet:
    """Units within a range by whatever the list filters by. ``text`` begins a name (old ones too), its pinyin or initials."""
    units = Unit.objects.within(lo, hi)
    if not closed:
        units = units.valid(on or today())
    if kind:
        units = units.filter(kind=kind)
    if stage:
        units = units.filter(stages__contains=[stage])
    if department:
        units = units.filter(department=department)
    if word := normalise(text).replace(" ", ""):
        former = UnitName.objects.filter(name__startswith=word).values("unit")
        units = units.filter(Q(name__startswith=word) | Q(pinyin__startswith=word) | Q(initials__startswith=word) | Q(pk__in=former))
    return units.select_related("place", "parent")


def search(text: str, *, lo: int = 0, hi: int = places.span(places.COUNTRY)[1], kind: str = "", on: date | None = None) -> list[Unit]:
    """Suggestions: the first units whose name, pinyin or initials begin with the text."""
    return list(found(lo=lo, hi=hi, kind=kind, text=text, on=on).order_by("name", "id")[:LONGEST_LIST]) if normalise(text) else []


def resolve_school(name: str, *, lo: int, hi: int, on: date | None = None) -> list[Unit]:
    """Schools that a ledger may mean by a name: equal to a present or former name, with or without what stands before it.

    夷陵区分乡镇中心小学, 分乡镇中心小学 and 分乡中心小学 are one school where nothing else in the range is called so.
    """
    plain = "".join(normalise(name).split())
    if not plain:
        return []
    schools = Unit.objects.within(lo, hi).valid(on or today()).filter(kind="school")
    equal = schools.filter(Q(name=plain) | Q(pk__in=UnitName.objects.filter(name=plain).values("unit")))
    return list(equal[:LONGEST_LIST]) or list(schools.filter(name__in=_without_places(plain))[:LONGEST_LIST])


def around(unit: Unit) -> list[Post]:
    """Who holds a post where a unit stands, or at the township above it."""
    chain = [code for code in places.chain(unit.place_id) if places.level(code) >= places.Level.TOWNSHIP]
    return list(Post.objects.held(today()).filter(place__in=chain).select_related("person").order_by("-place", "role", "since", "id"))


def in_charge(unit: Unit) -> Person | None:
    """Who is in charge of a home: the person named, or the child director of its village; None where there is none."""
    if unit.keeper or unit.kind != "home":
        return unit.keeper
    return next((post.person for post in around(unit) if post.role == "child_director" and post.place_id == unit.place_id), None)


def of_post(role: str, name: str, place: int) -> UUID | None:
    """The unit of the county that an appointment names: a teacher's is a school. None where there is none of that name, or more than one."""
    lo, hi = places.span(places.at_level(place, places.Level(min(places.level(place), places.Level.COUNTY))))
    others = Unit.objects.within(lo, hi).valid(today()).filter(name=normalise(name)).exclude(kind="school")
    meant = resolve_school(name, lo=lo, hi=hi) if role == "teacher" else list(others[:2])
    return meant[0].id if len(meant) == 1 else None


def classes(school: Unit, *, year: int | None = None) -> list[SchoolClass]:
    """The classes of a school year, the present one where none is named."""
    wanted = school_year(today()) if year is None else year
    return sorted(
        SchoolClass.objects.filter(school=school, year=wanted), key=lambda each: (school.stages.index(each.stage) if each.stage in school.stages else 9, each.grade, each.number)
    )


def names(wanted: Iterable[UUID]) -> dict[UUID, str]:
    """Present names of many units at once."""
    return dict(Unit.objects.filter(pk__in=set(wanted)).values_list("pk", "name"))


def name_on(unit: Unit, on: date) -> str:
    """What the unit was called on that day."""
    former = unit.former_names.filter(until__gt=on).order_by("until").first()
    return former.name if former else unit.name


def _without_places(name: str) -> set[str]:
    """The name without leading 省, 市, 区, 县, 镇 … parts."""
    starts = (at + 1 for at, char in enumerate(name) if char in "省市区县镇乡" and len(name) - at > 3)
    return {name[start:] for start in starts}
