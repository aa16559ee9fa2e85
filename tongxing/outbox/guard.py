"""Nothing that names a child leaves the house: no name, no id number, no telephone.

Whose names they are, higher floors know: `settings.OUTBOX_NAMES` is a function that returns which of some words are names of children
in the active scope.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tongxing.outbox import rules

IN_TEXT = 3
"""In running text a name of two characters may be a word (高峰村, 平安): there it takes three; of two characters a whole value is a name."""


class PersonalData(ValueError):
    """A text holds what must not leave the house. ``sentence`` is for whoever wrote it and may name the child: the error itself, which logs keep, does not."""

    def __init__(self, sentence: str) -> None:
        super().__init__("a text that leaves the house holds personal data")
        self.sentence = sentence


def check(texts: Iterable[str], *, values: Iterable[str] = (), any_phone: bool = False) -> None:
    """Raise ``PersonalData`` where a text or a value that fills it holds an id number, a telephone or the name of a child of the active scope."""
    shown, filled = list(texts), list(values)
    check_numbers("\n".join([*shown, *filled]), any_phone=any_phone)
    words: set[str] = set()
    for text in shown:
        words |= rules.possible_names(text, shortest=IN_TEXT)
    for value in filled:
        words |= rules.possible_names(value, shortest=IN_TEXT) | rules.whole_runs(value)
    if found := children_named(words):
        names = "、".join(found[:3])
        raise PersonalData(_("“%(names)s”是儿童的姓名。请改用不含姓名的说法，需要时请收到的人登录后查看档案。") % {"names": names})


def check_numbers(text: str, *, any_phone: bool = False) -> None:
    """The same for numbers alone, without asking the database."""
    if found := rules.numbers_in(text, any_phone=any_phone):
        raise PersonalData(_("“%(number)s”像是身份证号或手机号。这里不能写个人信息，请删去。") % {"number": f"{found[0][:4]}…"})


def children_named(words: Collection[str]) -> list[str]:
    """Those of the words that are the whole name of a child in the active scope, in order."""
    if not words or not settings.OUTBOX_NAMES:
        return []
    found: list[str] = import_string(settings.OUTBOX_NAMES)(words)
    return sorted(found)


def check_message(about: str, words: Mapping[str, object], *, names: bool = True) -> None:
    """Before something is told to a person. What the program fills in is checked more strictly than its own sentence."""
    filled = [value for value in words.values() if isinstance(value, str)]
    if names:
        check([about], values=filled)
    else:
        check_numbers("\n".join([about, *filled]))
