"""The other side, played: a register that is exported in the national layout and takes an upload file in."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import count
from typing import Any

from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.exchange.national import sample
from tongxing.exchange.national.catalogue import EXPORT, NATIONAL_ID, UPLOAD
from tongxing.ground.today import today
from tongxing.ledgers import reading

type Row = dict[str, Any]


class NationalSystem:
    """Rows by the other system's own number."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: dict[str, Row] = {}
        self._numbers = count(1)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        number = f"QG{next(self._numbers):06d}"
        self.rows[number] = row | {NATIONAL_ID: number}

    def export(self) -> bytes:
        out = io.BytesIO()
        sample.write(list(self.rows.values()), out)
        return out.getvalue()

    def take_in(self, upload: bytes) -> dict[str, int]:
        """Do what an upload file says; how many of each operation."""
        done: dict[str, int] = {}
        with reading.read(upload, UPLOAD, today=today()) as found:
            for row in found.rows():
                assert not row.problems, row.problems
                values = {key: value for key, value in row.values.items() if key in EXPORT.by_key}
                operation = str(row.values["operation"])
                done[operation] = done.get(operation, 0) + 1
                match operation:
                    case "add":
                        self.add(values)
                    case "change":
                        self.rows[str(values[NATIONAL_ID])] = values
                    case "end":
                        assert row.values["end_reason"]
                        del self.rows[str(values[NATIONAL_ID])]
        return done


def as_they_know(post: Post, children: Iterable[Child]) -> list[Row]:
    """The rows of children whom both sides know alike."""
    with under(post, read_only=True):
        return [dict(row) for row in sample.known_alike([child.id for child in children], post)]
