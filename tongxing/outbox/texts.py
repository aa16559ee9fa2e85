"""What a telephone shows, and what is copied into a WeChat group: nameless, short, with the way to more."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tongxing.outbox.kinds import KINDS

LONGEST = 300


def single(kind: str, about: str, words: Mapping[str, object], *, urgent: bool, language: str) -> str:
    """One message as a text message: what it is about, and to sign in."""
    with override(language or None):
        said = _(about) % words if words else _(about)
        frame = _("【童行】紧急：%(text)s 请立即登录查看。") if urgent else _("【童行】%(text)s 请登录查看。")
        return (frame % {"text": _ended(said)})[:LONGEST]


def digest(counts: Mapping[str, int], *, language: str) -> str:
    """A day's summary: how many messages of which kind are unread."""
    with override(language or None):
        total = sum(counts.values())
        each = "、".join(f"{KINDS[kind].label} {count}" for kind, count in counts.items())
        frame = ngettext("【童行】您有%(count)s条未读消息（%(each)s），请登录查看。", "【童行】您有%(count)s条未读消息（%(each)s），请登录查看。", total)
        return (frame % {"count": total, "each": each})[:LONGEST]


def for_group(text: str) -> str:
    """A sentence to be copied into a WeChat group. The caller gives one without names; ``guard.check`` holds it to that."""
    return _("【童行】%(text)s请登录查看。") % {"text": _ended(text, mark="，")}


def _ended(text: str, mark: str = "。") -> str:
    return text if text[-1:] in "。！？.!?，" else text + mark
