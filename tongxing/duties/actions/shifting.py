"""A county has corrected its terms while a window runs: its bounds follow, and what was done is counted by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tongxing.duties import rules
from tongxing.duties.actions import discharging
from tongxing.duties.models import Discharge, Duty, Rule
from tongxing.duties.windows import Calendar, Window

AT_ONCE = 500


def shift(rule: Rule, window: Window, lo: int, hi: int, calendar: Calendar) -> int:
    """Move the running promises of a rule in this window to its new bounds; how many. The scope must cover the places."""
    quota = rule.shape.quota
    assert quota
    rows = Duty.objects.filter(scope_place__range=(lo, hi), rule_id=rule.id, window=window.key)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        _shift(list(Duty.objects.select_for_update().filter(pk__in=ids[start : start + AT_ONCE]).order_by("pk")), rule, window, calendar)
    return len(ids)


def _shift(held: Sequence[Duty], rule: Rule, window: Window, calendar: Calendar) -> None:
    quota = rule.shape.quota
    assert quota
    for duty in held:
        began = duty.since <= duty.window_from  # asked from the beginning, wherever that is
        duty.window_from, duty.window_until = window.since, window.until
        duty.since = window.since if began else min(max(duty.since, window.since), window.until - timedelta(days=1))
        duty.need = max(rules.need(quota.count, window, since=duty.since, rested=duty.rested), 1)
        duty.due = rules.due_of_window(window, duty.since, rule.shape.grace, calendar.workday)
    Duty.objects.bulk_update(held, ["window_from", "window_until", "since", "need", "due"])
    ids = [duty.id for duty in held]
    Discharge.objects.filter(duty_id__in=ids).exclude(on__gte=window.since, on__lt=window.until).delete()
    discharging.recount(held, {rule.id: rule}, by=None)
    discharging.catch_up([duty.subject_id for duty in held], window.since, window.until)
