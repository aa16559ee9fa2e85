"""What is typed into the search box: names, readings, initials, numbers, the file's number, villages, several words at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tongxing.children import identity, sentences
from tongxing.children.finding import keys
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.keys import Alternative, Span
from tongxing.children.models import Child, SearchKey
from tongxing.ground import scope
from tongxing.places import queries as places
from tongxing.places.models import Place

LONGEST = 100  # characters; more is not a search
WORDS = 5
SUGGESTED = 8
SUGGESTED_PLACES = 3
PROBED = 4 * SUGGESTED  # keys looked at for the suggestions: one child has several that begin alike
LETTERS_THAT_SUGGEST = 2


@dataclass(frozen=True, slots=True)
class Search:
    """``q`` is the condition on children; ``problem`` a sentence where the text cannot be searched for; ``places`` those that the text names."""

    text: str
    q: Q
    problem: str = ""
    places: tuple[Place, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.text)


def cleaned(text: str) -> str:
    """One width, without what a database cannot hold."""
    return " ".join(unicodedata.normalize("NFKC", text[: 4 * LONGEST]).replace("\0", "").split())


def words_of(text: str) -> list[str]:
    """The words of a search; a number written in groups (4205 0620 …) is one."""
    if keys.is_file_number(text):
        return [text]
    joined = identity.normalise(text)
    if len(joined) > keys.LAST and joined.lstrip("+").rstrip("X").isdigit():
        return [joined]
    return text.split()


def understand(text: str, asking: Asking) -> Search:
    """What a search asks for in the active scope. All words must hold; a word that finds no child but names a place means the place."""
    text = cleaned(text)
    words = words_of(text)
    if not words:
        return Search("", Q())
    if len(text) > LONGEST or len(words) > WORDS:
        return Search(text[:LONGEST], Q(pk__in=[]), _("搜索内容太长：请输入姓名、拼音首字母、证件号、电话或村名。"))
    condition, named, problem = Q(), [], ""
    for word in words:
        meant = keys.meant_by(word)
        found = places_named(word)
        if found and (not meant or word.endswith(places.KINDS) or not _known(meant)):
            named += found
            condition &= _within(found)
        else:
            condition &= _keyed(meant)
            problem = problem or ("" if meant else _unsearchable(word))
    return Search(text, condition, problem or _faulty(words), tuple(named))


def places_named(word: str, limit: int = SUGGESTED_PLACES + 2) -> list[Place]:
    """The places of the active scope that a word names."""
    active = scope.current()
    if active.lo > active.hi or (word.isascii() and (len(word) < LETTERS_THAT_SUGGEST or (word.isdigit() and len(word) not in (6, 9, 12)))):
        return []
    return places.search(word, lo=active.lo, hi=active.hi, limit=limit)


def _within(found: Sequence[Place]) -> Q:
    condition = Q()
    for place in found:
        condition |= Q(scope_place__range=place.span)
    return condition


def _span(span: Span) -> Q:
    return Q(key=span.first) if span.exact else Q(key__gte=span.first, key__lt=span.behind)


def _keyed(meant: Sequence[Alternative]) -> Q:
    """Children of whom one alternative holds. The keys find them: no child is looked at that they do not name."""
    looks = [_children(alternative) for alternative in meant]
    return Q(pk__in=looks[0].union(*looks[1:])) if looks else Q(pk__in=[])


def _children(alternative: Alternative) -> QuerySet[SearchKey, UUID]:
    """Ids of the children who have a key in every span.

    Each span is read once and they are intersected: PostgreSQL takes a name's beginning for rare, and would look up each of its
    children in the other span.
    """
    first, *others = (SearchKey.objects.filter(_span(span)).values_list("child_id", flat=True) for span in alternative)
    return first.intersection(*others) if others else first


def _known(meant: Sequence[Alternative]) -> bool:
    """Whether any key of the active scope is meant."""
    first = Q()
    for alternative in meant:
        first |= _span(alternative[-1])
    return SearchKey.objects.filter(first).exists()


def _unsearchable(word: str) -> str:
    if any(char.isdigit() for char in word) and word.isascii():
        return _("数字请输入完整的证件号或电话，或者它们的末四位。")
    return _("“%(word)s”不能搜索：请输入姓名、拼音首字母、证件号、电话或村名。") % {"word": word[:20]}


def _faulty(words: list[str]) -> str:
    """What is wrong with a whole id number that was typed."""
    for word in words:
        if len(word) == 18 and word[:17].isdigit():
            try:
                identity.parse(word)
            except identity.IdNumberError as error:
                return sentences.id_number_fault(error)
    return ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A child below the search box."""

    id: UUID
    name: str
    sex: str
    born: date
    state: str
    place: str


