"""November in two villages: a monthly visit that some children had and some had not, October's that one child missed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.people import NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.accounts.models import Post
from tongxing.caremodels.shapes import By
from tongxing.children.models import Child
from tongxing.children.tests.make import make_child
from tongxing.duties import tallies
from tongxing.duties.actions import discharging
from tongxing.duties.models import Duty, Rule
from tongxing.duties.tests.make import Log, day, logged, moment, opened, promise, promised, rows, rule
from tongxing.ground.today import as_of

TODAY = date(2026, 11, 20)


@dataclass
class World:
    """``seen`` had its visit of November, ``unseen`` not, ``missed`` not even October's, ``away`` lives in the next village."""

    seen: Child
    unseen: Child
    missed: Child
    away: Child
    log: Log

    def duty(self, child: Child, window: str = "month:2026-11-01", name: str = "home_visit") -> Duty:
        (row,) = rows(subject_id=child.id, window=window, rule_id__in=list(Rule.objects.filter(duty=name).values_list("id", flat=True)))
        return row


@contextmanager
def november(*more: Any) -> Iterator[World]:
    """The world on the 20th at nine; rules hold inside."""
    visit = promise("home_visit", name="每月一次家访", by=By(kinds=("home_visit",)))
    talk = promise("talk", name="每周谈心", per="week", who="child_director", by=By(kinds=("child_talk",)))
    with promised(rule(visit), rule(talk), *more), logged() as log:
        with day(date(2026, 9, 20)):
            children = {name: make_child(name=name, place=place) for name, place in (("陈见到", VILLAGE), ("李没见", VILLAGE), ("王错过", VILLAGE), ("赵邻村", NEXT_VILLAGE))}
        for month in (10, 11):
            opened(date(2026, month, 1))
            with day(date(2026, month, 6)):
                for name, child in children.items():
                    if name == "陈见到" or (month == 10 and name != "王错过"):
                        discharging.discharge(log.add(child.id, date(2026, month, 5)))
        opened(TODAY)
        with day(TODAY):
            tallies.refresh()
        with as_of(moment(TODAY)):
            yield World(children["陈见到"], children["李没见"], children["王错过"], children["赵邻村"], log)


def given(post: Post) -> Post:
    """The same post read anew."""
    return Post.objects.select_related("person", "place").get(pk=post.pk)


__all__ = ["NEXT_VILLAGE", "TODAY", "TOWNSHIP", "World", "given", "november"]
