"""The expressions of ``for``: and, or, not, in, comparisons over declared facts. Nothing else is ever evaluated.

``left_behind and age < 6``, ``category in ["laohekou.poverty"]``, ``not boards``, ``6 <= age < 12``. A yes-or-no fact stands by itself;
a fact with several values takes ``in`` (any of them) and ``not in`` (none of them).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import cast

from tongxing.caremodels.shapes import And, Compare, Expression, Fact, In, Not, Operator, Or, Subject
from tongxing.caremodels.vocabulary import FactKind, vocabulary
from tongxing.ground.toml import nearest

_OPERATORS: dict[type[ast.cmpop], Operator] = {ast.Eq: "==", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_TURNED: dict[Operator, Operator] = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
LONGEST = 2000
DEEPEST = 12

type Known = str | int | bool | Collection[str]


class ExpressionError(ValueError):
    """The text is no expression of ours; the message says what is wrong and the nearest that would be right."""

    def __init__(self, message: str, token: str = "") -> None:
        super().__init__(message)
        self.token = token


def parse(text: str, *, about: Subject = "child", roles: Collection[str] | None = None) -> Expression:
    """The tree of an expression over the facts of that kind of subject. ``roles``: those that ``circle`` may name, None for any.

    Raises ``ExpressionError``.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text)} characters; {LONGEST} are allowed")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as wrong:
        raise ExpressionError(f"“{text}” is no expression; write for example: left_behind and age < 6") from wrong
    return _Reader(text, vocabulary().facts(about), roles).read(tree)


def evaluate(expression: Expression, facts: Mapping[str, Known]) -> bool:
    """Whether it holds for a subject. What is not among the facts is unknown: it is neither true, nor equal, nor less."""
    match expression:
        case Fact(name):
            return facts.get(name) is True
        case Compare(fact, op, value):
            return (known := facts.get(fact)) is not None and _compared(known, op, value)
        case In(fact, values):
            known = facts.get(fact)
            held = known if isinstance(known, Collection) and not isinstance(known, str) else () if known is None else (known,)
            return any(each in values for each in held)
        case Not(term):
            return not evaluate(term, facts)
        case And(terms):
            return all(evaluate(term, facts) for term in terms)
        case Or(terms):
            return any(evaluate(term, facts) for term in terms)


def _compared(known: Known, op: Operator, value: str | int) -> bool:
    if op == "==":
        return known == value
    if not isinstance(known, int) or not isinstance(value, int):
        return False
    return {"<": known < value, "<=": known <= value, ">": known > value, ">=": known >= value}[op]


def written(expression: Expression) -> str:
    """The expression as text again; reading it gives the same tree."""
    match expression:
        case Fact(name):
            return name
        case Compare(fact, op, value):
            return f"{fact} {op} {_literal(value)}"
        case In(fact, values):
            return f"{fact} in [{', '.join(map(_literal, values))}]"
        case Not(term):
            return f"not ({written(term)})" if isinstance(term, (And, Or)) else f"not {written(term)}"
        case And(terms):
            return " and ".join(f"({written(term)})" if isinstance(term, (And, Or)) else written(term) for term in terms)
        case Or(terms):
            return " or ".join(f"({written(term)})" if isinstance(term, Or) else written(term) for term in terms)


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


def facts_of(expression: Expression) -> frozenset[str]:
    """The facts on which it depends."""
    match expression:
        case Fact(name):
            return frozenset({name})
        case Compare(fact) | In(fact):
            return frozenset({fact})
        case Not(term):
            return facts_of(term)
        case And(terms) | Or(terms):
            return frozenset().union(*map(facts_of, terms))


