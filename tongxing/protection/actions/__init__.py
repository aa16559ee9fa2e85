"""The only writers of reports and cases. Each act is journalled, and leaves a line in the case's history."""

from tongxing.protection.actions.cases import advance, hand_over, link_child, note, pause, resume, take_charge
from tongxing.protection.actions.chains import acknowledge, by_hand, seen
from tongxing.protection.actions.people import break_glass, involve, open_up, restrict, uninvolve
from tongxing.protection.actions.reporting import More, NewReport, add_to, praise, report
from tongxing.protection.actions.roster import fill, put_on_call, swap, take_off
from tongxing.protection.actions.tasks import add_task, assign, finish, skip, start_branch

__all__ = [
    "More",
    "NewReport",
    "acknowledge",
    "add_task",
    "add_to",
    "advance",
    "assign",
    "break_glass",
    "by_hand",
    "fill",
    "finish",
    "hand_over",
    "involve",
    "link_child",
    "note",
    "open_up",
    "pause",
    "praise",
    "put_on_call",
    "report",
    "restrict",
    "resume",
    "seen",
    "skip",
    "start_branch",
    "swap",
    "take_charge",
    "take_off",
    "uninvolve",
]
