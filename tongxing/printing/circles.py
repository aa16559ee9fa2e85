"""What stands on the 结对包保卡 of a child and on the 手拉手爱心结对卡 of a pair: plain text, already masked as the reader may see it.

Sources: LHK-1 (四卡一袋: 结对包保卡), YL-2, YC-14 (1+4+N), P4-2 (手拉手爱心结对卡, 五个一).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongxing.printing.cards import Heading, clean, flat, headed

FIVE = ("一年互访一次", "每月通讯一次", "每学期资助一批学习生活用品", "帮助解决一项实际困难", "资助或帮助学习一样新本领")
"""P4-2: what the two promise each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    name: str
    sex: str = ""
    born: str = ""
    school: str = ""
    lives_at: str = ""
    guardian: str = ""
    """Who looks after the child: relation and name."""
    phone: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A line of the table; ``name`` empty is a vacancy, to be filled in by hand."""

    role: str
    name: str = ""
    post: str = ""
    phone: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleCard:
    """One child's card: template `circle_card`."""

    heading: Heading
    child: Child
    bearers: Sequence[Bearer]

    def data(self) -> dict[str, Any]:
        return headed(self.heading) | flat(self.child) | {"bearers": [flat(bearer) for bearer in self.bearers]}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingCard:
    """One pair's card: template `pairing_card`."""

    heading: Heading
    child: Child
    bearer: Bearer
    promises: Sequence[str] = FIVE

    def data(self) -> dict[str, Any]:
        bearer = {f"bearer_{key}": value for key, value in flat(self.bearer).items()}
        return headed(self.heading) | flat(self.child) | bearer | {"promises": [clean(each) for each in self.promises]}
