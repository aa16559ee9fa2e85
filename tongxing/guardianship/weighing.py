"""Whether a ground is met by what was gathered: pure functions of dated facts. No clock, no database.

Source: P8-8. “以上” includes the number itself (民法典第一千二百五十九条).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongxing.children.rules.ages import add_months, age
from tongxing.guardianship.grounds import Condition, Ground


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Admonition:
    """``heeded``: yes, partly, no, or empty where nobody has looked yet. ``refusing_since``: since when the duty is refused, as was found."""

    on: date
    about: frozenset[str]
    counts: bool
    """Whether it was given by one of those whose criticism counts."""
    heeded: str = ""
    heeded_on: date | None = None
    refusing_since: date | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence for a condition, or against it. ``since``: what it shows of the beginning, where that counts."""

    condition: str
    supports: bool
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A condition: its verdict, and the number that was counted (months, times) where there is one."""

    condition: Condition
    verdict: Verdict
    number: int | None = None
    since: date | None = None


def months_between(since: date, on: date) -> int:
    """Whole months that have passed."""
    if on <= since:
        return 0
    passed = age(since, on)
    return passed.years * 12 + passed.months


def running(admonitions: Iterable[Admonition], about: Collection[str], on: date) -> list[Admonition]:
    """The admonitions about this since it was last put right, the oldest first."""
    mine = sorted((each for each in admonitions if each.on <= on and each.about & set(about)), key=lambda each: each.on)
    mended = max((each.heeded_on or each.on for each in mine if each.heeded == "yes"), default=None)
    return [each for each in mine if each.heeded != "yes" and (mended is None or each.on > mended)]


def refusing_since(admonitions: Iterable[Admonition], proofs: Iterable[Proof], on: date) -> date | None:
    """Since when the duty has been refused without a break; None where nothing says so."""
    every = list(admonitions)
    mended = max((each.heeded_on or each.on for each in every if each.heeded == "yes" and "refusal" in each.about and (each.heeded_on or each.on) <= on), default=None)
    days = [each.refusing_since or each.on for each in running(every, {"refusal"}, on)]
    days += [each.since for each in proofs if each.supports and each.since]
    return min((day for day in days if day <= on and (mended is None or day > mended)), default=None)


def weigh(condition: Condition, admonitions: Sequence[Admonition], proofs: Sequence[Proof], befallen: Collection[str], on: date) -> Weighed:
    """One condition on a day. Evidence against it is heard: alone it denies, beside evidence for it the court weighs."""
    mine = [each for each in proofs if each.condition == condition.id]
    match condition.test:
        case "refusal":
            since = refusing_since(admonitions, mine, on)
            if since is None:
                return Weighed(condition, _by_proof(mine, dated=True))
            verdict = Verdict.MET if add_months(since, condition.least) <= on else Verdict.NOT_MET
            return Weighed(condition, verdict, months_between(since, on), since)
        case "unheeded" | "criticised":
            counted = [each for each in running(admonitions, condition.about, on) if each.counts or condition.test == "unheeded"]
            return Weighed(condition, _unheeded(counted, condition.least), len(counted), counted[0].on if counted else None)
        case "circumstance":
            found = bool(set(befallen) & set(condition.about))
            return Weighed(condition, Verdict.MET if found else _by_proof(mine))
        case _:
            return Weighed(condition, _by_proof(mine))


def _by_proof(proofs: Sequence[Proof], *, dated: bool = False) -> Verdict:
    """``dated``: what says no beginning proves nothing here."""
    if any(each.supports and (each.since or not dated) for each in proofs):
        return Verdict.MET
    return Verdict.NOT_MET if any(not each.supports for each in proofs) else Verdict.MISSING


def _unheeded(counted: Sequence[Admonition], least: int) -> Verdict:
    if not counted:
        return Verdict.MISSING
    if len(counted) < least:
        return Verdict.NOT_MET
    return Verdict.MET if counted[-1].heeded == "no" else Verdict.MISSING  # whether the last one was heeded must be known


def of_ground(ground: Ground, weighed: Mapping[str, Weighed]) -> Verdict:
    """Every group needs one condition that is met; a group of which all are denied denies the ground."""
    groups = [[weighed[name].verdict for name in group] for group in ground.all]
    if all(Verdict.MET in group for group in groups):
        return Verdict.MET
    return Verdict.NOT_MET if any(set(group) == {Verdict.NOT_MET} for group in groups) else Verdict.MISSING


def admonished(admonitions: Iterable[Admonition], on: date) -> int:
    """How many admonitions there were in all."""
    return sum(each.on <= on for each in admonitions)
