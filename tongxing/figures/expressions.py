"""Conditions of statistical tables: a small language over declared facts, checked when it is read, compiled to SQL.

``sex == '1'``, ``6 <= age <= 13``, ``stage in ['senior', 'vocational']``, ``'dibao' in aid``, ``left_behind and not both_away``.
Nothing else is understood. Values of coded facts must stand in their code table; ``''`` is "not filled in".
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NoReturn

from tongxing.children.rules import latest_birth

type Kind = Literal["code", "codes", "flag", "age"]
type Compiled = tuple[str, list[Any]]
SMALLEST, GREATEST = 0, 30  # years of age that a condition may name


class ConditionError(ValueError):
    """The condition cannot be understood; the message says where and what would be."""


@dataclass(frozen=True, slots=True)
class Name:
    """A fact that conditions may use: its kind, and for coded ones the values there are."""

    kind: Kind
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that has been checked. ``uses`` are the facts it reads."""

    text: str
    uses: frozenset[str]
    sql: Callable[[date], Compiled]

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"


def read(text: str, names: Mapping[str, Name]) -> Condition:
    """The condition; the empty text is always true. Raises ``ConditionError``."""
    if not text.strip():
        return Condition("", frozenset(), lambda _on: ("true", []))
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as wrong:
        raise ConditionError(f"“{text}” cannot be read: {wrong.msg}") from None
    reader = _Reader(text, names)
    compiled = reader.truth(tree)
    return Condition(text, frozenset(reader.used), compiled)


class _Reader:
    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self.text, self.names = text, names
        self.used: set[str] = set()

    def fail(self, why: str) -> NoReturn:
        raise ConditionError(f"“{self.text}”: {why}")

    def truth(self, node: ast.expr) -> Callable[[date], Compiled]:
        match node:
            case ast.BoolOp(op=op, values=values):
                return _joined(" AND " if isinstance(op, ast.And) else " OR ", [self.truth(each) for each in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.truth(operand)
                return lambda on: _negated(inner(on))
            case ast.Name(id=name):
                self.fact(name, "flag")
                return lambda _on: (name, [])
            case ast.Compare():
                return self.comparison(node)
            case _:
                self.fail("only facts, comparisons, and, or, not are understood")

    def fact(self, name: str, *kinds: Kind) -> Name:
        if name not in self.names:
            near = difflib.get_close_matches(name, self.names, n=1, cutoff=0.0)
            self.fail(f"there is no fact “{name}”; the nearest known is “{near[0]}”")
        found = self.names[name]
        if found.kind not in kinds:
            self.fail(f"“{name}” is of the kind {found.kind} and cannot be used so")
        self.used.add(name)
        return found

    def comparison(self, node: ast.Compare) -> Callable[[date], Compiled]:
        terms = [node.left, *node.comparators]
        parts = [self.pair(left, op, right) for left, op, right in zip(terms, node.ops, terms[1:], strict=False)]
        return _joined(" AND ", parts)

    def pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Callable[[date], Compiled]:
        match left, op, right:
            case ast.Name(id=name), ast.Eq() | ast.NotEq(), ast.Constant(value=str(value)):
                self.known(name, [value], self.fact(name, "code"))
                sign = "=" if isinstance(op, ast.Eq) else "<>"
                return lambda _on: (f"{name} {sign} %s", [value])
            case ast.Name(id=name), ast.In() | ast.NotIn(), ast.List(elts=items) | ast.Tuple(elts=items):
                values = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
                if len(values) != len(items):
                    self.fail("a list holds texts only")
                self.known(name, values, self.fact(name, "code"))
                found: Callable[[date], Compiled] = lambda _on: (f"{name} = ANY(%s)", [values])  # noqa: E731
                return found if isinstance(op, ast.In) else lambda on: _negated(found(on))
            case ast.Constant(value=str(value)), ast.In() | ast.NotIn(), ast.Name(id=name):
                self.known(name, [value], self.fact(name, "codes"))
                holds: Callable[[date], Compiled] = lambda _on: (f"%s = ANY({name})", [value])  # noqa: E731
                return holds if isinstance(op, ast.In) else lambda on: _negated(holds(on))
            case ast.Name(id="age"), _, ast.Constant(value=int(years)):
                return self.age(op, years)
            case ast.Constant(value=int(years)), _, ast.Name(id="age"):
                return self.age(_turned(op), years)
            case _:
                self.fail("this comparison is not understood")

    def known(self, name: str, values: list[str], fact: Name) -> None:
        for value in values:
            if value and value not in fact.values:
                near = difflib.get_close_matches(value, sorted(fact.values), n=1, cutoff=0.0)
                self.fail(f"“{name}” is never “{value}”; the nearest known value is “{near[0] if near else ''}”")

    def age(self, op: ast.cmpop, years: int) -> Callable[[date], Compiled]:
        """Complete years, as a comparison of birth dates: no function per row, and the leap day is the rule's."""
        self.fact("age", "age")
        if not SMALLEST <= years <= GREATEST:
            self.fail(f"an age of {years} years is none of a child")
        match op:
            case ast.GtE():
                return lambda on: ("born <= %s", [latest_birth(on, years)])
            case ast.Gt():
                return lambda on: ("born <= %s", [latest_birth(on, years + 1)])
            case ast.LtE():
                return lambda on: ("born > %s", [latest_birth(on, years + 1)])
            case ast.Lt():
                return lambda on: ("born > %s", [latest_birth(on, years)])
            case ast.Eq():
                return lambda on: ("(born <= %s AND born > %s)", [latest_birth(on, years), latest_birth(on, years + 1)])
            case _:
                self.fail("an age is compared by <, <=, >, >=, ==")


def _joined(word: str, parts: list[Callable[[date], Compiled]]) -> Callable[[date], Compiled]:
    def compiled(on: date) -> Compiled:
        found = [part(on) for part in parts]
        return f"({word.join(sql for sql, _values in found)})", [value for _sql, values in found for value in values]

    return parts[0] if len(parts) == 1 else compiled


def _negated(compiled: Compiled) -> Compiled:
    sql, values = compiled
    return f"NOT ({sql})", values


def _turned(op: ast.cmpop) -> ast.cmpop:
    turned: dict[type[ast.cmpop], ast.cmpop] = {ast.Lt: ast.Gt(), ast.LtE: ast.GtE(), ast.Gt: ast.Lt(), ast.GtE: ast.LtE()}
    return turned.get(type(op), op)
