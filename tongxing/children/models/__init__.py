"""The tables of the register. Only `children.actions` writes them."""

from tongxing.children.models.child import Child, State
from tongxing.children.models.facts import Category, Consent, Determination, Guardianship, Residence, Schooling, StatusPeriod
from tongxing.children.models.family import Absence, Circumstance, Relative
from tongxing.children.models.life import Confirmation, Distinct, Leave, Merge, PrivacyRequest, Review, Transfer
from tongxing.children.models.rosters import Roster
from tongxing.children.models.search import SavedFilter, SearchKey
from tongxing.children.models.verification import Verification

# Every table with rows about one child, in the order in which they may be written.
ROWS_OF_A_CHILD = (
    Relative,
    Circumstance,
    Absence,
    Guardianship,
    Schooling,
    Residence,
    Category,
    Consent,
    Determination,
    StatusPeriod,
    Review,
    Confirmation,
    Leave,
    Distinct,
    PrivacyRequest,
    SearchKey,
)

__all__ = [
    "ROWS_OF_A_CHILD",
    "Absence",
    "Category",
    "Child",
    "Circumstance",
    "Confirmation",
    "Consent",
    "Determination",
    "Distinct",
    "Guardianship",
    "Leave",
    "Merge",
    "PrivacyRequest",
    "Relative",
    "Residence",
    "Review",
    "Roster",
    "SavedFilter",
    "Schooling",
    "SearchKey",
    "State",
    "StatusPeriod",
    "Transfer",
    "Verification",
]
