"""What the journal says of needs and letters, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop as noop

from tongxing.letters import codes

VERBS = {
    "need_added": noop("提出需求"),
    "need_ended": noop("结束需求"),
    "letter_sent": noop("列入联函"),
    "letter_answered": noop("部门复函"),
}
PARTS = {
    "need": noop("需求"),
    "need_result": noop("需求的结果"),
    "department": noop("部门"),
    "number": noop("文号"),
    "outcome": noop("答复"),
}
SAYINGS: dict[str, Callable[[Any], str]] = {
    "need": lambda value: codes.NEED.text(str(value)) if value in codes.NEED else str(value),
    "need_result": lambda value: codes.NEED_END.text(str(value)) if value in codes.NEED_END else str(value),
    "department": lambda value: codes.ADDRESSEE.text(str(value)) if value in codes.ADDRESSEE else str(value),
    "outcome": lambda value: codes.OUTCOME.text(str(value)) if value in codes.OUTCOME else str(value),
}
