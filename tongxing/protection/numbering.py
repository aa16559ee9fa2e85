"""Numbers that people read out on the telephone: the day and four signs, none of which is taken for another."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from tongxing.crypto import sealed
from tongxing.ground.today import CHINA

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_DIGITS = 6


def number(prefix: str, at: datetime) -> str:
    """``B261122-7K3F``: it says how many there are to nobody."""
    return f"{prefix}{at.astimezone(CHINA):%y%m%d}-{''.join(secrets.choice(SIGNS) for _ in range(4))}"


def code_of(report_id: UUID) -> str:
    """What a reporter types to hear of the outcome. It follows from the report, so that a report sent twice has one; nobody can work it out."""
    return f"{int(sealed.digest('report_code_of', str(report_id)), 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def code_digest(report_number: str, code: str) -> str:
    return sealed.digest("report_code", f"{report_number.strip().upper()}:{code.strip()}")
