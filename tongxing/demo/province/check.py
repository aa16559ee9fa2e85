"""What was written is held against the rules: the statuses of all children against the SQL twin, whole files of a sample against the rule itself."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from tongxing.children.actions import recompute
from tongxing.children.models import Child
from tongxing.ground import scope

SAMPLE = 2_000
CHUNK = 200

type Say = Callable[[str, int, int], None]


class Disagreement(Exception):
    """A stored file says otherwise than the rules."""


def verify(say: Say) -> None:
    """Derive a sample of the files anew: nothing may change. Raises ``Disagreement``."""
    with transaction.atomic(), scope.whole_country(why="the demo is checked"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM children_child")
            (total,) = cursor.fetchone()
        share = min(100.0, 100.0 * SAMPLE / max(total, 1))
        ids = [row.id for row in Child.objects.raw("SELECT id FROM children_child TABLESAMPLE SYSTEM (%s) REPEATABLE (1) LIMIT %s", [share, SAMPLE])]
        for at in range(0, len(ids), CHUNK):
            if changed := recompute(ids[at : at + CHUNK]):
                raise Disagreement(f"{changed} of {len(ids):,} files say otherwise than the rules.")
            say("check", min(at + CHUNK, len(ids)), len(ids))