class _Reader:
    """Turns Python's tree into ours, checking every name, type and value."""

    def __init__(self, text: str, facts: Mapping[str, FactKind], roles: Collection[str] | None) -> None:
        self.text = text
        self.facts = facts
        self.roles = roles

    def read(self, node: ast.expr, depth: int = 0) -> Expression:
        if depth > DEEPEST:
            raise ExpressionError(f"the expression is nested deeper than {DEEPEST} levels")
        match node:
            case ast.BoolOp(op, values):
                terms = tuple(self.read(value, depth + 1) for value in values)
                return And(terms) if isinstance(op, ast.And) else Or(terms)
            case ast.UnaryOp(ast.Not(), operand):
                return Not(self.read(operand, depth + 1))
            case ast.Name(name):
                kind = self.fact(name)
                if kind.type != "yes_no":
                    raise ExpressionError(f"“{name}” is no yes-or-no fact; compare it: {name} {'in [...]' if kind.several else '== ...'}", name)
                return Fact(name)
            case ast.Compare(left, ops, comparators):
                pairs = zip([left, *comparators], ops, comparators, strict=False)
                terms = tuple(self.comparison(first, op, second) for first, op, second in pairs)
                return terms[0] if len(terms) == 1 else And(terms)
            case _:
                raise ExpressionError(f"“{ast.unparse(node)}” is not allowed; an expression has and, or, not, in, == != < <= > >= over facts")

    def fact(self, name: str) -> FactKind:
        if name not in self.facts:
            known = f"; the nearest known fact is “{nearest(name, self.facts)}”" if self.facts else "; there are none for this kind of subject"
            raise ExpressionError(f"unknown fact “{name}”{known}", name)
        return self.facts[name]

    def comparison(self, first: ast.expr, op: ast.cmpop, second: ast.expr) -> Expression:
        if isinstance(op, (ast.In, ast.NotIn)):
            found = self.membership(first, second)
            return Not(found) if isinstance(op, ast.NotIn) else found
        if isinstance(op, ast.NotEq):
            return Not(self.comparison(first, ast.Eq(), second))
        operator = _OPERATORS.get(type(op))
        if operator is None:
            raise ExpressionError("“is” is not allowed; write ==")
        if not isinstance(first, ast.Name):
            first, second, operator = second, first, _TURNED[operator]
        if not isinstance(first, ast.Name):
            raise ExpressionError(f"“{self.text}” compares two values; one side must be a fact")
        kind = self.fact(first.id)
        if kind.several:
            raise ExpressionError(f"“{kind.id}” has several values; write: {kind.id} in [...]", kind.id)
        if kind.type == "yes_no":
            raise ExpressionError(f"“{kind.id}” is yes or no and is not compared; write {kind.id}, or not {kind.id}", kind.id)
        if kind.type == "choice" and operator != "==":
            raise ExpressionError(f"“{kind.id}” has no order; write ==, != or in", kind.id)
        return Compare(kind.id, operator, self.value(kind, second))

    def membership(self, first: ast.expr, second: ast.expr) -> In:
        if not isinstance(first, ast.Name) or not isinstance(second, (ast.List, ast.Tuple)):
            raise ExpressionError(f"“in” stands between a fact and a list: {getattr(first, 'id', 'category')} in [...]")
        kind = self.fact(first.id)
        if kind.type == "yes_no":
            raise ExpressionError(f"“{kind.id}” is yes or no and is not in a list", kind.id)
        if not second.elts:
            raise ExpressionError(f"the list of “{kind.id}” is empty", kind.id)
        values = tuple(self.value(kind, each) for each in second.elts)
        if len(set(values)) < len(values):
            raise ExpressionError(f"the list of “{kind.id}” names a value twice", kind.id)
        return In(kind.id, values)

    def value(self, kind: FactKind, node: ast.expr) -> str | int:
        wanted = int if kind.type == "number" else str
        given = cast("object", node.value) if isinstance(node, ast.Constant) else None
        if type(given) is not wanted:
            raise ExpressionError(f"“{kind.id}” is compared with {'a whole number' if wanted is int else 'a value in quotes'}, not “{ast.unparse(node)}”", kind.id)
        assert isinstance(given, (str, int))
        allowed = self.roles if kind.type == "roles" else [each.value for each in kind.values]
        if wanted is str and allowed is not None and given not in allowed:
            raise ExpressionError(f"“{kind.id}” is never “{given}”; the nearest known value is “{nearest(str(given), allowed)}”", str(given))
        return given
