"""The tables of letters. Only ``letters.actions`` writes them."""

from tongxing.letters.models.letter import Item, Kind, Letter, Move, Receiver, Reply
from tongxing.letters.models.matter import Matter, MatterChild
from tongxing.letters.models.meeting import Action, Attendance, Contact, Hazard, Meeting, Member, Programme
from tongxing.letters.models.need import Need, Source

__all__ = [
    "Action",
    "Attendance",
    "Contact",
    "Hazard",
    "Item",
    "Kind",
    "Letter",
    "Matter",
    "MatterChild",
    "Meeting",
    "Member",
    "Move",
    "Need",
    "Programme",
    "Receiver",
    "Reply",
    "Source",
]
