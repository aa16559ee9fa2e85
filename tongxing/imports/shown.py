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
from tongxing.ledgers.kinds import Candidate, Verdict
from tongxing.ledgers.layout import Cell, Layout
from tongxing.ledgers.marking import Mark, Marked
from tongxing.ledgers.problems import Problem
from tongxing.ledgers.problems import render as sentence
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


def marked(number: int, cells: Sequence[Cell], staged: Staged | None, skipped: str, kind: Kind) -> Marked:
    """A row for the workbook with marked cells."""
    if staged is None:
        return Marked(number, cells, {}, sentence(skipped, {}) if skipped else "")
    payload, by_key = staged.payload, kind.catalogue.by_key
    marks: dict[str, tuple[Mark, str]] = {each.column: (Mark.CHANGED, gettext("登记的是：%(old)s") % {"old": each.old or gettext("（空）")}) for each in payload.differences}
    said = [gettext("%(column)s：%(old)s → %(new)s") % {"column": heading(by_key[each.column], kind), "old": each.old, "new": each.new} for each in payload.differences]
    if staged.row.verdict == Verdict.PROBABLE:
        said = [f"{each.label} {each.why}" for each in payload.candidates]
        marks |= {kind.shown[0]: (Mark.UNDECIDED, "\n".join(said))}
    for wrong in reversed(payload.problems):
        marks[wrong.column] = (Mark.WRONG, wrong.text())
    said = [each.sentence(heading(by_key[each.column], kind) if each.column in by_key else "") for each in (*payload.problems, *payload.notes)] + said
    return Marked(number, cells, marks, "\n".join([str(staged.row.get_verdict_display()), *said]))


def _problems(found: Sequence[Problem], kind: Kind) -> list[ShownProblem]:
    return [problem(each, kind) for each in found]


def problem(found: Problem, kind: Kind) -> ShownProblem:
    """A problem with its column in the reader's language."""
    by_key = kind.catalogue.by_key
    return ShownProblem(found.cell, heading(by_key[found.column], kind) if found.column in by_key else "", found.text())


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
