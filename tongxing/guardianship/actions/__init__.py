"""The only writers of guardianship. Every act is atomic, says who did it, and leaves its line in the journal."""

from tongxing.guardianship.actions.agreements import NewAgreement, answer, change, discard, draft, end, freeze, note_told, renew, reopen
from tongxing.guardianship.actions.signing import draw, sign

__all__ = ["NewAgreement", "answer", "change", "discard", "draft", "draw", "end", "freeze", "note_told", "renew", "reopen", "sign"]