def suggested(text: str, asking: Asking) -> tuple[list[Suggestion], list[Place], str]:
    """The first children and places that a half-typed text may mean, and what is wrong with it.

    Looks at the first keys in their order and stops: however common the beginning is, the answer takes as long.
    """
    text = cleaned(text)
    words = words_of(text)
    if not words or (text.isascii() and len(text) < LETTERS_THAT_SUGGEST):
        return [], [], ""
    with scope.planned_for_values():
        if len(words) > 1 or len(text) > LONGEST:
            search = understand(text, asking)
            ids = Child.objects.filter(search.q, merged_into=None).order_by("sort_key", "id").values_list("id", flat=True)[:SUGGESTED]
            return _shown("unnest(%(ids)s::uuid[]) WITH ORDINALITY key(child_id, place)", {"ids": list(ids)}), list(search.places)[:SUGGESTED_PLACES], search.problem
        meant = keys.meant_by(words[0])
        found = places_named(words[0], SUGGESTED_PLACES)
        return _first(meant), found, "" if meant or found else _unsearchable(words[0])


_KEYS = "SELECT child_id FROM children_searchkey WHERE {span} AND (scope_place BETWEEN %(lo)s AND %(hi)s OR child_id = ANY(%(children)s))"
_CHILDREN = """
SELECT child.id, child.name, child.sex, child.born, child.state, coalesce(village.short_name, '')
FROM (SELECT child_id, min(place) AS place FROM {keys} GROUP BY child_id) found
JOIN children_child child ON child.id = found.child_id AND child.merged_into_id IS NULL
LEFT JOIN places_place village ON village.code = child.scope_place
ORDER BY found.place LIMIT %(limit)s
"""


def _shown(rows: str, values: dict[str, Any]) -> list[Suggestion]:
    """The children of the keys in ``rows``, a table of ``child_id`` and ``place`` (its turn). One statement, because the box asks at every letter."""
    with connection.cursor() as cursor:
        cursor.execute(_CHILDREN.format(keys=rows), values | {"limit": SUGGESTED})
        return [Suggestion(*row) for row in cursor.fetchall()]


def _first(meant: Sequence[Alternative]) -> list[Suggestion]:
    """The first children that the keys give, one look an alternative, each in the order of the keys; of several spans those in all of them."""
    active = scope.current()
    values: dict[str, Any] = {"lo": active.lo, "hi": active.hi, "children": list(active.children), "probed": PROBED}
    looks = []
    for number, alternative in enumerate(meant):
        spans = []
        for place, span in enumerate(alternative):
            name = f"key_{number}_{place}"
            values[name] = span.first
            values[f"{name}_behind"] = span.behind
            spans.append(_KEYS.format(span=f"key = %({name})s" if span.exact else f"key >= %({name})s AND key < %({name}_behind)s"))
        ordered = " ORDER BY key, scope_place, child_id" if len(spans) == 1 else ""
        looks.append(f"(SELECT child_id, {number * PROBED} + row_number() OVER () AS place FROM ({' INTERSECT '.join(spans)}{ordered} LIMIT %(probed)s) look)")  # noqa: S608 — our own words
    return _shown(f"({' UNION ALL '.join(looks)}) key", values) if looks else []
