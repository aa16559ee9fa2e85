"""R2: the search box, by name, pinyin, initials, id number and last four, beside the same probes through psycopg without row-level security.

Usage: .venv/bin/python -m benchmarks.r2_search [sizes: 10000 100000 1000000]
"""

from __future__ import annotations

from functools import partial

from benchmarks import measure
from benchmarks.record import record

COUNTY = 420506000000
TEXTS = {
    "name": "张子轩",
    "beginning": "张",
    "ending": "子轩",
    "pinyin": "zhangzixuan",
    "short pinyin": "zh",
    "initials": "zzx",
    "mixed": "张zx",
}


def main() -> None:
    measure.begin()
    from django.db import transaction

    from tongxing.accounts.models import Post
    from tongxing.children.finding.conditions import Asking
    from tongxing.children.finding.search import suggested
    from tongxing.ground import scope
    from tongxing.ground.scope import WHOLE_COUNTRY, Scope
    from tongxing.ground.today import today

    def look(post: Post, text: str) -> object:
        return suggested(text, Asking(post, today()))

    ratios: dict[str, float] = {}
    slowest = 0.0
    for size in measure.sizes():
        with measure.register(size) as register:
            post = measure.post("county_officer", COUNTY)
            number = id_number()
            texts = TEXTS | {"id number": number, "last four": number[-4:]}
            for who, wide in {"county": post.scope(), "nationwide": Scope(None, *WHOLE_COUNTRY)}.items():
                with transaction.atomic(), scope.active(wide):
                    for name, text in texts.items():
                        work = partial(look, post, text)
                        mine, floor = measure.medians(work, register.ask(measure.statements(work)))
                        ratios[f"{size} {who} {name}"] = mine / floor
                        slowest = max(slowest, mine) if size == max(measure.sizes()) else slowest
                        print(f"{size:>9,} {who:<10} {name:<14} {measure.milliseconds(mine):>10} {measure.milliseconds(floor):>10} {mine / floor:5.2f}", flush=True)
    ordered = sorted(ratios.values())
    large = max(measure.sizes())
    what = f"search box, {len(TEXTS) + 2} kinds of text, county and nationwide, register of {large:,}: slowest {measure.milliseconds(slowest)}; median ratio {ordered[len(ordered) // 2]:.2f}, worst beside"
    record("R2", what, ordered[-1], "≤ 3")


def id_number() -> str:
    """The number of some child of the county."""
    from django.db import transaction

    from tongxing.children.models import Child
    from tongxing.children.queries.files import files
    from tongxing.ground import scope
    from tongxing.places.codes import span

    with transaction.atomic(), scope.whole_country(why="the benchmark looks for somebody who is there"):
        (child_id,) = Child.objects.filter(scope_place__range=span(COUNTY)).exclude(id_digest="").order_by("sort_key").values_list("pk", flat=True)[:1]
        file = files([child_id], ())[child_id]
        return file.open(file.child, "id_number")


if __name__ == "__main__":
    main()
