"""What stands on the sheet that is carried to the police (报警告知单): plain text.

Sources: P8-5 (立即向公安机关报告), 未成年人保护法 第十一条, 高检发〔2020〕6号 第四条.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongxing.printing.cards import flat


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceNotice:
    """One report: template `police_notice`. ``source`` is the law's clause for the situation; ``made`` the time stamp, to the second."""

    number: str
    office: str
    situation: str
    source: str
    happened: str
    where: str
    child: str
    words: str
    reported: str
    called: str
    made: str
    contact: str
    phone: str

    def data(self) -> dict[str, Any]:
        return flat(self)
