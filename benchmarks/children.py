"""A register of N invented children, written set-based: as much of a file as lists and searches read.

Every county has about 10,000 children in 200 villages, all in one province: the first is 夷陵区, the others only exist as numbers.
So a register of 10k, 100k and 1M children always holds the same county.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import batched, count, product
from typing import Any
from uuid import UUID

from tongxing.children.finding import keys
from tongxing.ground.ids import uuid7
from tongxing.ground.today import CHINA

PROVINCE, COUNTY = 420000000000, 420506000000
CHILDREN_OF_A_COUNTY = 10_000
VILLAGES = tuple(township * 1000 + village for township in range(1, 21) for village in range(1, 11))
NAMES = 20_000
CHUNK = 5_000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "子轩雨涵浩然欣怡梓萱俊杰思源佳琪宇航诗雅天佑梦洁志强晓燕一诺博文沐辰语桐若曦明宇妍皓可馨奕泽嘉晨阳静家豪雪婷紫建国小芳永康春梅海庆秀英"
STAGES = {"not_enrolled": 4, "kindergarten": 16, "primary": 45, "junior": 22, "senior": 8, "vocational": 4, "dropout": 1}
GUARDIANSHIPS = {"nobody": 1, "incapable_parent": 6, "weak_entrusted": 10, "fair": 45, "good": 38}
REGISTRATIONS = {"registered": 990, "none": 3, "unknown": 7}
STATES = {"current": 93, "draft": 2, "submitted": 2, "returned": 1, "ended": 2}
KINDS = (("suxian", "hardship"), ("laohekou", "poverty"), ("state", "poverty"), ("suxian", "disability"))
CHILD = {
    "id": "uuid",
    "scope_place": "bigint",
    "name": "text",
    "sort_key": "text",
    "sex": "text",
    "born": "date",
    "id_digest": "text",
    "registration": "text",
    "state": "text",
    "end_reason": "text",
    "school_stage": "text",
    "guardianship": "text",
    "boarding": "text",
    "left_behind_since": "date",
    "left_behind_until": "date",
    "unsupported_since": "date",
    "unsupported_until": "date",
    "completeness": "int",
    "confirmed_on": "date",
    "updated_at": "timestamptz",
}
FIXED = {
    "ethnic_group": "'01'",
    "born_estimated": "false",
    "id_number_sealed": "CASE WHEN id_digest > '' THEN '\\x00'::bytea END",
    "health": "'healthy'",
    "disability_kind": "''",
    "disability_grade": "''",
    "illness": "''",
    "income": "'{}'",
    "aid": "'{}'",
    "household_id": "id",
    "state_since": "updated_at::date",
    "end_note": "''",
    "source": "''",
    "version": "1",
    "created_at": "updated_at",
    "enrolment": "''",
    "school_name": "'中心小学'",
    "class_name": "''",
    "living_with": "'grandparents'",
    "missing": "'{}'",
}
INSERT_CHILDREN = "INSERT INTO children_child ({columns}, {fixed}) SELECT {columns}, {values} FROM unnest({arrays}) AS given({columns})".format(
    columns=", ".join(CHILD), fixed=", ".join(FIXED), values=", ".join(FIXED.values()), arrays=", ".join(f"%s::{kind}[]" for kind in CHILD.values())
)
INSERT_NAME_KEYS = """INSERT INTO children_searchkey (key, child_id, scope_place)
 SELECT pool.key, child.id, child.scope_place FROM children_child child JOIN name_pool pool USING (name)"""
INSERT_NUMBER_KEYS = """INSERT INTO children_searchkey (key, child_id, scope_place)
 SELECT kind || md5(CASE WHEN short THEN (hashtextextended(id::text, salt) & 8191)::text ELSE id::text || salt END), id, scope_place
 FROM children_child, (VALUES ('i:', false, 1), ('j:', true, 1), ('p:', false, 2), ('q:', true, 2), ('p:', false, 3), ('q:', true, 3)) AS kinds(kind, short, salt)
 ON CONFLICT DO NOTHING"""
INSERT_CATEGORIES = """INSERT INTO children_category (id, scope_place, child_id, since, scheme, kind, state, step, reason, evidence, end_reason, restricted)
 SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::date[], %s::text[], %s::text[]), (VALUES ('confirmed', 3, '', '{}'::text[], '', false)) AS fixed"""

type Cursor = Any  # Django's or psycopg's


def counties() -> Iterator[int]:
    """夷陵区 first, then as many as are asked for."""
    yield COUNTY
    yield from (code for city, county in product(range(1, 100), range(1, 100)) if (code := 42 * 10**10 + city * 10**8 + county * 10**6) != COUNTY)


def names(chance: random.Random) -> list[str]:
    made: dict[str, None] = {"张子轩": None}
    while len(made) < NAMES:
        made[chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))] = None
    return list(made)


def pick(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), weights=list(weights.values()))[0]


def children(total: int, chance: random.Random, on: date, pool: list[str], sort_keys: dict[str, str]) -> Iterator[dict[str, object]]:
    """Rows for ``INSERT_CHILDREN``, county by county."""
    numbers = counties()
    county = COUNTY
    for number in range(total):
        if number % CHILDREN_OF_A_COUNTY == 0:
            county = next(numbers)
        born = on - timedelta(days=chance.randrange(30, 17 * 365))
        name = pool[0] if number == 0 else chance.choice(pool)
        sixteen = born + timedelta(days=16 * 365 + 4)
        left_behind = sixteen > on and chance.random() < 0.4
        unsupported = chance.random() < 0.01
        state = pick(chance, STATES)
        registration = pick(chance, REGISTRATIONS)
        yield {
            "id": uuid7(),
            "scope_place": county + VILLAGES[chance.randrange(len(VILLAGES))],
            "name": name,
            "sort_key": sort_keys[name],
            "sex": chance.choice("12"),
            "born": born,
            "id_digest": f"{number:032x}" if registration == "registered" else "",
            "registration": registration,
            "state": state,
            "end_reason": "moved_away" if state == "ended" else "",
            "school_stage": pick(chance, STAGES),
            "guardianship": pick(chance, GUARDIANSHIPS),
            "boarding": chance.choice(("no", "weekdays")),
            "left_behind_since": on - timedelta(days=400) if left_behind else None,
            "left_behind_until": sixteen if left_behind else None,
            "unsupported_since": on - timedelta(days=400) if unsupported else None,
            "unsupported_until": on + timedelta(days=400) if unsupported else None,
            "completeness": chance.randrange(30, 101),
            "confirmed_on": on - timedelta(days=chance.randrange(200)),
            "updated_at": datetime(on.year, on.month, on.day, tzinfo=CHINA) - timedelta(seconds=chance.randrange(10**7)),
        }


def build(cursor: Cursor, total: int, *, on: date, progress: Callable[[int], object] = lambda done: None) -> UUID:
    """Write the children, their keys and every seventh one's category; return the id of the first, 张子轩 of 夷陵区.

    The cursor's role must see the whole country, or be bound by nothing.
    """
    chance = random.Random(420506)
    pool = names(chance)
    sort_keys = {name: keys.sort_key(name) for name in pool}
    first: UUID | None = None
    numbers = count()
    for rows in batched(children(total, chance, on, pool, sort_keys), CHUNK):
        first = first or rows[0]["id"]  # type: ignore[assignment]
        cursor.execute(INSERT_CHILDREN, [[row[column] for row in rows] for column in CHILD])
        chosen = [(row, KINDS[number % len(KINDS)]) for row, number in zip(rows, numbers) if number % 7 == 0]  # noqa: B905 — numbers never end
        cursor.execute(
            INSERT_CATEGORIES,
            [
                [uuid7() for _each in chosen],
                [row["scope_place"] for row, _kind in chosen],
                [row["id"] for row, _kind in chosen],
                [on - timedelta(days=300)] * len(chosen),
                [scheme for _row, (scheme, _kind) in chosen],
                [kind for _row, (_scheme, kind) in chosen],
            ],
        )
        progress(len(rows))
    cursor.execute("CREATE TEMPORARY TABLE name_pool (name text, key text)")
    spelled = [(name, key) for name in pool for key in keys.of_child(name)]
    cursor.execute("INSERT INTO name_pool SELECT * FROM unnest(%s::text[], %s::text[])", [[name for name, _key in spelled], [key for _name, key in spelled]])
    cursor.execute("ANALYZE name_pool")
    cursor.execute(INSERT_NAME_KEYS)
    cursor.execute(INSERT_NUMBER_KEYS)
    cursor.execute("DROP TABLE name_pool")
    assert first is not None
    return first
