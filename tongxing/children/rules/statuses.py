"""All statuses of a child, and how an official determination stands beside the rule's result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongxing.children.codes import STATUS
from tongxing.children.rules.ages import anniversary
from tongxing.children.rules.facts import ChildFacts, Determination
from tongxing.children.rules.left_behind import left_behind, left_behind_periods
from tongxing.children.rules.migrant import migrant, migrant_periods
from tongxing.children.rules.parameters import Parameters
from tongxing.children.rules.periods import Period, Reason, Verdict, covers, runs
from tongxing.children.rules.unsupported import de_facto_unsupported, unsupported_periods


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rule says, what was officially determined, and which of them stands. Both are shown where they differ."""

    status: str
    derived: Verdict
    official: Determination | None

    @property
    def holds(self) -> bool | None:
        return self.official.holds if self.official else self.derived.holds

    @property
    def differs(self) -> bool:
        return self.official is not None and self.official.holds != self.derived.holds


def verdict(facts: ChildFacts, status: str, on: date, params: Parameters) -> Verdict:
    """What the rule says about one status on a day."""
    match status:
        case "left_behind":
            return left_behind(facts, on, params)
        case "migrant":
            return migrant(facts, on, params)
        case "de_facto_unsupported" | "orphan_review":
            result = de_facto_unsupported(facts, on)
            holds = result.state == ("candidate" if status == "de_facto_unsupported" else "orphan_review")
            return Verdict(None if result.state == "unknown" else holds, result.reasons)
    raise ValueError(f"no rule decides {status!r}")


def determined(facts: ChildFacts, status: str, on: date) -> Determination | None:
    """The approved determination in force on a day, the latest begun if several; none after the age that ends the status."""
    if not facts.born <= on < anniversary(facts.born, STATUS[status].until_age):
        return None
    in_force = [found for found in facts.determinations if found.status == status and found.approved and covers(found.since, found.until, on)]
    return max(in_force, key=lambda found: found.since, default=None)


def standing(facts: ChildFacts, status: str, on: date, params: Parameters) -> Standing:
    """The rule's result and the official one on a day."""
    return Standing(status, verdict(facts, status, on, params), determined(facts, status, on))


def status_periods(facts: ChildFacts, params: Parameters) -> tuple[Period, ...]:
    """Every stretch that the rules derive from the facts, by status and day."""
    found = (*left_behind_periods(facts, params), *migrant_periods(facts, params), *unsupported_periods(facts))
    return tuple(sorted(found, key=lambda period: (period.status, period.since)))


def standing_periods(facts: ChildFacts, derived: Sequence[Period]) -> tuple[Period, ...]:
    """The stretches that stand: the derived ones, where no approved determination says otherwise."""
    found: list[Period] = []
    for status in STATUS.values():
        mine = [period for period in derived if period.status == status]
        official = [record for record in facts.determinations if record.status == status and record.approved]

        def verdict_on(day: date, status: str = status, mine: list[Period] = mine) -> Verdict:
            record = determined(facts, status, day)
            if record:
                return Verdict(record.holds, (Reason("determined", kind=status, where=record.reason, since=record.since, precision="day"),))
            period = next((period for period in mine if period.covers(day)), None)
            return Verdict(period is not None, period.why if period else ())

        breaks = [day for period in mine for day in (period.since, period.until)] + [day for record in official for day in (record.since, record.until) if day]
        found += runs(status, verdict_on, breaks, facts.born, anniversary(facts.born, STATUS[status].until_age))
    return tuple(found)
