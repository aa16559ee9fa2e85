"""The only writers of guardianship. Every act is atomic, says who did it, and leaves its line in the journal."""

from tongxing.guardianship.actions.agreements import NewAgreement, answer, change, discard, draft, end, freeze, note_told, renew, reopen
from tongxing.guardianship.actions.interventions import NewIntervention, intervene, look_again, void
from tongxing.guardianship.actions.petitions import (
    NewEvidence,
    add_evidence,
    close,
    decide,
    file_with_court,
    open_petition,
    prepare,
    remove_evidence,
    restrict,
    rule,
    send_back,
    settle,
)
from tongxing.guardianship.actions.signing import draw, sign

__all__ = [
    "NewAgreement",
    "NewEvidence",
    "NewIntervention",
    "add_evidence",
    "answer",
    "change",
    "close",
    "decide",
    "discard",
    "draft",
    "draw",
    "end",
    "file_with_court",
    "freeze",
    "intervene",
    "look_again",
    "note_told",
    "open_petition",
    "prepare",
    "remove_evidence",
    "renew",
    "reopen",
    "restrict",
    "rule",
    "send_back",
    "settle",
    "sign",
    "void",
]
