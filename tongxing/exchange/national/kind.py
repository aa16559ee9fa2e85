"""The kind of list that `imports` calls: the national system's export, whose preview is the 差异表."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.children.file import File
from tongxing.children.ledger import differences, held, matching, meaning, memory
from tongxing.children.ledger.kind import ChildrenKind
from tongxing.children.ledger.meaning import Meaning
from tongxing.children.ledger.villages import Gazetteer
from tongxing.children.models import Child, State
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.crypto.masking import mask_address, mask_id_number, mask_phone
from tongxing.exchange.national import agreeing
from tongxing.exchange.national.catalogue import EXPORT
from tongxing.imports.models import ImportRow
from tongxing.ledgers.catalogue import Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Absent, Accepted, Compared, Context, Difference, Outcome, Verdict
from tongxing.ledgers.problems import Problem, declare
from tongxing.ledgers.reading import Row
from tongxing.ledgers.writing import shown_as
from tongxing.places import codes as place_codes
from tongxing.places.codes import Level
from tongxing.places.queries import full_names

REPEATED: Final = "row_duplicate"
MASKS: Final = {Kind.ID_NUMBER: mask_id_number, Kind.PHONE: mask_phone}


class NationalKind(ChildrenKind):
    """Compared as the register stands: what both say otherwise, who stands on one side only. Taking over goes the way of the children's ledger."""

    catalogue = EXPORT
    right = "exchange.compare"
    page = "exchange:comparison"

    def check(self, rows: Sequence[Row], context: Context[Post]) -> None:
        """What keeps a row out of the register keeps it not out of the comparison: it is said beside it."""
        for row in rows:
            before = len(row.problems)
            super().check([row], context)
            said = row.problems[before:]
            row.problems[before:] = [problem for problem in said if problem.code == REPEATED]
            row.notes += [problem for problem in said if problem.code != REPEATED]

    def compare(self, rows: Sequence[Row], context: Context[Post], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        places, chosen = memory.places(context), chosen or {}
        meanings = {row.number: meaning.read(row.values, places, context.today) for row in rows}
        known = matching.look_up(list(meanings.values()))
        matches = {number: matching.match(said, known, places, own_source=memory.source(context)) for number, said in meanings.items()}
        meant = {number: chosen.get(number, found.child) for number, found in matches.items()}
        opened = files({child for child in meant.values() if child}, NEEDED_BY_RULES)
        learn_full_names(opened.values(), context)
        found = []
        for row in rows:
            child = meant[row.number]
            found.append(self._agree(row, meanings[row.number], matches[row.number], opened.get(child) if child else None, context, decided=row.number in chosen))
        return found

    def apply(self, rows: Sequence[Accepted], context: Context[Post]) -> list[Outcome]:
        """Rows that the register cannot take as they are stay as they are."""
        staged = [Row(row.number, dict(row.values), [], ()) for row in rows]
        super().check(staged, context)
        able = [row for row, checked in zip(rows, staged, strict=True) if row.subject is not None or not checked.problems]
        outcomes = dict(zip((row.number for row in able), super().apply(able, context), strict=True))
        return [outcomes.get(row.number, Outcome.LEFT) for row in rows]

    def _change(self, child: UUID, row: Row, context: Context[Post]) -> Outcome:
        """Where an import may change nothing of what differs (a village, a date that is known better), the row is left."""
        places = memory.places(context)
        file = files([child], NEEDED_BY_RULES)[child]
        said = meaning.read(row.values, places, context.today)
        return super()._change(child, row, context) if differences.compare(said, file, places, context.today).found else Outcome.LEFT

    def expected(self, context: Context[Post]) -> list[UUID]:
        """The children on the register; where the list speaks of one township alone, those of that township."""
        children = Child.objects.filter(state=State.CURRENT, merged_into=None)
        rows = ImportRow.objects.filter(run=context.run).exclude(place=None).values_list("place", flat=True).distinct()
        named = {place_codes.at_level(place, Level.TOWNSHIP) for place in rows if place}
        if len(named) == 1:
            children = children.filter(scope_place__range=place_codes.span(named.pop()))
        return list(children.order_by("sort_key", "id").values_list("pk", flat=True))

    def describe(self, subjects: Sequence[UUID], context: Context[Post]) -> list[Absent]:
        places = memory.places(context)
        opened = files(subjects, NEEDED_BY_RULES)
        learn_full_names(opened.values(), context)
        return [Absent(child, ours(opened[child], places, context), opened[child].child.scope_place) for child in subjects if child in opened]

    def _agree(self, row: Row, said: Meaning, found: matching.Match, file: File | None, context: Context[Post], *, decided: bool) -> Compared:
        if file is not None:
            if row.problems:
                return Compared(Verdict.WRONG, file.child.id, place=file.child.scope_place)
            return self._both(row, said, file, found, context)
        place = said.place
        if row.problems:
            return Compared(Verdict.WRONG, place=place)
        if found.candidates and not decided:
            return Compared(Verdict.PROBABLE, candidates=found.candidates, place=place)
        notes: tuple[Problem, ...] = ()
        if found.ended or found.taken:
            notes = (context.problem(row, "id_number", "national.ended" if found.ended else "national.elsewhere"),)
        return Compared(Verdict.NEW, candidates=found.candidates, notes=notes, place=place)

    @staticmethod
    def _both(row: Row, said: Meaning, file: File, found: matching.Match, context: Context[Post]) -> Compared:
        places = memory.places(context)
        own = ours(file, places, context)
        columns = context.letters or EXPORT.by_key
        unlike = tuple(_difference(key, own, row.values) for key in agreeing.differing(own, row.values, columns, places))
        told = differences.compare(said, file, places, context.today).notes if unlike else []
        notes = tuple(Problem(row.number, column, context.cell(row, column), code, params) for column, code, params in told if column in EXPORT.by_key)
        verdict = Verdict.CHANGED if unlike else Verdict.SAME
        return Compared(verdict, file.child.id, unlike, found.candidates, notes=notes, place=file.child.scope_place)


def ours(file: File, places: Gazetteer, context: Context[Post]) -> dict[str, Value]:
    """A file in the columns of the national system, places by name."""
    found = {key: value for key, value in held.values(file, context.today).items() if key in EXPORT.by_key}
    home = file.child.scope_place
    found["residence"] = places.name(home)
    found["township"] = places.name(place_codes.at_level(home, Level.TOWNSHIP))
    if file.child.registered_place:
        found["registered_place"] = str(_full_names(context).get(file.child.registered_place, place_codes.show(file.child.registered_place)))
    return found


def _full_names(context: Context[Post]) -> dict[object, object]:
    return context.memory.setdefault("full_names", {})


def learn_full_names(opened: Iterable[File], context: Context[Post]) -> None:
    """The names of the places where children are registered, each read once a run."""
    known = _full_names(context)
    if wanted := {file.child.registered_place for file in opened if file.child.registered_place} - known.keys():
        known |= dict(full_names(wanted).items())


def _difference(key: str, own: Mapping[str, Value], theirs: Mapping[str, Value]) -> Difference:
    column = EXPORT.by_key[key]
    words = shown_as(column)
    old, new = (words(value) if (value := values.get(key)) not in (None, "", ()) else "" for values in (own, theirs))
    return Difference(key, *(telling(column.kind, old, new) if column.secret else (old, new)))


def telling(kind: Kind, old: str, new: str) -> tuple[str, str]:
    """Two secret values, masked; where they would look alike, the characters that differ are shown and no more."""
    mask = MASKS.get(kind, mask_address)
    shown = (mask(old) if old else "", mask(new) if new else "")
    if shown[0] != shown[1]:
        return shown
    pairs = list(zip_longest(old, new, fillvalue=""))
    return "".join(one if one != other else "*" for one, other in pairs), "".join(other if one != other else "*" for one, other in pairs)


KIND: Final = NationalKind()

declare(
    {
        "national.ended": gettext_noop("本系统的档案已经退出。全国系统也要终止的，选“以本系统为准”"),
        "national.elsewhere": gettext_noop("这个身份证号的档案在本辖区之外。请办理档案转移"),
    }
)
