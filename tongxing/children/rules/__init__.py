"""Who is left behind, migrant, or to be checked as de-facto unsupported: pure functions of dated facts. No clock, no database."""

from tongxing.children.rules.ages import Age, age, anniversary, band, latest_birth
from tongxing.children.rules.completeness import Completeness, completeness
from tongxing.children.rules.facts import AbsenceFact, ChildFacts, CircumstanceFact, Determination, Parent, ResidenceFact
from tongxing.children.rules.left_behind import left_behind
from tongxing.children.rules.migrant import migrant
from tongxing.children.rules.parameters import Parameters, parameters
from tongxing.children.rules.periods import Period, Reason, Verdict
from tongxing.children.rules.statuses import Standing, standing, standing_periods, status_periods
from tongxing.children.rules.unsupported import Unsupported, de_facto_unsupported

__all__ = [
    "AbsenceFact",
    "Age",
    "ChildFacts",
    "CircumstanceFact",
    "Completeness",
    "Determination",
    "Parameters",
    "Parent",
    "Period",
    "Reason",
    "ResidenceFact",
    "Standing",
    "Unsupported",
    "Verdict",
    "age",
    "anniversary",
    "band",
    "completeness",
    "de_facto_unsupported",
    "latest_birth",
    "left_behind",
    "migrant",
    "parameters",
    "standing",
    "standing_periods",
    "status_periods",
]
