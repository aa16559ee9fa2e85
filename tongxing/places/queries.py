"""Reading places: by code, down and up the tree, by name and pinyin, and as of a day."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.lists import Listed, PlaceList, Problem
from tongxing.places.models import FormerName, Place, Succession, Upload
from tongxing.places.rules import Known

NATION = codes.span(codes.COUNTRY)
KINDS = ("村", "社区", "居委会", "街道", "镇", "乡", "区", "县", "市", "省")
LONGEST = 60  # characters of a search; more cannot be the name of a place
FEW_COUNTIES = 40
LIKELY_AREAS = 8
_VALID = "AND (valid_from IS NULL OR valid_from <= %(on)s) AND (valid_until IS NULL OR valid_until > %(on)s)"
PROBE = "(SELECT code, {column} AS key FROM places_place WHERE level = {level} AND {column} ^@ %(word)s AND code BETWEEN %(lo)s AND %(hi)s {valid} ORDER BY {column}, code LIMIT %(limit)s)"
_FORMER = """(SELECT former.place_id, former.short_name FROM places_formername former JOIN places_place place ON place.code = former.place_id
  WHERE former.short_name ^@ %(word)s AND former.place_id BETWEEN %(lo)s AND %(hi)s AND place.level = ANY(%(levels)s) {valid} LIMIT %(limit)s)"""
_NAMED = """SELECT place.*, found.key FROM (SELECT code, min(key) AS key FROM ({probes}) probed GROUP BY code) found JOIN places_place place USING (code)
  ORDER BY place.level, found.key, place.code LIMIT %(limit)s"""


def by_code(code: int) -> Place | None:
    """The place, closed or not."""
    return Place.objects.filter(code=code).first()


def children_of(code: int, *, on: date | None = None, closed: bool = False) -> list[Place]:
    """The places right below one (0: the provinces) in the order of their codes."""
    below = Place.objects.filter(parent=code or None)
    return list((below if closed else below.valid(on or today())).order_by("code"))


def chain(code: int) -> list[Place]:
    """The path from the province to the place, in one query."""
    return list(Place.objects.filter(code__in=codes.chain(code)).order_by("level"))


def full_names(wanted: Iterable[int]) -> dict[int, str]:
    """Full names of many places at once, for lists and exports."""
    return dict(Place.objects.filter(code__in=set(wanted)).values_list("code", "full_name"))


def short_names(wanted: Iterable[int]) -> dict[int, str]:
    """Short names of many places at once."""
    return dict(Place.objects.filter(code__in=set(wanted)).values_list("code", "short_name"))


def successions_between(since: date, until: date) -> list[Succession]:
    """The mergers that take effect in these days, both included. A place with several successors (divided) is for people to settle."""
    return list(Succession.objects.filter(on__range=(since, until)).select_related("old", "new").order_by("on", "old_id", "new_id"))


def successors(code: int, *, on: date) -> list[Place]:
    """What stands on that day where the place stood: itself while it is valid, else its successors, followed to the end."""
    place = by_code(code)
    if place is None or not place.closed(on):
        return [place] if place else []
    found: dict[int, Place] = {}
    waiting, seen = [code], {code}
    while waiting:
        for step in Succession.objects.filter(old__in=waiting, on__lte=on).select_related("new").order_by("new_id"):
            if step.new_id not in seen:
                seen.add(step.new_id)
                found[step.new_id] = step.new
        waiting = [each for each, new in found.items() if new.closed(on)]
        for each in waiting:
            del found[each]
    return list(found.values())


def history(place: Place) -> tuple[list[FormerName], list[Succession], list[Succession]]:
    """Former names, what the place came from, and what stands in its stead."""
    before = Succession.objects.filter(new=place).select_related("old").order_by("on", "old_id")
    after = Succession.objects.filter(old=place).select_related("new").order_by("on", "new_id")
    return list(place.former_names.order_by("until")), list(before), list(after)


def known(found: PlaceList) -> dict[int, Known]:
    """What the register holds about the counties of a list and what stands above them."""
    stated = [listed.code for listed in found.places]
    counties = {codes.at_level(code, Level.COUNTY) for code in stated if codes.level(code) >= Level.COUNTY}
    places = Place.objects.all()
    if len(counties) <= FEW_COUNTIES:
        wanted = Q(code__in={code for each in stated for code in codes.ancestors(each)} | {code for code in stated if codes.level(code) < Level.COUNTY})
        for county in counties:
            wanted |= Q(code__range=(county, county + codes.SIZES[Level.COUNTY] - 1))
        places = places.filter(wanted)
    return {row[0]: Known(*row) for row in places.values_list("code", "name", "valid_until", "stated_on").iterator()}


def uploaded(upload: Upload) -> PlaceList:
    """An uploaded list as it was read."""
    places = [Listed(row, code, name) for row, code, name in upload.places]
    return PlaceList(upload.source, places, [Problem(upload.source, row, text) for row, text in upload.problems])


def normalise(text: str) -> str:
    """What is typed becomes what is stored: one width, small letters, single blanks."""
    plain = unicodedata.normalize("NFKC", text[: LONGEST * 2]).lower().replace("\0", "")
    return " ".join(plain.split())[:LONGEST]


def search(
    text: str, *, lo: int = NATION[0], hi: int = NATION[1], levels: Sequence[Level] = tuple(Level)[1:], on: date | None = None, closed: bool = False, limit: int = 20
) -> list[Place]:
    """Places whose name, pinyin, initials or code begin with the text, the upper levels first.

    Several words narrow from the top: 夷陵 冯家湾, or "ylq fjw". A former name finds the place as well.
    """
    words = normalise(text).split()
    if not words:
        return []
    day = None if closed else on or today()
    ranges = [(lo, hi)]
    for word in words[:-1]:
        above = [place.span for one in ranges for place in _beginning(word, *one, tuple(Level)[1:5], day, LIKELY_AREAS)]
        ranges = [(max(lo, first), min(hi, last)) for first, last in above[:LIKELY_AREAS]]
    last = words[-1]
    found = [place for one in ranges for place in _beginning(last, *one, levels, day, limit)]
    shorter = next((last.removesuffix(kind) for kind in KINDS if last.endswith(kind) and len(last) > len(kind) + 1), None)
    if not found and shorter:  # 冯家湾村 finds 冯家湾社区
        found = [place for one in ranges for place in _beginning(shorter, *one, levels, day, limit)]
    unique = {place.code: place for place in found}
    return sorted(unique.values(), key=lambda place: place.level)[:limit]


def resolve(text: str, *, lo: int = NATION[0], hi: int = NATION[1], level: Level | None = None, on: date | None = None) -> list[Place]:
    """The places that an address written without gaps may mean: 宜昌夷陵区小溪塔街道冯家湾社区 or 小溪塔冯家湾.

    One result is an answer, several are a question, none is a mistake. Parts may be left out and may lack 市, 区, 村 …
    The reading that explains most of the text wins, then the upper place: 东莞 is the city, not a village of that name,
    unless ``level`` says what is looked for. What stands behind the village (组, 号) is not looked at.
    """
    rest = normalise(text).replace(" ", "")
    day = on or today()
    if rest.isascii() and rest.isdigit():
        places = search(rest, lo=lo, hi=hi, on=day)
        return [place for place in places if codes.show_short(place.code) == rest or codes.show(place.code) == rest]
    read: dict[int, tuple[Place, int]] = {}
    frontier = [(lo, hi, 0, 0)]
    while frontier:
        bottom, top, above, start = frontier.pop()
        for place, eaten in _openings(rest[start:], bottom, top, above, day):
            if place.code not in read or read[place.code][1] < start + eaten:
                read[place.code] = (place, start + eaten)
                frontier.append((max(place.span[0], lo), min(place.span[1], hi), place.level, start + eaten))
    ends = [(place, eaten) for place, eaten in read.values() if level is None or place.level == level]
    most = max((eaten for _place, eaten in ends), default=0)
    best = [place for place, eaten in ends if eaten == most]
    upper = min((place.level for place in best), default=0)
    return sorted((place for place in best if place.level == upper), key=lambda place: place.code)


def _openings(text: str, lo: int, hi: int, above: int, on: date) -> list[tuple[Place, int]]:
    """Places in the range, below the level, with whose name the text begins; and how many characters that name takes."""
    taken = {text[:end]: end for end in range(1, min(len(text), 30) + 1)}
    candidates = dict(taken) | {f"{start}{kind}": end for start, end in taken.items() if end > 1 for kind in KINDS if f"{start}{kind}" not in taken}
    found = Place.objects.valid(on).within(lo, hi).filter(level__gt=above, short_name__in=candidates)
    return [(place, candidates[place.short_name]) for place in found.order_by("level", "code")[:50]]


def _beginning(word: str, lo: int, hi: int, levels: Sequence[Level], on: date | None, limit: int) -> list[Place]:
    if word.isascii() and word.isdigit():
        first, last = int(word[:12].ljust(12, "0")), int(word[:12].ljust(12, "9"))
        places = Place.objects.valid(on) if on else Place.objects.all()
        return list(places.within(max(lo, first), min(hi, last)).filter(level__in=levels).order_by("level", "code")[:limit])
    columns = ("pinyin", "initials") if word.isascii() else ("short_name",)
    valid = _VALID if on else ""
    probes = [PROBE.format(level=int(level), column=column, valid=valid) for level in levels for column in columns]
    if not word.isascii():
        probes.append(_FORMER.format(valid=valid))
    values = {"word": word, "lo": lo, "hi": hi, "on": on, "limit": limit, "levels": [int(level) for level in levels]}
    return list(Place.objects.raw(_NAMED.format(probes=" UNION ALL ".join(probes)), values))
