"""The words with which a letter begins."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils import translation

from tongxing.letters import codes


@cache
def _texts() -> dict[str, str]:
    with (Path(__file__).parent / "texts.toml").open("rb") as file:
        return {name: str(value) for name, value in tomllib.load(file).items()}


def beginning(*, department: str, unit: str, kinds: Iterable[str], count: int) -> tuple[str, str]:
    """Title and text of a letter, in Chinese whatever the reader's language: it is what the office sends."""
    with translation.override("zh-hans"):
        filled = {"department": unit or codes.ADDRESSEE.text(department), "needs": "、".join(codes.NEED.text(kind) for kind in kinds), "count": count}
    return _texts()["subject"].format(**filled)[:80], _texts()["text"].format(**filled)
