"""What is asked no more: rows end when a child leaves the condition of the rule or the register, when the rule ends, and come back when it returns.

A window that has passed is history and is not rewritten. While it runs it keeps the rule under which it was opened; a rule that has changed
takes effect with the next window, and a window that was opened ahead is opened anew under the rule that will be in force.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tongxing.accounts.models import Post
from tongxing.children.followers import Follower
from tongxing.duties import rules, subjects
from tongxing.duties.facts import Values
from tongxing.duties.models import OPEN, OPEN_SQL, Discharge, Duty, EndReason, Opening, Rule, Suspension, Urge
from tongxing.duties.rulebook import Book, by_id
from tongxing.ground.today import today
from tongxing.journal import actions as journal

# No window is over before it is due: `due` lets the index pass over what is history.
_RUNNING = "d.scope_place BETWEEN %(lo)s AND %(hi)s AND d.due >= %(midnight)s AND d.window_until > %(on)s"
# A promise lies where its child does: said of both, so that neither is looked for in the whole province.
_ITS_CHILD = "d.child_id = c.id AND c.scope_place BETWEEN %(lo)s AND %(hi)s"
_LEFT = f"""
UPDATE duties_duty d SET ended_on = GREATEST(%(on)s, d.window_from), end_reason = CASE c.state WHEN 'ended' THEN 'left' ELSE 'condition' END
FROM children_child c
WHERE {_RUNNING} AND {OPEN_SQL} AND {_ITS_CHILD} AND (c.state = 'ended' OR (c.state = 'current' AND NOT (CASE d.rule_id {{asked}} ELSE true END)))
"""  # noqa: S608 — our own words
_CAME_BACK = f"""
UPDATE duties_duty d SET ended_on = NULL, end_reason = '' FROM children_child c
WHERE {_RUNNING} AND d.end_reason IN ('condition', 'left') AND {_ITS_CHILD} AND c.state = 'current' AND (CASE d.rule_id {{asked}} ELSE false END)
"""  # noqa: S608 — our own words
_RULE_ENDED = f"UPDATE duties_duty d SET ended_on = GREATEST(%(on)s, d.window_from), end_reason = 'rule' WHERE {_RUNNING} AND d.rule_id = ANY (%(rules)s) AND {OPEN_SQL}"  # noqa: S608 — our own words
# Opened ahead under a rule that will not be in force: untouched, so that it can go and come again.
_AHEAD = """DELETE FROM duties_duty d WHERE d.scope_place BETWEEN %(lo)s AND %(hi)s AND d.rule_id = ANY (%(rules)s) AND d.window_from > %(on)s
 AND d.done = 0 AND d.waived_on IS NULL AND d.assigned_to IS NULL AND d.urged = 0"""


def review(book: Book, lo: int, hi: int, on: date) -> int:
    """End what is asked no more between two places, let return what is asked again; how many rows changed. The scope must cover them."""
    held = _running(lo, hi, on)
    in_force = {rule.id for rule in book.rules}
    values: dict[str, Any] = {"lo": lo, "hi": hi, "on": on, "midnight": rules.end_of(on - timedelta(days=1))}
    changed = 0
    if gone := [rule_id for rule_id in held if rule_id not in in_force]:
        changed += _execute(_AHEAD, values | {"rules": gone})
        Opening.objects.filter(rule_id__in=gone, window_from__gt=on, county__range=(lo - lo % 1_000_000, hi)).delete()
    known = by_id(held)
    ended = [rule_id for rule_id in gone if not book.same(known[rule_id])]
    if ended:
        changed += _execute(_RULE_ENDED, values | {"rules": ended})
    children = [rule for rule in known.values() if rule.about == "child" and rule.id not in ended]
    if not children:
        return changed
    for statement in (_LEFT, _CAME_BACK):
        sent = Values(on, dict(values))
        asked = " ".join(f"WHEN {rule.id:d} THEN {_asked(book, rule, sent, in_force)}" for rule in children)
        changed += _execute(statement.format(asked=asked), sent.held)
    return changed


def _running(lo: int, hi: int, on: date) -> list[int]:
    """The rules of which windows are open in a county, or were until a rule ended."""
    found = Opening.objects.filter(county__range=(lo - lo % 1_000_000, hi), window_until__gt=on)
    return sorted(set(found.values_list("rule_id", flat=True)))


def _asked(book: Book, rule: Rule, sent: Values, in_force: Collection[int]) -> str:
    """Whether whom a row is about is asked; where the rule has changed meanwhile, by any rule of the same promise."""
    if rule.id in in_force:
        return f"({subjects.asked_of_children(book, rule, sent, rows_of=True)})"
    return f"({' OR '.join(subjects.asked(each, sent) for each in book.same(rule))})"


def end_all(*, child_ids: Sequence[UUID], on: date, reason: EndReason, by: Post | None) -> int:
    """End the running promises of these children."""
    rows = Duty.objects.filter(child_id__in=child_ids, window_until__gt=on).filter(OPEN)
    ended = list(rows.values_list("id", "child_id", "scope_place"))
    rows.update(ended_on=on, end_reason=reason)
    journal.record_many(
        by=by,
        acts=[
            {"verb": "duty_ended", "subject_kind": "duty", "subject_id": duty, "child_id": child, "place": place, "diff": {"ended": [None, reason.value]}}
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
