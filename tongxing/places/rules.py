"""What a list changes: the comparison between what it states and what is known, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.lists import Listed, PlaceList, Problem


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds about a place."""

    code: int
    name: str
    valid_until: date | None
    stated_on: date


@dataclass(frozen=True, slots=True)
class Renamed:
    code: int
    old: str
    new: str


@dataclass(slots=True)
class Changes:
    """What a list stated for ``on`` does. ``confirmed`` are unchanged places of which an older list spoke last;
    ``first`` holds the counties whose townships become known by it.
    """

    on: date
    added: list[Listed] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    closed: list[Known] = field(default_factory=list)
    reopened: list[Known] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    unchanged: int = 0
    outdated: int = 0
    problems: list[Problem] = field(default_factory=list)
    first: set[int] = field(default_factory=set)

    @property
    def any(self) -> bool:
        return bool(self.added or self.renamed or self.closed or self.reopened)

    def known_since(self, code: int) -> date | None:
        """From when a place that the list adds is valid: from its date, unless nothing was known of the county before."""
        below_county = codes.level(code) > Level.COUNTY
        return self.on if below_county and codes.at_level(code, Level.COUNTY) not in self.first else None


def compare(found: PlaceList, known: Mapping[int, Known], *, on: date, complete: bool) -> Changes:
    """Compare a list with what is known. A newer statement about a place is never overruled by an older list.

    ``complete``: townships and villages that the list leaves out, in counties of which it names any, have ended.
    """
    changes = Changes(on, problems=list(found.problems))
    stated = {listed.code for listed in found.places}
    accepted: set[int] = set()
    for listed in found.places:  # in the order of codes: a parent comes before its children
        above = codes.parent(listed.code)
        if above and above not in accepted and above not in known:
            text = _("“%(name)s”（%(code)s）的上级 %(above)s 不在名单中，系统中也没有")
            changes.problems.append(Problem(found.source, listed.row, text % {"name": listed.name, "code": codes.show(listed.code), "above": codes.show(above)}))
            continue
        accepted.add(listed.code)
        place = known.get(listed.code)
        if place is None:
            changes.added.append(listed)
            continue
        if place.stated_on > on:
            changes.outdated += 1
            continue
        if place.valid_until is not None:
            changes.reopened.append(place)
        if place.name != listed.name:
            changes.renamed.append(Renamed(listed.code, place.name, listed.name))
        elif place.valid_until is None:
            changes.unchanged += 1
            if place.stated_on < on:
                changes.confirmed.append(listed.code)
    covered = {codes.at_level(code, Level.COUNTY) for code in accepted if codes.level(code) > Level.COUNTY}
    below = [place for place in known.values() if codes.level(place.code) > Level.COUNTY]
    changes.first = covered - {codes.at_level(place.code, Level.COUNTY) for place in below}
    if complete:
        changes.closed = [
            place for place in below if place.code not in stated and place.valid_until is None and place.stated_on <= on and codes.at_level(place.code, Level.COUNTY) in covered
        ]
    return changes
