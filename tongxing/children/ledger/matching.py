"""Whose file a row means: by id number; without one by name, birth date and village. What only looks alike is for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tongxing.children.actions.registration import taken
from tongxing.children.finding import keys
from tongxing.children.finding.readings import plain, readings
from tongxing.children.ledger.meaning import Meaning
from tongxing.children.ledger.villages import Gazetteer
from tongxing.children.models import Child, State
from tongxing.crypto.sealed import digest
from tongxing.ledgers.kinds import Candidate

LOOKED_AT = ("id", "scope_place", "name", "born", "id_digest", "state", "source")


@dataclass(slots=True)
class Match:
    """``child`` is the file that is meant; else ``candidates`` may be; neither: nobody. ``taken``: the id number has a file elsewhere; ``named_otherwise``: it has one here, of a child with quite another name."""

    child: UUID | None = None
    candidates: tuple[Candidate, ...] = ()
    taken: bool = False
    ended: bool = False
    named_otherwise: bool = False


@dataclass(slots=True)
class Known:
    """What the register holds about a block of rows, read with a handful of queries."""

    by_digest: Mapping[str, Child]
    ended: frozenset[str]
    taken: frozenset[str]
    alike: Mapping[tuple[str, date | None], list[Child]]


def look_up(meanings: Sequence[Meaning]) -> Known:
    """Everything in the scope that these rows may mean: found by search keys, which keep their index under row-level security."""
    numbers = {meaning.number for meaning in meanings if meaning.number}
    digests = {digest("id_number", number) for number in numbers}
    by_digest: dict[str, Child] = {}
    ended: set[str] = set()
    alike: dict[tuple[str, date | None], list[Child]] = defaultdict(list)
    wanted: set[tuple[str, date | None]] = {(keys.ID_NUMBER + each, None) for each in digests}
    wanted |= {(keys.by_name(meaning.name), meaning.born) for meaning in meanings if meaning.name and meaning.born}
    for child in Child.objects.filter(pk__in=_keyed(wanted)).only(*LOOKED_AT) if wanted else ():
        if child.state == State.ENDED:
            ended.add(child.id_digest)
            continue
        if child.id_digest in digests:
            by_digest[child.id_digest] = child
        alike[plain(child.name), child.born].append(child)
    elsewhere = frozenset(digest("id_number", number) for number in taken(sorted(numbers))) if numbers else frozenset()
    return Known(by_digest, frozenset(ended & digests), elsewhere, alike)


_KEYED = """
SELECT DISTINCT child.id FROM unnest(%s::text[], %s::date[]) wanted(key, born)
JOIN children_searchkey found ON found.key = wanted.key JOIN children_child child ON child.id = found.child_id AND (wanted.born IS NULL OR child.born = wanted.born)
"""


def _keyed(wanted: Iterable[tuple[str, date | None]]) -> list[UUID]:
    """Children with one of these keys who were born on its day, where it has one: a name alone is a hundred children's."""
    pairs = sorted(wanted, key=itemgetter(0))
    with connection.cursor() as cursor:
        cursor.execute(_KEYED, [[key for key, _born in pairs], [born for _key, born in pairs]])
        return [row[0] for row in cursor.fetchall()]


def match(meaning: Meaning, known: Known, places: Gazetteer, *, own_source: str) -> Match:
    """The file that a row means, or those it may mean. Files that the same list has just opened (``own_source``) are other rows' children."""
    own = digest("id_number", meaning.number) if meaning.number else ""
    if own in known.by_digest:
        child = known.by_digest[own]
        if one_name(meaning.name, child.name):
            return Match(child.id)
        return Match(candidates=(Candidate(child.id, _who(child, places), _("身份证号相同，姓名不同")),), named_otherwise=True)
    if own and own in known.taken:
        return Match(taken=True)
    if own and own in known.ended:
        return Match(ended=True)
    alike = known.alike.get((plain(meaning.name), meaning.born), [])
    here = [child for child in alike if child.scope_place == meaning.place]
    if not own and len(here) == 1:
        return Match(here[0].id)
    ordered = [child for child in (*here, *(child for child in alike if child not in here)) if child.source != own_source]
    return Match(candidates=tuple(Candidate(child.id, _who(child, places), _why(child, here=child in here, numbered=bool(own))) for child in ordered))


def one_name(said: str, held: str) -> bool:
    """Whether both may be one child's: nothing said, the same reading, or a character of the given name kept. Else the id number is mistyped, or somebody has to say that the name was changed."""
    said, held = plain(said), plain(held)
    return not said or said == held or bool(set(said[1:]) & set(held[1:])) or bool(set(readings(said)) & set(readings(held)))


def _who(child: Child, places: Gazetteer) -> str:
    return f"{child.name} {child.born.isoformat()} {places.name(child.scope_place)}"


def _why(child: Child, *, here: bool, numbered: bool) -> str:
    """What agrees, and what does not."""
    alike = _("姓名、出生日期和村都相同") if here else _("姓名和出生日期相同，村不同")
    match bool(child.id_digest), numbered:
        case True, True:
            number = _("身份证号不同")
        case True, False:
            number = _("档案里有身份证号，台账里没有")
        case False, True:
            number = _("档案里没有身份证号")
        case _:
            number = _("都没有身份证号")
    return _("%(alike)s；%(number)s") % {"alike": alike, "number": number}
