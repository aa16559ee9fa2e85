"""Companions hand in hand, and plans of the demo county's children: some items were looked at again, some are overdue."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import Random

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.circles import actions, queries
from tongxing.circles.roles import PEER
from tongxing.demo.life import Life, on_day
from tongxing.ground.today import today

SEED = 2021
PAIRED = 0.4
PLANNED = 0.12
ITEMS = (
    ("study", "本学期数学及格，结对老师每周辅导一次"),
    ("study", "学会普通话朗读，每天读书半小时"),
    ("guardian", "春节前父母至少一方回家，商定照看安排"),
    ("life", "落实临时救助，添置冬衣和书桌"),
    ("health", "完成视力复查，按医嘱配镜"),
    ("safety", "学会防溺水、防火和求助电话，家访时演练"),
)
WORDS = ("比上次有进步，继续。", "按计划进行，孩子愿意配合。", "祖母反映作业能按时完成了。")


def make(life: Life) -> None:
    """Two pairs in five are hand in hand; one child in eight has a plan."""
    rng = Random(SEED)  # noqa: S311 - the same county every time
    children = list(Child.objects.filter(queries.to_care_for(today())).order_by("scope_place", "id"))
    _companions(children, rng, life.staff.officer)
    for child in [each for each in children if rng.random() < PLANNED]:
        if by := life.staff.supervisor(child.scope_place):
            _plan(child, rng, life, by)


def _companions(children: list[Child], rng: Random, by: Post) -> None:
    by_village: dict[int, list[Child]] = defaultdict(list)
    for child in children:
        by_village[child.scope_place].append(child)
    for here in by_village.values():
        for one, other in zip(here[::2], here[1::2], strict=False):
            if abs(one.born.year - other.born.year) <= 3 and one.household_id != other.household_id and rng.random() < PAIRED:
                actions.pair_peers(child_id=one.id, peer_id=other.id, role=PEER, by=by)


def _plan(child: Child, rng: Random, life: Life, by: Post) -> None:
    days = rng.choice((40, 75, 110))
    with on_day(life.now - timedelta(days=days)):
        actions.write_needs(child_id=child.id, needs="父母长期在外，祖辈照看，学习和情感陪伴不足。", by=by)
        made = [
            actions.add_item(child_id=child.id, area=area, goal=goal, owner=by.person, review_on=today() + timedelta(days=rng.choice((30, 60, 120))), by=by)
            for area, goal in rng.sample(ITEMS, rng.randint(1, 3))
        ]
    if rng.random() < 0.7:
        with on_day(life.now - timedelta(days=days // 3)):
            done = rng.random() < 0.3
            following = None if done else today() + timedelta(days=45)
            actions.review_item(item_id=made[0].id, words=rng.choice(WORDS), next_on=following, result="reached" if done else "", version=1, by=by)
