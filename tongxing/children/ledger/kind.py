"""The kind of list that `imports` calls: check, compare, apply, each for many rows at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.children import actions, checks, traces
from tongxing.children.errors import CannotDo
from tongxing.children.finding.readings import plain
from tongxing.children.ledger import differences, matching, meaning, memory, undoing
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.ledger.families import share
from tongxing.children.ledger.meaning import Meaning
from tongxing.children.ledger.villages import Gazetteer
from tongxing.children.new import NewChild
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.crypto.masking import mask_address, mask_id_number, mask_phone
from tongxing.ground.ids import uuid7
from tongxing.ledgers.catalogue import Kind
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Accepted, Compared, Context, Difference, Outcome, TakenBack, Verdict, Written
from tongxing.ledgers.problems import Problem, Wrong, declare
from tongxing.ledgers.reading import Row
from tongxing.ledgers.writing import shown_as

# Part of a new file that a check complains of → the column in which the ledger says it.
_COLUMNS: Final[Mapping[str, str]] = {
    "place": "residence",
    "residence.address": "residence_address",
    "residence.living_with": "living_with",
    "schooling.stage": "school_stage",
    "schooling.school_name": "school",
    "schooling.grade": "grade_class",
    "schooling.class_name": "grade_class",
    "schooling.enrolment": "enrolment",
    "schooling.boarding": "boarding",
    "guardianship.kind": "guardianship",
}
_OF_A_RELATIVE: Final[Mapping[str, str]] = {"since": "since", "where": "place", "kind": "circumstance"}
_RELATIVE = re.compile(r"relatives\.(\d+)\.(?:(absences|circumstances)\.\d+\.)?(\w+)")
_MASKS: Final = {Kind.ID_NUMBER: mask_id_number, Kind.PHONE: mask_phone}


class ChildrenKind:
    """The ledger of children, for posts that may import."""

    catalogue = CATALOGUE
    right = "children.import"
    shown = ("name", "born", "residence")
    whole = False

    def check(self, rows: Sequence[Row], context: Context[Post]) -> None:
        places = memory.places(context)
        memory.next_block(context)
        for row in rows:
            self._check_place(row, places, context)
            said = memory.meaning_of(row.number, row.values, context)
            self._check_whole(row, said, context)
            self._check_repeated(row, said, context)

    def compare(self, rows: Sequence[Row], context: Context[Post], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        """Rows with problems are not looked up: what they mean is not certain."""
        places, chosen = memory.places(context), chosen or {}
        right = [row for row in rows if not row.problems]
        meanings = {row.number: memory.meaning_of(row.number, row.values, context) for row in right}
        known = matching.look_up(list(meanings.values()))
        matches = {number: matching.match(said, known, places, own_source=memory.source(context)) for number, said in meanings.items()}
        meant = {number: chosen.get(number, found.child) for number, found in matches.items()}
        held = files({child for child in meant.values() if child}, NEEDED_BY_RULES)
        return [
            self._compare(row, meanings[row.number], matches[row.number], meant[row.number], held, context, decided=row.number in chosen)
            if row.number in meanings
            else Compared(Verdict.WRONG)
            for row in rows
        ]

    def apply(self, rows: Sequence[Accepted], context: Context[Post]) -> list[Outcome]:
        """Compared once more, under the lock of the caller: what has become the same is left as it is."""
        memory.next_block(context)
        staged = [Row(row.number, dict(row.values), [], ()) for row in rows]
        decided = {row.number: row.subject for row in rows if row.decided}
        outcomes: dict[int, Outcome] = {}
        new: list[Row] = []
        for row, again, wanted in zip(staged, self.compare(staged, context, decided), rows, strict=True):
            if again.verdict is Verdict.SAME:
                outcomes[row.number] = Outcome.SAME
            elif again.verdict is Verdict.NEW and wanted.subject is None:
                new.append(row)
            elif again.verdict is Verdict.CHANGED and again.subject == wanted.subject and again.subject:
                outcomes[row.number] = self._change(again.subject, row, context)
            else:
                outcomes[row.number] = Outcome.LEFT
        outcomes |= self._register(new, context)
        return [outcomes[row.number] for row in rows]

    def finish(self, rows: Iterable[Accepted], context: Context[Post]) -> None:
        """Nothing is kept of the list as a whole."""

    def undo(self, rows: Sequence[Written], why: str, context: Context[Post]) -> list[TakenBack]:
        return undoing.undo(rows, why, context)

    def subject_url(self, subject: UUID) -> str:
        try:
            return reverse("children:file", args=[subject])
        except NoReverseMatch:
            return ""

    def _check_place(self, row: Row, places: Gazetteer, context: Context[Post]) -> None:
        township = row.values.get("township")
        if township and not places.township(str(township)):
            row.problems.append(context.problem(row, "township", "children.unknown_township", given=str(township)[:40]))
        elif village := row.values.get("residence"):
            found = places.village(str(village), str(township or ""))
            if isinstance(found, Wrong):
                row.problems.append(context.problem(row, "residence", found.code, **found.params))

    def _check_whole(self, row: Row, said: Meaning, context: Context[Post]) -> None:
        """What a form would say of the same values, and what contradicts itself within the row."""
        told = {problem.column for problem in row.problems}
        if said.born is None and not told & {"born", "id_number"}:
            row.problems.append(context.problem(row, "born", "children.no_birth_date"))
            told.add("born")
        if said.place is not None:
            for key, sentence in checks.new_child(said.new_child()).items():
                if (column := self._column(key, list(said.relatives))) and column not in told:
                    row.problems.append(context.problem(row, column, "children.said", said=sentence))
        away = [group for group in meaning.PARENTS if row.values.get(f"{group}_place") or row.values.get(f"{group}_since")]
        if row.values.get("both_away") is False and len(away) == len(meaning.PARENTS):
            row.problems.append(context.problem(row, "both_away", "children.both_are_away"))
        if said.schooling is None and (column := next((key for key in ("school", "grade_class", "enrolment", "boarding") if row.values.get(key)), "")):
            row.notes.append(context.problem(row, column, "children.no_stage"))
        if not said.consent_by and (column := next((key for key in meaning.OPTIONAL if row.values.get(key)), "")):
            row.notes.append(context.problem(row, column, "children.no_consent"))

    @staticmethod
    def _column(key: str, groups: Sequence[str]) -> str:
        if match := _RELATIVE.fullmatch(key):
            group, part, name = groups[int(match[1])], match[2], match[3]
            column = f"{group}_{_OF_A_RELATIVE.get(name, name)}"
            if part == "circumstances" and name == "since":
                column = f"{group}_circumstance_since"
            return column if column in CATALOGUE.by_key else f"{group}_name"
        column = _COLUMNS.get(key, key)
        return column if column in CATALOGUE.by_key else ""

    @staticmethod
    def _check_repeated(row: Row, said: Meaning, context: Context[Post]) -> None:
        """The same child twice in one list: the first stands."""
        who = said.number or (plain(said.name), said.born, said.place)
        first = context.memory.setdefault("children", {}).setdefault(who, row.number)
        if first != row.number and said.born is not None:
            row.problems.append(context.problem(row, "id_number" if said.number else "name", "row_duplicate", other=str(first)))

    def _compare(self, row: Row, said: Meaning, found: matching.Match, child: UUID | None, held: Mapping[UUID, object], context: Context[Post], *, decided: bool) -> Compared:
        if found.taken or found.ended:
            return Compared(Verdict.WRONG, problems=(context.problem(row, "id_number", "children.ended" if found.ended else "children.taken"),))
        if child is None:
            if found.candidates and not decided:
                return Compared(Verdict.PROBABLE, candidates=found.candidates)
            if found.named_otherwise:
                return Compared(Verdict.WRONG, problems=(context.problem(row, "id_number", "children.other_child"),))
            return Compared(Verdict.NEW, candidates=found.candidates)
        file = held.get(child)
        if file is None:
            return Compared(Verdict.WRONG, problems=(context.problem(row, "id_number", "children.taken"),))
        changes = differences.compare(said, file, memory.places(context), context.today)  # type: ignore[arg-type]
        notes = tuple(Problem(row.number, column, context.cell(row, column), code, params) for column, code, params in changes.notes)
        shown = tuple(self._difference(change, context) for change in changes.found)
        return Compared(Verdict.CHANGED if shown else Verdict.SAME, child, shown, found.candidates, notes=notes)

    def _difference(self, change: differences.Change, context: Context[Post]) -> Difference:
        column = CATALOGUE.by_key[change.column]
        words = shown_as(column)

        def text(value: Value | None) -> str:
            if value is None or value == "":
                return ""
            if isinstance(value, int) and not isinstance(value, bool):
                return memory.places(context).name(value)
            return _MASKS.get(column.kind, mask_address)(words(value)) if column.secret else words(value)

        return Difference(change.column, text(change.old), text(change.new))

    def _change(self, child: UUID, row: Row, context: Context[Post]) -> Outcome:
        places = memory.places(context)
        said = memory.schools(context).linked(memory.meaning_of(row.number, row.values, context))
        try:
            with transaction.atomic(), traces.traced() as trace:
                file = files([child], NEEDED_BY_RULES)[child]
                differences.apply(differences.compare(said, file, places, context.today), by=context.by)
        except (CannotDo, IntegrityError, KeyError):
            return Outcome.LEFT
        context.wrote(row.number, child, undoing.changed(trace))
        return Outcome.IMPORTED

    def _register(self, rows: Sequence[Row], context: Context[Post]) -> dict[int, Outcome]:
        """New files with a handful of statements; one by one only where one of them cannot be written."""
        if not rows:
            return {}
        meanings = [memory.schools(context).linked(memory.meaning_of(row.number, row.values, context)) for row in rows]
        new = [replace(each, id=uuid7()) for each in share([said.new_child() for said in meanings])]
        approved, source = context.by.may("children.approve"), memory.source(context)
        try:
            with transaction.atomic():
                actions.register_many(new=new, by=context.by, approved=approved, source=source)
        except (CannotDo, IntegrityError):
            return {row.number: self._register_one(row.number, each, context, approved=approved, source=source) for row, each in zip(rows, new, strict=True)}
        for row, each in zip(rows, new, strict=True):
            context.wrote(row.number, each.id, undoing.NEW)
        return dict.fromkeys((row.number for row in rows), Outcome.IMPORTED)

    @staticmethod
    def _register_one(number: int, new: NewChild, context: Context[Post], *, approved: bool, source: str) -> Outcome:
        try:
            with transaction.atomic():
                actions.register(new=new, by=context.by, approved=approved, source=source)
        except (CannotDo, IntegrityError):
            return Outcome.LEFT
        context.wrote(number, new.id, undoing.NEW)
        return Outcome.IMPORTED


KIND: Final = ChildrenKind()

declare(
    {
        "children.said": gettext_noop("%(said)s"),
        "children.unknown_village": gettext_noop("辖区内没有“%(given)s”。请写村（社区）的全名或十二位代码"),
        "children.nearest_village": gettext_noop("辖区内没有“%(given)s”，是不是“%(nearest)s”？"),
        "children.several_villages": gettext_noop("辖区内有 %(count)s 个“%(given)s”，请在乡镇一列写明是哪个乡镇的"),
        "children.only_a_township": gettext_noop("“%(given)s”是乡镇，请写到村（社区）"),
        "children.other_township": gettext_noop("“%(township)s”没有“%(given)s”"),
        "children.unknown_township": gettext_noop("辖区内没有乡镇“%(given)s”"),
        "children.no_birth_date": gettext_noop("没有身份证号时必须填写出生日期"),
        "children.both_are_away": gettext_noop("写了“否”，但父母两人都填了务工地点或外出时间"),
        "children.no_stage": gettext_noop("没有就学情况，这一格不导入"),
        "children.no_consent": gettext_noop("没有登记监护人对选填内容的同意，这一格不导入"),
        "children.taken": gettext_noop("这个身份证号已有档案，不在您的辖区。请联系县民政局办理转移"),
        "children.other_child": gettext_noop("这个身份证号已登记在另一名儿童名下。请对照证件核对"),
        "children.ended": gettext_noop("这个身份证号的档案已经退出。请查找该档案，办理重新进入"),
        "children.other_village": gettext_noop("档案在%(held)s。迁移请在档案里办理转移，这一格不改"),
        "children.other_since": gettext_noop("登记的是 %(held)s，这一格不改。需要更正请在档案里办理"),
        "children.other_absence": gettext_noop("登记的是 %(held)s，时间不早于这里，这一格不改"),
    }
)
