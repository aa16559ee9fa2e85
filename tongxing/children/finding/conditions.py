"""What a filter makes of an address: a condition with its words, or a sentence about what cannot be understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.children.rules.ages import add_months
from tongxing.ground.codes import Code, Table

UNSET = "-"  # the choice "not filled in"
LONGEST = 100  # characters of a value that are looked at
SHOWN = 20  # characters of a wrong value that are repeated

type Params = Mapping[str, str]
type Choice = tuple[str, str]
type Group = tuple[str, list[Choice]]  # "" for choices outside a group


class NotUnderstood(ValueError):
    """A value in the address means nothing; the message says so to the person."""


def sees_names(post: Post) -> bool:
    """Those who work with the child call it by its name, in lists as in the file; who only reads figures sees 张*轩."""
    return post.may("children.edit") or (post.definition.sees is Sees.GRANTED and post.may("children.view"))


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and when."""

    post: Post
    on: date

    @property
    def works_with_children(self) -> bool:
        """Posts that work with the children of their place see categories that others need not know."""
        return self.post.may("children.edit")

    @property
    def sees_names(self) -> bool:
        return sees_names(self.post)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter in force. ``address`` is what stands for it in a link."""

    key: str
    word: str
    q: Q
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter of the list. ``more``: behind the fold of the form."""

    key: str
    label: str | Promise
    more: bool = False
    shape: str = field(default="select", init=False)

    def read(self, params: Params, asking: Asking) -> Condition | None:
        """The condition that the address asks for, None where it asks for none. Raises NotUnderstood."""
        text = text_of(params, self.key)
        return self.condition(text, asking) if text else None

    def condition(self, text: str, asking: Asking) -> Condition:
        raise NotImplementedError

    def groups(self, asking: Asking) -> list[Group]:
        """What can be chosen."""
        return []

    def offered(self, asking: Asking) -> bool:
        """Whether the form shows it to this post; its address works all the same."""
        return True

    def wrong(self, text: str) -> NotUnderstood:
        return NotUnderstood(_("“%(label)s”没有“%(text)s”这个选项，没有按它筛选。") % {"label": self.label, "text": text[:SHOWN]})

    def made(self, text: str, word: str, q: Q) -> Condition:
        return Condition(self.key, f"{self.label}：{word}", q, {self.key: text})


def text_of(params: Params, key: str) -> str:
    """A value of the address in one width, without what a database cannot hold."""
    return unicodedata.normalize("NFKC", str(params.get(key) or "")[:LONGEST]).replace("\0", "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded[C: Code](Filter):
    """One value of a code table that stands in a column of the child."""

    table: Table[C]
    column: str

    def condition(self, text: str, asking: Asking) -> Condition:
        if text == UNSET:
            return self.made(text, _("未填写"), Q(**{self.column: ""}))
        if text not in self.table:
            raise self.wrong(text)
        return self.made(text, self.table.text(text), Q(**{self.column: text}))

    def groups(self, asking: Asking) -> list[Group]:
        return [("", [*self.table.choices(), (UNSET, _("未填写"))])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Filter):
    """One of a few named conditions."""

    options: Mapping[str, tuple[Promise, Callable[[Asking], Q]]]

    def condition(self, text: str, asking: Asking) -> Condition:
        if text not in self.options:
            raise self.wrong(text)
        word, where = self.options[text]
        return self.made(text, str(word), where(asking))

    def groups(self, asking: Asking) -> list[Group]:
        return [("", [(value, str(word)) for value, (word, _where) in self.options.items()])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Filter):
    """Holds or is not asked for; the address says 1."""

    where: Callable[[Asking], Q]
    shape: str = field(default="check", init=False)

    def condition(self, text: str, asking: Asking) -> Condition:
        if text != "1":
            raise self.wrong(text)
        return Condition(self.key, str(self.label), self.where(asking), {self.key: "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Filter):
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int
    unit: Promise
    where: Callable[[int, Asking], Q]
    shape: str = field(default="number", init=False)

    def condition(self, text: str, asking: Asking) -> Condition:
        if not (text.isascii() and text.isdigit() and len(text) <= 6 and self.least <= int(text) <= self.most):
            words = _("“%(label)s”应为%(least)s至%(most)s的整数，“%(text)s”没有按它筛选。")
            raise NotUnderstood(words % {"label": self.label, "least": self.least, "most": self.most, "text": text[:SHOWN]})
        return self.made(str(int(text)), f"{int(text)}{self.unit}", self.where(int(text), asking))


def latest_birth(on: date, years: int) -> date:
    """The last birth date with which somebody is that many complete years old on the day."""
    day = add_months(on, -12 * years)
    while add_months(day + timedelta(days=1), 12 * years) <= on:  # 28 February of a common year is the birthday of the 29th, too
        day += timedelta(days=1)
    return day


def any_of(conditions: Iterable[Q]) -> Q:
    """One of the conditions; none of them where there is none."""
    found = Q()
    for condition in conditions:
        found |= condition
    return found or Q(pk__in=[])
