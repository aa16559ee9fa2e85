"""The only writers of promises. Every act is atomic, says who did it, and leaves its line in the journal."""

from tongxing.duties.actions.asking import ask, withdraw
from tongxing.duties.actions.deciding import reassign, resume, suspend, unwaive, urge, waive
from tongxing.duties.actions.discharging import open_for_event
from tongxing.duties.actions.logged import discharge, reopen
from tongxing.duties.actions.opening import open_windows
from tongxing.duties.actions.verifying import verify

__all__ = ["ask", "discharge", "open_for_event", "open_windows", "reassign", "reopen", "resume", "suspend", "unwaive", "urge", "verify", "waive", "withdraw"]
