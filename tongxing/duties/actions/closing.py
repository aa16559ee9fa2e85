"""What is asked no more: rows end when a child leaves the condition of the rule or the register, when the rule ends, and come back when it returns.

A window that has passed is history and is not rewritten. While it runs it keeps the rule under which it was opened; a rule that has changed
takes effect with the next window, and a window that was opened ahead is opened anew under the rule that will be in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.duties import subjects
from tongxing.duties.facts import Values
from tongxing.duties.models import OPEN, OPEN_SQL, Discharge, Duty, EndReason, Opening, Rule, Suspension, Urge
from tongxing.duties.rulebook import Book, by_id
from tongxing.ground.today import today
from tongxing.journal import actions as journal

_RUNNING = "d.scope_place BETWEEN %(lo)s AND %(hi)s AND d.rule_id = %(rule)s AND d.window_until > %(on)s"
_GONE = f"""UPDATE duties_duty d SET ended_on = %(on)s, end_reason = 'left' FROM children_child c
 WHERE {_RUNNING} AND {OPEN_SQL} AND d.child_id = c.id AND c.state = 'ended'"""  # noqa: S608 — our own words
_LEFT_CONDITION = f"""UPDATE duties_duty d SET ended_on = GREATEST(%(on)s, d.window_from), end_reason = 'condition' FROM children_child c
 WHERE {_RUNNING} AND {OPEN_SQL} AND d.child_id = c.id AND c.state = 'current' AND NOT ({{asked}})"""  # noqa: S608 — our own words
_CAME_BACK = f"""UPDATE duties_duty d SET ended_on = NULL, end_reason = '' FROM children_child c
 WHERE {_RUNNING} AND d.end_reason IN ('condition', 'left') AND d.child_id = c.id AND c.state = 'current' AND ({{asked}})"""  # noqa: S608 — our own words
_RULE_ENDED = f"UPDATE duties_duty d SET ended_on = %(on)s, end_reason = 'rule' WHERE {_RUNNING} AND {OPEN_SQL}"  # noqa: S608 — our own words
# Opened ahead under a rule that will not be in force: untouched, so that it can go and come again.
_AHEAD = """DELETE FROM duties_duty d WHERE d.scope_place BETWEEN %(lo)s AND %(hi)s AND d.rule_id = ANY (%(rules)s) AND d.window_from > %(on)s
 AND d.done = 0 AND d.waived_on IS NULL AND d.assigned_to IS NULL AND d.urged = 0"""


def review(book: Book, lo: int, hi: int, on: date) -> int:
    """End what is asked no more between two places, let return what is asked again; how many rows changed. The scope must cover them."""
    held = _running(lo, hi, on)
    gone = [rule_id for rule_id in held if rule_id not in {rule.id for rule in book.rules}]
    changed = _execute(_AHEAD, {"lo": lo, "hi": hi, "on": on, "rules": gone}) if gone else 0
    if gone:
        Opening.objects.filter(rule_id__in=gone, window_until__gt=on, county__range=(lo, hi)).delete()
    rules = by_id(held)
    return changed + sum(_review_rule(book, rules[rule_id], lo, hi, on) for rule_id in held)


def _running(lo: int, hi: int, on: date) -> list[int]:
    """The rules of which windows are open in a county."""
    found = Opening.objects.filter(county__range=(lo - lo % 1_000_000, hi), window_until__gt=on)
    return sorted(set(found.values_list("rule_id", flat=True)))


def _review_rule(book: Book, rule: Rule, lo: int, hi: int, on: date) -> int:
    values = {"lo": lo, "hi": hi, "on": on, "rule": rule.id}
    if rule.about != "child":
        return 0 if book.same(rule) else _execute(_RULE_ENDED, values)
    changed = _execute(_GONE, values)
    current = next((each for each in book.rules if each.id == rule.id), None)
    if current is None and not book.same(rule):
        return changed + _execute(_RULE_ENDED, values)
    changed += _asked(_LEFT_CONDITION, values, book, rule, subjects.asked_of_children if current else None)
    return changed + _asked(_CAME_BACK, values, book, rule, subjects.asked_of_children if current else None)


def _asked(statement: str, values: dict[str, Any], book: Book, rule: Rule, of_rule: Any) -> int:
    held = Values(values["on"], dict(values))
    # Where the rule has changed meanwhile, the row stays while any rule of the same promise asks.
    asked = of_rule(book, rule, held, rows_of=True) if of_rule else " OR ".join(subjects.asked(each, held) for each in book.same(rule))
    return _execute(statement.format(asked=asked), held.held)


def end_all(*, child_ids: Sequence[UUID], on: date, reason: EndReason, by: Post | None) -> int:
    """End the running promises of these children."""
    rows = Duty.objects.filter(child_id__in=child_ids, window_until__gt=on).filter(OPEN)
    ended = list(rows.values_list("id", "child_id", "scope_place"))
    rows.update(ended_on=on, end_reason=reason)
    journal.record_many(
        by=by,
        acts=[
            {"verb": "duty_ended", "subject_kind": "duty", "subject_id": duty, "child_id": child, "place": place, "diff": {"reason": [None, reason.value]}}
            for duty, child, place in ended
        ],
    )
    return len(ended)


class Following(Follower):
    """Promises about a child follow its file."""

    def moved(self, *, ids: Sequence[UUID], to: int) -> None:
        for model in (Duty, Discharge, Urge, Suspension):
            model.unscoped.filter(child_id__in=ids).update(scope_place=to)

    def ended(self, *, child_id: UUID, on: date, by: Post | None) -> None:
        end_all(child_ids=[child_id], on=on, reason=EndReason.LEFT, by=by)

    def merged(self, *, kept_id: UUID, other_id: UUID, by: Post | None) -> None:
        end_all(child_ids=[other_id], on=today(), reason=EndReason.LEFT, by=by)

    def erased(self, *, child_id: UUID) -> None:
        """The words that people wrote about the child go; that it was visited may stay."""
        Duty.objects.filter(child_id=child_id).exclude(waive_reason="").update(waive_reason="—")
        Duty.objects.filter(child_id=child_id).exclude(suspend_reason="").update(suspend_reason="—")
        Suspension.objects.filter(child_id=child_id).update(reason="—")


FOLLOWER = Following()


def _execute(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
