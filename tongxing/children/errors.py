"""Why an act on a file is refused, in a sentence for the person who tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class CannotDo(Exception):
    """The act is not possible now; the message is a sentence that says why and what to do."""


class FieldErrors(CannotDo):
    """One sentence per wrong value, by the field's key (``relatives.0.phone`` for a part of a new file)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Change:
    """A change that somebody else made meanwhile."""

    at: datetime
    who: str
    what: Sequence[str]  # labels


class StaleFile(CannotDo):
    """Somebody else saved the file after it was opened here. ``changes`` say who changed what."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = list(changes)
        told = _("；").join(
            _("%(who)s 于 %(at)s 修改了%(what)s") % {"who": change.who or _("系统"), "at": f"{localtime(change.at):%m-%d %H:%M}", "what": _("、").join(change.what)}
            for change in changes
        )
        super().__init__(_("您打开档案以后，%(told)s。您填写的内容还在，请核对后再保存。") % {"told": told or _("别人保存过这份档案")})
