"""Who is left behind. Source: P8-1 (国发〔2016〕13号 一): both parents work away, or one does and the other has no guardianship
capacity; not yet sixteen."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongxing.children.codes import ABSENCE_PURPOSE, CIRCUMSTANCE, DISABILITY_KIND, RETURN_KIND, STATUS
from tongxing.children.rules.ages import anniversary
from tongxing.children.rules.facts import AbsenceFact, ChildFacts, CircumstanceFact, Parent
from tongxing.children.rules.parameters import Parameters
from tongxing.children.rules.periods import Chain, Period, Reason, Spell, Verdict, chains, covers, runs

SIDES = ("father", "mother")
_GRAVITY = ("gone", "not_counted", "incapable")


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a parent stands on a day."""

    state: Literal["away", "unable", "home"]
    reason: Reason


def is_severe(fact: CircumstanceFact) -> bool:
    """重残: grade 1–2, or 3–4 where mental or intellectual (民发〔2019〕62号). Without a grade the entry is taken at its word."""
    if not fact.grade:
        return True
    through = DISABILITY_KIND[fact.disability].severe_through if fact.disability else 2
    return int(fact.grade) <= through


def effect(fact: CircumstanceFact) -> str:
    """What the circumstance means for looking after the child: ``gone``, ``not_counted``, ``incapable`` or ``none``."""
    kind = CIRCUMSTANCE[fact.kind]
    return "none" if kind.graded and not is_severe(fact) else kind.effect


def absence_chains(parent: Parent, params: Parameters) -> tuple[Chain, ...]:
    """The parent's absences for work, joined over short returns."""
    spells = [Spell(fact.since, fact.until, pauses=bool(fact.returned) and RETURN_KIND[fact.returned].short) for fact in parent.absences if ABSENCE_PURPOSE[fact.purpose].counts]
    return chains(spells, least=params.minimum_absence, gap=params.short_return)


def _position(parent: Parent, on: date, params: Parameters) -> _Position:
    """``gone`` outweighs a recorded absence (nobody works in Dongguan from prison); an absence outweighs the rest."""
    present = sorted(
        (fact for fact in parent.circumstances if covers(fact.since, fact.until, on) and effect(fact) != "none"),
        key=lambda fact: (_GRAVITY.index(effect(fact)), fact.since or date.min, fact.kind),
    )
    heaviest = present[0] if present else None
    if heaviest and effect(heaviest) == "gone":
        return _Position("unable", _because(parent, "gone", heaviest))
    chain = next((chain for chain in absence_chains(parent, params) if covers(chain.since, chain.ends, on)), None)
    if chain and chain.counts and chain.counts <= on:
        return _Position("away", _away(parent, chain, on))
    if heaviest:
        return _Position("unable", _because(parent, effect(heaviest), heaviest))
    if chain and covers(chain.since, chain.until, on):
        fact = _latest(parent, on)
        counts = params.minimum_absence.after(chain.since)
        reason = Reason("away_too_short", parent.relation, fact.purpose, fact.where, chain.since, counts, fact.precision)
        return _Position("home", reason)
    elsewhere = next((fact for fact in parent.absences if covers(fact.since, fact.until, on) and not _counts(fact)), None)
    if elsewhere:
        facts = (elsewhere.purpose, elsewhere.where, elsewhere.since)
        return _Position("home", Reason("away_not_for_work", parent.relation, *facts, precision=elsewhere.precision))
    return _Position("home", Reason("at_home", parent.relation))


def _counts(fact: AbsenceFact) -> bool:
    return ABSENCE_PURPOSE[fact.purpose].counts


def _latest(parent: Parent, on: date) -> AbsenceFact:
    return max((fact for fact in parent.absences if _counts(fact) and fact.since <= on), key=lambda fact: fact.since)


def _first_there(parent: Parent, fact: AbsenceFact, chain: Chain) -> AbsenceFact:
    """The stretch with which the stay at this place began, short returns between left out."""
    earlier = sorted((each for each in parent.absences if _counts(each) and chain.since <= each.since <= fact.since), key=lambda each: each.since)
    first = fact
    for each in reversed(earlier):
        if each.where != fact.where:
            break
        first = each
    return first


def _away(parent: Parent, chain: Chain, on: date) -> Reason:
    fact = _latest(parent, on)
    if covers(fact.since, fact.until, on):
        first = _first_there(parent, fact, chain)
        return Reason("away", parent.relation, fact.purpose, fact.where, first.since, precision=first.precision)
    gone_again = chain.until is None or (fact.until is not None and fact.until < chain.until)
    code, ends = ("back_for_short", None) if gone_again else ("back_until", chain.ends)
    return Reason(code, parent.relation, fact.returned, fact.where, fact.until, ends)


def _because(parent: Parent, code: str, fact: CircumstanceFact) -> Reason:
    return Reason(code, parent.relation, fact.kind, since=fact.since, precision=fact.precision)


def left_behind(facts: ChildFacts, on: date, params: Parameters = Parameters()) -> Verdict:
    """Both parents away for work, or one away and the other unable to look after the child; not yet sixteen.

    A parent who is dead, missing, imprisoned … or who does not have the child after a divorce counts as unable, not as one at home.
    Undecided (``holds`` None) while one side is not recorded and no parent is known to be at home.
    """
    sixteenth = anniversary(facts.born, STATUS["left_behind"].until_age)
    if on < facts.born:
        return Verdict(False, (Reason("not_born", since=facts.born, precision="day"),))
    if on >= sixteenth:
        return Verdict(False, (Reason("of_age", kind="left_behind", since=sixteenth, precision="day"),))
    parents = sorted((parent for parent in facts.parents if covers(parent.since, parent.until, on)), key=lambda parent: parent.relation)
    positions = [_position(parent, on, params) for parent in parents]
    unknown = [Reason("not_recorded", side) for side in SIDES if all(parent.side != side for parent in parents)]
    reasons = (*(position.reason for position in positions), *unknown)
    if any(position.state == "home" for position in positions):
        return Verdict(False, reasons)
    if unknown:
        return Verdict(None, reasons)
    if all(position.state == "unable" for position in positions):
        return Verdict(False, (*reasons, Reason("nobody_away")))
    return Verdict(True, reasons)


def left_behind_periods(facts: ChildFacts, params: Parameters) -> tuple[Period, ...]:
    """The stretches on which the child is left behind; the sixteenth birthday ends the last one."""
    breaks: list[date | None] = []
    for parent in facts.parents:
        breaks += [parent.since, parent.until]
        for fact in parent.circumstances:
            breaks += [fact.since, fact.until]
        for absence in parent.absences:
            breaks += [absence.since, absence.until]
        for chain in absence_chains(parent, params):
            breaks += [chain.counts, chain.ends]
    sixteenth = anniversary(facts.born, STATUS["left_behind"].until_age)
    return runs("left_behind", lambda day: left_behind(facts, day, params), breaks, facts.born, sixteenth)
