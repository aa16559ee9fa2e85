"""Lengths of time as a model's file writes them: ``30m``, ``2h``, ``3d``, ``5wd``."""

import re
from typing import cast

from tongxing.caremodels.shapes import Lapse, Unit

_WRITTEN = re.compile(r"(\d{1,4})(m|h|d|wd)")
MINUTES = {"m": 1, "h": 60, "d": 1440, "wd": 1440}


def lapse(text: str) -> Lapse:
    """Raises ``ValueError`` with a sentence for the one who wrote the file."""
    if not (written := _WRITTEN.fullmatch(text)):
        raise ValueError(f"“{text}” is no length of time; write minutes 30m, hours 2h, days 3d or working days 5wd")
    return Lapse(int(written[1]), cast("Unit", written[2]))


def minutes(given: Lapse) -> int:
    """For comparing two lengths; a working day counts as a day."""
    return given.amount * MINUTES[given.unit]
