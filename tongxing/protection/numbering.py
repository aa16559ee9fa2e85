"""Numbers that people read out on the telephone: the day and four signs, none of which is taken for another."""

from __future__ import annotations

import secrets
from datetime import datetime

from tongxing.crypto import sealed
from tongxing.ground.today import CHINA

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_DIGITS = 6


def number(prefix: str, at: datetime) -> str:
    """``B261122-7K3F``: it says how many there are to nobody."""
    return f"{prefix}{at.astimezone(CHINA):%y%m%d}-{''.join(secrets.choice(SIGNS) for _ in range(4))}"


def new_code() -> str:
    """What a reporter types to hear of the outcome."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


def code_digest(report_number: str, code: str) -> str:
    return sealed.digest("report_code", f"{report_number.strip().upper()}:{code.strip()}")
