"""The rows of an export, in the columns that an import reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import batched

from tongxing.accounts import queries
from tongxing.accounts.models import Post
from tongxing.ground.today import today
from tongxing.ledgers.cells import Value


def rows(posts: Iterable[Post]) -> Iterator[dict[str, Value | None]]:
    for part in batched(posts, 500):
        queries.with_phones([post.person for post in part])
        yield from map(_row, part)


def _row(post: Post) -> dict[str, Value | None]:
    day = today()
    person = post.person
    ended = post.until is not None and post.until <= day
    check = None if person.record_checked_on is None else "clear" if person.record_check_clear else "found"
    return {
        "change": "end" if ended else "appoint",
        "name": person.name,
        "phone": person.phone,
        "role": post.role,
        "place": post.place.full_name,
        "unit_name": post.unit_name,
        "since": post.since,
        "until": post.until,
        "end_reason": post.end_reason,
        "concurrent": post.concurrent,
        "record_checked_on": person.record_checked_on,
        "record_check": check,
        "certificate": person.certificate,
        "certified_on": person.certified_on,
    }
