"""Migrant children (流动儿童): live with a guardian outside the county of household registration for six months or more; under sixteen.
Source: 加强流动儿童关爱保护行动方案 (2024)."""

from datetime import date

from tongxing.children.codes import STATUS
from tongxing.children.rules.ages import anniversary
from tongxing.children.rules.facts import ChildFacts
from tongxing.children.rules.parameters import Parameters
from tongxing.children.rules.periods import Chain, Period, Reason, Spell, Verdict, chains, covers, runs


def _stays(facts: ChildFacts, params: Parameters) -> tuple[Chain, ...]:
    spells = [Spell(fact.since, fact.until) for fact in facts.residences if fact.with_guardian and fact.county != facts.registered_county]
    return chains(spells, least=params.migrant_after, gap=params.short_return)


def migrant(facts: ChildFacts, on: date, params: Parameters = Parameters()) -> Verdict:
    """Undecided (``holds`` None) without a household registration or a residence on that day."""
    sixteenth = anniversary(facts.born, STATUS["migrant"].until_age)
    if on < facts.born:
        return Verdict(False, (Reason("not_born", since=facts.born, precision="day"),))
    if on >= sixteenth:
        return Verdict(False, (Reason("of_age", kind="migrant", since=sixteenth, precision="day"),))
    if facts.registered_county is None:
        return Verdict(None, (Reason("no_registration"),))
    stay = next((chain for chain in _stays(facts, params) if covers(chain.since, chain.until, on)), None)
    if stay is None:
        known = any(covers(fact.since, fact.until, on) for fact in facts.residences)
        return Verdict(False if known else None, (Reason("lives_in_own_county" if known else "residence_unknown"),))
    counts = params.migrant_after.after(stay.since)
    if on < counts:
        return Verdict(False, (Reason("not_long_outside", since=stay.since, until=counts, precision="day"),))
    return Verdict(True, (Reason("lives_outside", since=stay.since),))


def migrant_periods(facts: ChildFacts, params: Parameters) -> tuple[Period, ...]:
    breaks: list[date | None] = []
    for fact in facts.residences:
        breaks += [fact.since, fact.until]
    for chain in _stays(facts, params):
        breaks += [chain.counts, chain.until]
    sixteenth = anniversary(facts.born, STATUS["migrant"].until_age)
    return runs("migrant", lambda day: migrant(facts, day, params), breaks, facts.born, sixteenth)
