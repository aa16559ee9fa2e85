"""Reading imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.ground.today import today
from tongxing.imports import kinds, payloads
from tongxing.imports.kinds import Kind
from tongxing.imports.models import ColumnMemory, Decision, ImportRow, ImportRun
from tongxing.imports.payloads import Payload
from tongxing.imports.states import AT_WORK, State
from tongxing.imports.words import asked
from tongxing.ledgers.kinds import Choice, Context, Outcome, Reconciled, Verdict
from tongxing.ledgers.layout import Cell, Found, Layout
from tongxing.ledgers.problems import Problem, declare
from tongxing.ledgers.reading import Row
from tongxing.ledgers.writing import shown_as
from tongxing.places import codes
from tongxing.places.codes import Level

CHUNK = 500


class Erased(Exception):
    """What the run said has been forgotten."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A row of an import, opened."""

    row: ImportRow
    payload: Payload


def samples(kind: str, post: Post) -> list[tuple[str, str, Path]]:
    """Ledgers to try this with, in a demo: name, what it is, where it lies."""
    if not settings.DEMO or not settings.DEMO_LEDGERS:
        return []
    found: list[tuple[str, str, Path]] = import_string(settings.DEMO_LEDGERS)(kind, post)
    return found


def runs(post: Post, *, kind: str = "", state: str = "") -> QuerySet[ImportRun]:
    """The imports of the active scope that the post may see."""
    found = ImportRun.objects.filter(kind__in=[kind] if kind else list(kinds.of(post))).select_related("post__person", "post__place", "undo_post__person")
    return found.filter(state=state) if state else found


def earlier(run: ImportRun) -> ImportRun | None:
    """The last finished import of the very same file."""
    return ImportRun.objects.filter(kind=run.kind, sha256=run.sha256, state=State.DONE, at__lt=run.at).select_related("post__person").order_by("-at").first()


def beside(run: ImportRun) -> ImportRun | None:
    """Another import of the very same file that has not come to an end: two people at the same list."""
    others = ImportRun.objects.filter(kind=run.kind, sha256=run.sha256, state__in=(*AT_WORK, State.COLUMNS, State.PREVIEW)).exclude(pk=run.pk)
    return others.select_related("post__person").order_by("-at").first()


def kind_of(run: ImportRun) -> Kind:
    return kinds.known()[run.kind]


def key_of(run: ImportRun) -> DataKey:
    """The run's key. Raises Erased when it is gone."""
    keys = crypto.open_keys([run.id])
    if run.id not in keys:
        raise Erased(f"import {run.id} has been erased")
    return keys[run.id]


def file_name(run: ImportRun, key: DataKey) -> str:
    return key.open("file_name", run.file_name)


def file_names(found: Sequence[ImportRun]) -> dict[UUID, str]:
    """The names of many runs' files; those of erased runs are missing."""
    keys = crypto.open_keys([run.id for run in found])
    return {run.id: file_name(run, keys[run.id]) for run in found if run.id in keys}


def county_of(place: int) -> int:
    """Whose memory of columns a place shares: its county's; above counties its own."""
    return codes.at_level(place, Level.COUNTY) if codes.level(place) >= Level.COUNTY else place


def column_memory(run: ImportRun) -> dict[str, str]:
    """Normalised heading → key, as people of the run's county assigned them before."""
    return dict(ColumnMemory.objects.filter(county=county_of(run.scope_place), kind=run.kind).values_list("heading", "key"))


def layout_of(run: ImportRun) -> Layout:
    """The layout as it was recognised and corrected."""
    stored = run.layout
    return Layout(
        kind_of(run).catalogue,
        stored.get("sheet", ""),
        (),
        stored.get("first_line", 1),
        stored.get("last_line", 1),
        tuple(Found(*each) for each in stored.get("columns", ())),
    )


def reconciled(run: ImportRun) -> Reconciled[Post] | None:
    """The kind of a list that is compared and worked through; None where a list is simply imported."""
    kind = kind_of(run)
    return kind if isinstance(kind, Reconciled) else None


