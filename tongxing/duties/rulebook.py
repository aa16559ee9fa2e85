"""The rules in force as rows: what care models say for a range of places, each written once under a small number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from tongxing.caremodels import queries as caremodels
from tongxing.caremodels import shapes
from tongxing.duties import packing, rules
from tongxing.duties.models import Rule

UNWRITTEN = 1_000_000
MOST_KNOWN = 5_000


@dataclass(frozen=True)
class Book:
    """The rules in force in a range of places on a day; of each obligation the strictest first."""

    on: date
    rules: Sequence[Rule]

    def about(self, kind: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.about == kind]

    def same(self, rule: Rule) -> list[Rule]:
        """All rules of the same promise, the strictest first."""
        return [each for each in self.rules if each.obligation == rule.obligation]

    def stricter(self, rule: Rule) -> list[Rule]:
        """Those that ask the same promise more strictly of whom they concern."""
        found: list[Rule] = []
        for each in self.same(rule):
            if each.id == rule.id:
                break
            if each.lo <= rule.hi and rule.lo <= each.hi:
                found.append(each)
        return found


def in_force(lo: int, hi: int, on: date) -> Book:
    """What is promised in these places on this day, as rows; those that are new are written."""
    wanted = {_digest(rule): rule for rule in caremodels.rules(lo, hi, on) if not rule.duty.asked_by}
    held = {rule.digest: rule for rule in Rule.objects.filter(digest__in=wanted)}
    missing = [_row(digest, rule) for digest, rule in wanted.items() if digest not in held]
    if missing:
        Rule.objects.bulk_create(missing, ignore_conflicts=True)
        held = {rule.digest: rule for rule in Rule.objects.filter(digest__in=wanted)}
    for digest, rule in wanted.items():
        if held[digest].until != rule.until:
            Rule.objects.filter(digest=digest).update(until=rule.until)
            held[digest].until = rule.until
    return Book(on, ordered(held.values()))


def looked_up(lo: int, hi: int, on: date, *, without: UUID | None = None) -> Book:
    """The same without writing anything, for a page: what has no row yet has a number below zero. ``without``: as if this adoption were not."""
    wanted = {_digest(rule): rule for rule in caremodels.rules(lo, hi, on, without=without) if not rule.duty.asked_by}
    held = {rule.digest: rule for rule in Rule.objects.filter(digest__in=wanted)}
    for number, (digest, rule) in enumerate(wanted.items(), 1):
        if digest not in held:
            held[digest] = _row(digest, rule)
            held[digest].id = -UNWRITTEN - number
    return Book(on, ordered(held.values()))


def ordered(found: Iterable[Rule]) -> list[Rule]:
    """By obligation, the strictest first; equals by number, so that every run agrees."""
    return sorted(found, key=lambda rule: (rule.obligation, *rules.strictness_key(rule.shape), rule.id))


def _digest(rule: shapes.Rule) -> str:
    return packing.digest([rule.lo, rule.hi, rule.model, rule.since.isoformat(), packing.pack(rule.duty)])


def _row(digest: str, rule: shapes.Rule) -> Rule:
    return Rule(
        lo=rule.lo,
        hi=rule.hi,
        model=rule.model,
        version_id=rule.version_id,
        duty=rule.duty.id,
        obligation=rule.duty.obligation,
        who=rule.duty.who,
        about=rule.duty.about,
        spec=packing.pack(rule.duty),
        digest=digest,
        since=rule.since,
        until=rule.until,
    )


_known: dict[tuple[str, int], Rule] = {}  # by database and number, which is never given twice


def by_id(ids: Iterable[int]) -> dict[int, Rule]:
    """Rules by their numbers, each read once a process: all but ``until`` never changes, and that is not to be read from here."""
    name, wanted = connection.settings_dict["NAME"], set(ids)
    found = {number: rule for number in wanted if (rule := _known.get((name, number)))}
    if missing := wanted - found.keys():
        read = Rule.objects.defer("until").in_bulk(missing)
        if len(_known) > MOST_KNOWN:
            _known.clear()
        _known.update({(name, number): rule for number, rule in read.items()})
        found |= read
    return found
