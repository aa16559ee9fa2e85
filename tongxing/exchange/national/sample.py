"""What the national system would export of children whom both sides know: for the demo, tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO, Final
from uuid import UUID

from tongxing.accounts.models import Post
from tongxing.children.ledger import memory
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.exchange.national.catalogue import EXPORT
from tongxing.exchange.national.kind import learn_full_names, ours
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Context
from tongxing.ledgers.writing import write_list

NAME: Final = "全国系统导出（样例）.xlsx"
TITLE: Final = "全国农村留守儿童和困境儿童信息管理系统 儿童名册"

type Row = dict[str, Value]


def known_alike(children: Iterable[UUID], by: Post) -> list[Row]:
    """The rows of children as the register holds them, in the active scope."""
    context = Context(by=by, today=today(), run=uuid7())
    opened = files(children, NEEDED_BY_RULES)
    learn_full_names(opened.values(), context)
    return [ours(file, memory.places(context), context) for file in opened.values()]


def write(rows: Iterable[Mapping[str, Value]], out: BinaryIO) -> int:
    """The export as a workbook; how many rows it holds."""
    return write_list(EXPORT, rows, out, title=TITLE)
