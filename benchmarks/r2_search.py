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
    "id number": "420506201203051232",
    "last four": "1232",
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
            for who, wide in {"county": post.scope(), "nationwide": Scope(None, *WHOLE_COUNTRY)}.items():
                with transaction.atomic(), scope.active(wide):
                    for name, text in TEXTS.items():
                        work = partial(look, post, text)
                        mine, floor = measure.medians(work, register.ask(measure.statements(work)))
                        ratios[f"{size} {who} {name}"] = mine / floor
                        slowest = max(slowest, mine) if size == max(measure.sizes()) else slowest
                        print(f"{size:>9,} {who:<10} {name:<14} {measure.milliseconds(mine):>10} {measure.milliseconds(floor):>10} {mine / floor:5.2f}", flush=True)
    ordered = sorted(ratios.values())
    large = max(measure.sizes())
    what = f"search box, {len(TEXTS)} kinds of text, county and nationwide, register of {large:,}: slowest {measure.milliseconds(slowest)}; median ratio {ordered[len(ordered) // 2]:.2f}, worst beside"
    record("R2", what, ordered[-1], "≤ 3")


if __name__ == "__main__":
    main()