def waiting(run: ImportRun) -> QuerySet[ImportRow]:
    """The rows that are to be written: all that are right, or of a list that is reconciled those for which the list's word was chosen."""
    found = ImportRow.objects.filter(run=run, outcome="", verdict__in=(Verdict.NEW, Verdict.CHANGED))
    return found.filter(choice=Choice.THEIRS) if reconciled(run) else found


def context(run: ImportRun, by: Post) -> Context[Post]:
    """What a kind is told of the run that asks it."""
    layout = layout_of(run)
    letters = {column.key: column.letter for column in layout.columns if column.key}
    return Context(by=by, today=today(), run=run.id, letters=letters, transactions=frozenset(run.transactions))


def counts(run: ImportRun) -> dict[str, int]:
    """Rows by verdict, and by outcome behind ``outcome:``."""
    found: Counter[str] = Counter()
    for verdict, outcome, rows in ImportRow.objects.filter(run=run).values_list("verdict", "outcome").annotate(rows=Count("id")):
        found[verdict] += rows
        if outcome:
            found[f"outcome:{outcome}"] += rows
    return dict(found)


def ready(run: ImportRun) -> int:
    """Rows that an import would take in: what is new or changes something; of a list that counts as a whole, all that is right; of one that is reconciled, what was chosen."""
    if reconciled(run):
        return waiting(run).count()
    return run.count(Verdict.NEW, Verdict.CHANGED, *([Verdict.SAME] if kind_of(run).whole else []))


def opened(run: ImportRun, rows: Sequence[ImportRow], key: DataKey) -> list[Staged]:
    catalogue = kind_of(run).catalogue
    return [Staged(row, payloads.unseal(key, row.number, row.payload, catalogue)) for row in rows]


def rows(run: ImportRun, verdict: str = "", *, outcome: str = "", mistake: int | None = None, words: str = "") -> QuerySet[ImportRow]:
    """The rows of an import: of one verdict or outcome, with one of the run's mistakes, of the row number or (part of the) name that somebody typed."""
    found = ImportRow.objects.filter(run=run)
    if verdict:
        found = found.filter(verdict=verdict)
    if outcome:
        found = found.filter(outcome=outcome)
    if mistake is not None:
        found = found.filter(mistakes__contains=[mistake])
    if words.strip().isdecimal() and len(words.strip()) < 8:
        return found.filter(number=int(words))
    return found.filter(words__contains=[asked(words)]) if words.strip() else found


def to_mend(run: ImportRun) -> QuerySet[ImportRow]:
    """Rows that go into the fix-and-re-upload file: wrong, undecided, or left for the register had changed."""
    undecided = Q(verdict=Verdict.PROBABLE, decision=Decision.NONE)
    return ImportRow.objects.filter(Q(verdict=Verdict.WRONG) | undecided | Q(outcome=Outcome.LEFT), run=run).order_by("number")


def rows_to_mend(run: ImportRun, key: DataKey) -> Iterator[Row]:
    """The same as rows of the library, opened in blocks."""
    layout = layout_of(run)
    last = 0
    while block := list(to_mend(run).filter(number__gt=last)[:CHUNK]):
        for row in block:
            payload = payloads.unseal(key, row.number, row.payload, layout.catalogue)
            problems = list(payload.problems)
            if row.verdict == Verdict.PROBABLE:
                problems.append(Problem(row.number, "", "", "imports.undecided"))
            elif row.outcome == Outcome.LEFT:
                problems.append(Problem(row.number, "", "", "imports.left"))
            yield Row(row.number, dict(payload.values), problems, payload.cells or _cells(layout, payload))
        last = block[-1].number


def _cells(layout: Layout, payload: Payload) -> list[Cell]:
    """A row as its sheet would have it, from the values that were read."""
    cells: list[Cell] = [""] * (1 + max(layout.mapping, default=0))
    for index, name in layout.mapping.items():
        if name in payload.values:
            cells[index] = shown_as(layout.catalogue.by_key[name])(payload.values[name])
    return cells


declare(
    {
        "imports.undecided": gettext_noop("可能与在册的人是同一人，请在导入页面上决定"),
        "imports.left": gettext_noop("核对之后登记内容有了变化，请重新核对"),
    }
)
