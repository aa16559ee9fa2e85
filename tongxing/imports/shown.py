"""How an import is shown: columns and rows in words, secret values masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from tongxing.crypto.masking import mask_address, mask_id_number, mask_phone
from tongxing.imports.kinds import Kind
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.imports.queries import Staged, kind_of, layout_of
from tongxing.ledgers.catalogue import Column
from tongxing.ledgers.catalogue import Kind as CellKind
from tongxing.ledgers.cells import Value, as_text
from tongxing.ledgers.kinds import Candidate
from tongxing.ledgers.layout import Layout
from tongxing.ledgers.problems import Problem
from tongxing.ledgers.writing import shown_as


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column of the sheet with what it was taken for."""

    index: int
    letter: str
    heading: str
    key: str
    word: str  # the heading of what it was taken for
    note: str  # why nothing was taken from it
    recalled: bool


@dataclass(frozen=True, slots=True)
class ShownProblem:
    cell: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownDifference:
    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: ImportRow
    label: str
    under: str
    problems: Sequence[ShownProblem]
    notes: Sequence[ShownProblem]
    kept: Sequence[ShownProblem]
    differences: Sequence[ShownDifference]
    candidates: Sequence[Candidate]
    url: str


def columns(run: ImportRun) -> list[ShownColumn]:
    """All columns of the sheet."""
    kind, layout = kind_of(run), layout_of(run)
    words = {key: heading(kind.catalogue.by_key[key], kind) for key in layout.mapping.values()}
    return [ShownColumn(each.index, each.letter, each.heading, each.key, words.get(each.key, ""), _note(each.own, each.duplicate_of), each.recalled) for each in layout.columns]


def _note(own: bool, duplicate_of: int | None) -> str:
    if duplicate_of is not None:
        return gettext("与前面的一列重复")
    return gettext("不需要导入") if own else ""


def heading(column: Column, kind: Kind) -> str:
    """The heading in the reader's language; in a group, the group's name first."""
    group = next((each.heading for each in kind.catalogue.groups if each.id == column.group), "")
    return gettext("%(group)s%(heading)s") % {"group": gettext(group), "heading": gettext(column.heading)} if group else gettext(column.heading)


def row(staged: Staged, kind: Kind, layout: Layout) -> ShownRow:
    """A row as the preview shows it."""
    by_key = kind.catalogue.by_key
    texts = [_shown(staged, key, by_key[key], layout) for key in kind.shown]
    label, *rest = [text for text in texts if text] or [""]
    return ShownRow(
        staged.row,
        label,
        " · ".join(rest),
        _problems(staged.payload.problems, kind),
        _problems(staged.payload.notes, kind),
        _problems(staged.payload.kept, kind),
        [ShownDifference(heading(by_key[each.column], kind), each.old, each.new) for each in staged.payload.differences],
        staged.payload.candidates,
        kind.subject_url(staged.row.subject_id) if staged.row.subject_id else "",
    )


def _problems(found: Sequence[Problem], kind: Kind) -> list[ShownProblem]:
    by_key = kind.catalogue.by_key
    return [ShownProblem(each.cell, heading(by_key[each.column], kind) if each.column in by_key else "", each.text()) for each in found]


def _shown(staged: Staged, key: str, column: Column, layout: Layout) -> str:
    """A value, or the cell as it was written where it could not be read."""
    value = staged.payload.values.get(key)
    if value is not None:
        return masked(column, value)
    index = layout.index_of(key)
    cell = staged.payload.cells[index] if index is not None and index < len(staged.payload.cells) else ""
    return "" if column.secret else as_text(cell)[:40]


def masked(column: Column, value: Value) -> str:
    """A value in words; of a secret one, what may be seen in lists."""
    text = shown_as(column)(value)
    if not column.secret:
        return text
    return {CellKind.ID_NUMBER: mask_id_number, CellKind.PHONE: mask_phone}.get(column.kind, mask_address)(text)
