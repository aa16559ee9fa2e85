"""R1: a list of 20 with its count, by every kind of filter of the page, beside the same statements through psycopg without row-level security.

Usage: .venv/bin/python -m benchmarks.r1_list [sizes: 10000 100000 1000000]
"""

from __future__ import annotations

from functools import partial

from benchmarks import measure
from benchmarks.record import record

COUNTY, PROVINCE = 420506000000, 420000000000
SHORT = 0.003  # seconds of the floor: below it the fixed cost of making a statement and its rows is what is seen
LISTS: dict[str, dict[str, str]] = {
    "all": {},
    "youngest first": {"sort": "age"},
    "last changed": {"sort": "-updated"},
    "left behind": {"status": "left_behind"},
    "de-facto unsupported": {"status": "de_facto_unsupported"},
    "a category": {"category": "laohekou:poverty"},
    "any category": {"category": "any"},
    "no registration": {"registration": "none"},
    "dropped out": {"stage": "dropout"},
    "primary school, girls": {"stage": "primary", "sex": "2"},
    "six to thirteen": {"age_from": "6", "age_to": "13"},
    "nobody guards": {"guardianship": "nobody"},
    "incomplete": {"complete_below": "40"},
    "drafts": {"state": "draft"},
    "unconfirmed": {"unconfirmed": "1"},
    "a township": {"place_code": "420506001"},
}


def main() -> None:
    measure.begin()
    from django.db import transaction

    from tongxing.accounts.models import Post
    from tongxing.children.finding import queries
    from tongxing.children.finding.conditions import Asking
    from tongxing.ground import scope
    from tongxing.ground.pages import cut
    from tongxing.ground.today import today

    def page(post: Post, address: dict[str, str]) -> object:
        question = queries.asked(address, Asking(post, today()))
        return cut(queries.listed(question), address, order=question.order)

    ratios: list[float] = []
    fixed: list[float] = []
    times: dict[tuple[str, int], dict[str, float]] = {}
    for size in measure.sizes():
        with measure.register(size) as register:
            posts = {"county": measure.post("county_officer", COUNTY), "province": measure.post("province_officer", PROVINCE)}
            measure.post("supervisor", 420506001000)
            for who, post in posts.items():
                taken = times[who, size] = {}
                with transaction.atomic(), scope.active(post.scope()):
                    for name, address in LISTS.items():
                        work = partial(page, post, address)
                        asked = [sql for sql in measure.statements(work) if "children_child" in sql]
                        mine, floor = measure.medians(work, register.ask(asked))
                        taken[name] = mine
                        if floor < SHORT:
                            fixed.append(mine - floor)
                        else:
                            ratios.append(mine / floor)
                        print(f"{size:>9,} {who:<9} {name:<24} {measure.milliseconds(mine):>10} {measure.milliseconds(floor):>10} {mine / floor:5.2f}", flush=True)
    small, large = min(measure.sizes()), max(measure.sizes())
    growth = sorted(times["county", large][name] / times["county", small][name] for name in LISTS)
    slowest = {who: max(times[who, large].values()) for who in ("county", "province")}
    ratios.sort()
    what = (
        f"list of 20 with count, {len(LISTS)} filters, register of {small:,} and {large:,}: at {large:,} the slowest takes {measure.milliseconds(slowest['county'])} in a county, "
        f"{measure.milliseconds(slowest['province'])} in the province; of lists that cost 3 ms and more median ratio {ratios[len(ratios) // 2]:.2f}, worst beside; shorter ones cost {measure.milliseconds(max(fixed))} more at most; county growth median {growth[len(growth) // 2]:.2f}, worst {growth[-1]:.2f}"
    )
    record("R1", what, ratios[-1], "≤ 2; growth ≤ 1.3")


if __name__ == "__main__":
    main()
