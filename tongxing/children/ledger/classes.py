"""Grade and class as ledgers write them: 三年级2班, 三(2)班, 初二, 九年级, 中班, 高一3班. Grades count within their stage."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tongxing.units.codes import STAGE
from tongxing.units.rules import ClassKey, class_name, valid

_NUMBERS = {character: number for number, character in enumerate("一二三四五六七八九", 1)} | {str(number): number for number in range(1, 10)}
_KINDERGARTEN = {"小": 1, "中": 2, "大": 3}
_NAMED = re.compile(r"(?P<stage>小学|初中?|高中?|职高?|中职)(?P<grade>[一二三四五六1-6])")
# 三年级, 三(2)班, 3年级, 3(2)班; 301 is the first class of the third grade, 3班 is a class alone.
_PLAIN = re.compile(r"(?P<grade>[一二三四五六七八九](?!班)|[1-9](?=年|级|\(|$)|[1-9](?=0[1-9](?:班|$)))年?级?")
_SMALL = re.compile(r"(?P<grade>[小中大])(?=班|\d|[一二三四五六七八九])")
_CLASS = re.compile(r"^年?级?第?\(?(?P<number>\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])\)?班?$")
_STAGES = {"小学": "primary", "初": "junior", "初中": "junior", "高": "senior", "高中": "senior", "职": "vocational", "职高": "vocational", "中职": "vocational"}
_IN_SCHOOL_NAME = (("幼儿园", "kindergarten"), ("小学", "primary"), ("职业", "vocational"), ("高级中学", "senior"), ("高中", "senior"), ("初级中学", "junior"), ("初中", "junior"))


@dataclass(frozen=True, slots=True)
class Class:
    """``stage`` empty where the words do not say it; ``name`` the class as it is kept."""

    stage: str = ""
    grade: int | None = None
    name: str = ""


def read(text: str, stage: str = "") -> Class:
    """What a cell says of grade and class; ``stage`` is what another column says. What is not understood stays the class's name."""
    words = unicodedata.normalize("NFKC", text).replace(" ", "")
    if match := _NAMED.match(words):
        return _made(text, _STAGES[match["stage"]], _NUMBERS[match["grade"]], words[match.end() :])
    if stage in ("", "kindergarten") and (match := _SMALL.match(words)):
        return _made(text, "kindergarten", _KINDERGARTEN[match["grade"]], words[match.end() :])
    if match := _PLAIN.match(words):
        grade = _NUMBERS[match["grade"]]
        if stage in ("senior", "vocational", "special"):
            return _made(text, stage, grade, words[match.end() :])
        if grade > 6:
            return _made(text, "junior", grade - 6, words[match.end() :])
        return _made(text, stage or ("primary" if "年级" in words else ""), grade, words[match.end() :])
    return Class(stage, None, text.strip())


def stage_of_school(name: str) -> str:
    """The stage that a school's name says, empty where it says none or several."""
    said = {stage for word, stage in _IN_SCHOOL_NAME if word in name}
    return said.pop() if len(said) == 1 else ""


def _made(text: str, stage: str, grade: int, rest: str) -> Class:
    if stage not in STAGE:
        return Class(stage, grade, text.strip())
    if grade > STAGE[stage].grades:
        return Class(stage, None, text.strip())
    if match := _CLASS.match(rest):
        key = ClassKey(stage, grade, _number(match["number"]))
        return Class(stage, grade, class_name(key) if valid(key) else text.strip())
    return Class(stage, grade, "" if rest in ("", "年级", "级", "班") else text.strip())


def _number(text: str) -> int:
    """12, 三, 十二."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * (_NUMBERS[tens] if tens else 1) if ten else 0) + (_NUMBERS[ones] if ones else 0)
