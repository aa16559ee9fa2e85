"""The only writers of the register. Every act is atomic, says who did it, and leaves its line in the journal."""

from tongxing.children.actions.categories import advance_category, end_category, report_category
from tongxing.children.actions.changes import change_fields, give_consent, set_photo, withdraw_consent
from tongxing.children.actions.determinations import decide_determination, end_determination, propose_determination
from tongxing.children.actions.facts import record_guardianship, record_residence, record_schooling
from tongxing.children.actions.family import (
    add_relative,
    change_relative,
    complete_circumstance,
    end_absence,
    end_circumstance,
    end_relative,
    join_household,
    record_absence,
    record_circumstance,
)
from tongxing.children.actions.leaves import NewLeave, record_leave, record_return
from tongxing.children.actions.life import advance, confirm_unchanged
from tongxing.children.actions.merging import merge_files, undo_merge
from tongxing.children.actions.moving import answer_transfer, request_transfer
from tongxing.children.actions.papers import attach_document, keep_photo, remove_document, remove_photo
from tongxing.children.actions.privacy import NewRequest, answer_request, erase, receive_request
from tongxing.children.actions.registration import register, register_many
from tongxing.children.actions.school_year import promotions, roll_over, schooled_in
from tongxing.children.actions.telling_apart import tell_apart, undo_telling_apart
from tongxing.children.actions.undoing import Kept, take_back, unregister
from tongxing.children.actions.writing import recompute

__all__ = [
    "Kept",
    "NewLeave",
    "NewRequest",
    "add_relative",
    "advance",
    "advance_category",
    "answer_request",
    "answer_transfer",
    "attach_document",
    "change_fields",
    "change_relative",
    "complete_circumstance",
    "confirm_unchanged",
    "decide_determination",
    "end_absence",
    "end_category",
    "end_circumstance",
    "end_determination",
    "end_relative",
    "erase",
    "give_consent",
    "join_household",
    "keep_photo",
    "merge_files",
    "promotions",
    "propose_determination",
    "receive_request",
    "recompute",
    "record_absence",
    "record_circumstance",
    "record_guardianship",
    "record_leave",
    "record_residence",
    "record_return",
    "record_schooling",
    "register",
    "register_many",
    "remove_document",
    "remove_photo",
    "report_category",
    "request_transfer",
    "roll_over",
    "schooled_in",
    "set_photo",
    "take_back",
    "tell_apart",
    "undo_merge",
    "undo_telling_apart",
    "unregister",
    "withdraw_consent",
]
