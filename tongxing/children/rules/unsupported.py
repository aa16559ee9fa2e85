"""De-facto unsupported children (事实无人抚养): candidates for an official's decision, with what supports it and what is still missing.
Sources: 民发〔2019〕62号, 民发〔2020〕125号; YC-6."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongxing.children.codes import CIRCUMSTANCE, STATUS
from tongxing.children.rules.ages import add_months, anniversary
from tongxing.children.rules.facts import ChildFacts, CircumstanceFact, Parent
from tongxing.children.rules.left_behind import SIDES, is_severe
from tongxing.children.rules.periods import Period, Reason, Verdict, covers, runs

State = Literal["candidate", "orphan_review", "pending", "unknown", "no"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document about one parent (``codes.EVIDENCE``)."""

    who: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """``pending``: all conditions but a length of time are met, which will be so on ``from_day``."""

    state: State
    reasons: tuple[Reason, ...]
    supports: tuple[Document, ...] = ()
    missing: tuple[Document, ...] = ()
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class _Finding:
    set: Literal["A", "B", ""]
    reason: Reason
    fact: CircumstanceFact | None = None
    met_on: date | None = None


def met_from(fact: CircumstanceFact) -> date | None:
    """The day from which the circumstance counts; ``date.min`` where its beginning is unknown, None where it does not count.

    A term of six months or more counts from its first day, one of unknown length once it has lasted so long; being out of contact
    counts six months after the police accepted the report.
    """
    kind = CIRCUMSTANCE[fact.kind]
    begins = fact.since or date.min
    if not kind.set or (kind.graded and not is_severe(fact)):
        return None
    if kind.clock == "reported":
        return max(begins, add_months(fact.reported, kind.months)) if fact.reported else None
    if kind.clock == "term" and fact.since:
        enough = add_months(fact.since, kind.months)
        return fact.since if fact.expected_until and fact.expected_until >= enough else enough
    return begins


def _finding(parent: Parent, on: date) -> _Finding:
    """The set that the parent is in on a day; B before A, what is met before what is pending."""
    best = _Finding("", Reason("not_in_set", parent.relation))
    for fact in sorted(parent.circumstances, key=lambda fact: (fact.since or date.min, fact.kind)):
        if not covers(fact.since, fact.until, on):
            continue
        kind = CIRCUMSTANCE[fact.kind]
        met = met_from(fact)
        told = Reason("in_set", parent.relation, fact.kind, since=fact.since, precision=fact.precision)
        if kind.set and met is not None and met <= on:
            if best.set != "B" and (kind.set == "B" or not best.set):
                best = _Finding(kind.set, told, fact)
        elif not best.set and not best.met_on:
            best = _not_yet(parent, fact, met)
    return best


def _not_yet(parent: Parent, fact: CircumstanceFact, met: date | None) -> _Finding:
    kind = CIRCUMSTANCE[fact.kind]
    if met is not None:
        reason = Reason("set_pending", parent.relation, fact.kind, since=fact.since, until=met, precision=fact.precision)
        return _Finding("", reason, fact, met)
    if kind.clock == "reported":
        return _Finding("", Reason("not_reported", parent.relation, fact.kind, since=fact.since, precision=fact.precision), fact)
    if kind.graded:
        return _Finding("", Reason("not_severe", parent.relation, fact.kind))
    code = "set_unclear" if fact.kind == "identity_unknown" else "not_in_set"
    return _Finding("", Reason(code, parent.relation, fact.kind if code == "set_unclear" else ""))


def de_facto_unsupported(facts: ChildFacts, on: date) -> Unsupported:
    """Both parents in set A, or one in B (dead, declared missing) and the other in A; both in B is a matter of orphan review."""
    adult = anniversary(facts.born, STATUS["de_facto_unsupported"].until_age)
    if on < facts.born:
        return Unsupported("no", (Reason("not_born", since=facts.born, precision="day"),))
    if on >= adult:
        return Unsupported("no", (Reason("of_age", kind="de_facto_unsupported", since=adult, precision="day"),))
    parents = sorted((parent for parent in facts.parents if covers(parent.since, parent.until, on)), key=lambda parent: parent.relation)
    findings = [_finding(parent, on) for parent in parents]
    unknown = [Reason("not_recorded", side) for side in SIDES if all(parent.side != side for parent in parents)]
    reasons = (*(finding.reason for finding in findings), *unknown)
    documents = [
        (Document(parent.relation, kind), kind in finding.fact.evidence)
        for parent, finding in zip(parents, findings, strict=True)
        if finding.fact
        for kind in CIRCUMSTANCE[finding.fact.kind].evidence
    ]
    supports = tuple(document for document, there in documents if there)
    missing = tuple(document for document, there in documents if not there)
    sets = {finding.set for finding in findings}
    waits = [finding.met_on for finding in findings if finding.met_on]
    if sets <= {"A", "B"} and not unknown:
        return Unsupported("orphan_review" if sets == {"B"} else "candidate", reasons, supports, missing)
    if waits and not unknown and all(finding.set or finding.met_on for finding in findings):
        return Unsupported("pending", reasons, supports, missing, max(waits))
    undecided = all(finding.fact for finding in findings) and bool(findings or unknown)
    return Unsupported("unknown" if undecided else "no", reasons, supports, missing)


def unsupported_periods(facts: ChildFacts) -> tuple[Period, ...]:
    """The stretches on which the child is a candidate, and those on which orphan review is due; the 18th birthday ends them."""
    breaks: list[date | None] = []
    for parent in facts.parents:
        breaks += [parent.since, parent.until]
        for fact in parent.circumstances:
            breaks += [fact.since, fact.until, met_from(fact)]
    adult = anniversary(facts.born, STATUS["de_facto_unsupported"].until_age)

    def stretches(status: str, state: State) -> tuple[Period, ...]:
        def verdict(day: date) -> Verdict:
            result = de_facto_unsupported(facts, day)
            return Verdict(result.state == state, result.reasons)

        return runs(status, verdict, breaks, facts.born, adult)

    return (*stretches("de_facto_unsupported", "candidate"), *stretches("orphan_review", "orphan_review"))
