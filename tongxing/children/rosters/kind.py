"""The kind of list that `imports` calls for class rosters: who is on the register gets today's school and class, who should be gets a draft, the others are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.children import actions, checks, codes, traces
from tongxing.children.errors import CannotDo
from tongxing.children.ledger import classes, differences, matching, memory, undoing
from tongxing.children.ledger.meaning import OTHER_RELATION, Meaning
from tongxing.children.models import Roster
from tongxing.children.new import NewChild, NewRelative, NewResidence, NewSchooling
from tongxing.children.queries.files import NEEDED_BY_RULES, files
from tongxing.children.rosters.catalogue import CATALOGUE
from tongxing.children.rosters.handing_in import ClassKey, hand_in
from tongxing.ground.codes import Table
from tongxing.ground.ids import uuid7
from tongxing.ledgers import id_numbers
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Accepted, Compared, Context, Difference, Outcome, TakenBack, Verdict, Written
from tongxing.ledgers.problems import Problem, Wrong, declare
from tongxing.ledgers.reading import Row
from tongxing.units.codes import STAGE
from tongxing.units.rules import term

# Where the register's words for a change stand in a roster.
_COLUMNS: Final[Mapping[str, str]] = {"school_stage": "stage", "grade_class": "class_name"}
_DRAFT: Final[Mapping[str, str]] = {"place": "village", "schooling.school_name": "school", "schooling.grade": "class_name", "schooling.class_name": "class_name"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says: a pupil of a class. ``school`` None: no school of the scope is called so."""

    meaning: Meaning
    school: UUID | None
    wanted: bool  # left behind or in difficulty, as the school sees it


class RosterKind:
    """Rosters of classes, for posts that may import."""

    catalogue = CATALOGUE
    right = "children.import"
    shown = ("name", "class_name", "born")
    whole = True

    def check(self, rows: Sequence[Row], context: Context[Post]) -> None:
        places, first = memory.places(context), context.memory.setdefault("pupils", {})
        for row in rows:
            said = _read(row.values, context)
            told = {problem.column for problem in row.problems}
            if said.school is None and "school" not in told:
                row.problems.append(context.problem(row, "school", "roster.unknown_school", given=str(row.values.get("school", ""))[:40]))
            schooling = said.meaning.schooling
            if (schooling is None or schooling.grade is None or schooling.stage not in STAGE) and "class_name" not in told:
                row.problems.append(context.problem(row, "class_name", "roster.unknown_class", given=str(row.values.get("class_name", ""))[:40]))
            if said.meaning.born is None and not told & {"born", "id_number"}:
                row.problems.append(context.problem(row, "born", "children.no_birth_date"))
            if (village := row.values.get("village")) and isinstance(found := places.village(str(village), str(row.values.get("township", ""))), Wrong) and said.wanted:
                row.problems.append(context.problem(row, "village", found.code, **found.params))
            who = said.meaning.number or (said.meaning.name, said.meaning.born, said.school)
            if first.setdefault(who, row.number) != row.number and said.meaning.born is not None:
                row.problems.append(context.problem(row, "id_number" if said.meaning.number else "name", "row_duplicate", other=str(first[who])))

    def compare(self, rows: Sequence[Row], context: Context[Post], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        chosen = chosen or {}
        said = {row.number: _read(row.values, context) for row in rows if not row.problems}
        known = matching.look_up([each.meaning for each in said.values()])
        found = {number: matching.match(each.meaning, known, memory.places(context), own_source=memory.source(context)) for number, each in said.items()}
        meant = {number: chosen.get(number, match.child) for number, match in found.items()}
        held = files({child for child in meant.values() if child}, NEEDED_BY_RULES)
        return [
            self._compare(row, said[row.number], found[row.number], meant[row.number], held, context, decided=row.number in chosen)
            if row.number in said
            else Compared(Verdict.WRONG)
            for row in rows
        ]

    def _compare(self, row: Row, said: Said, found: matching.Match, child: UUID | None, held: Mapping[UUID, object], context: Context[Post], *, decided: bool) -> Compared:
        if child is not None and child in held:
            changes = differences.compare(_schooling_alone(said.meaning), held[child], memory.places(context), context.today)  # type: ignore[arg-type]
            shown = tuple(self._difference(change) for change in changes.found)
            return Compared(Verdict.CHANGED if shown else Verdict.SAME, child, shown, found.candidates)
        if found.taken or found.ended:
            note = context.problem(row, "id_number", "roster.elsewhere" if found.taken else "roster.ended")
            return Compared(Verdict.SAME, notes=(note,))
        if found.candidates and not decided:
            return Compared(Verdict.PROBABLE, candidates=found.candidates)
        if not said.wanted:
            return Compared(Verdict.SAME, candidates=found.candidates, notes=(context.problem(row, "name", "roster.counted"),))
        problem = self._undraftable(row, said, found, context)
        return Compared(Verdict.WRONG, problems=(problem,)) if problem else Compared(Verdict.NEW, candidates=found.candidates)

    @staticmethod
    def _undraftable(row: Row, said: Said, found: matching.Match, context: Context[Post]) -> Problem | None:
        """Why no draft can be opened for a pupil who needs one."""
        if found.named_otherwise:
            return context.problem(row, "id_number", "children.other_child")
        if said.meaning.place is None:
            return context.problem(row, "village", "roster.no_village")
        if not (errors := checks.new_child(_draft(said))):
            return None
        key, sentence = next(iter(errors.items()))
        return context.problem(row, _DRAFT.get(key, key if key in CATALOGUE.by_key else "name"), "children.said", said=sentence)

    @staticmethod
    def _difference(change: differences.Change) -> Difference:
        column = _COLUMNS.get(change.column, change.column)
        tables: dict[str, Table[Any]] = {"stage": codes.SCHOOL_STAGE, "boarding": codes.BOARDING, "enrolment": codes.ENROLMENT}
        table = tables.get(column)
        old, new = (str(value or "") if table is None else table.text(str(value or "")) for value in (change.old, change.new))
        return Difference(column if column in CATALOGUE.by_key else "class_name", old, new)

    def apply(self, rows: Sequence[Accepted], context: Context[Post]) -> list[Outcome]:
        """Compared once more: what has become the same is left as it is."""
        staged = [Row(row.number, dict(row.values), [], ()) for row in rows]
        decided = {row.number: row.subject for row in rows if row.decided}
        outcomes: list[Outcome] = []
        for row, again, wanted in zip(staged, self.compare(staged, context, decided), rows, strict=True):
            if again.verdict is Verdict.SAME:
                outcomes.append(Outcome.SAME)
            elif again.verdict is Verdict.NEW and wanted.subject is None:
                outcomes.append(self._open(row, context))
            elif again.verdict is Verdict.CHANGED and again.subject == wanted.subject and again.subject:
                outcomes.append(self._change(again.subject, row, context))
            else:
                outcomes.append(Outcome.LEFT)
        return outcomes

    @staticmethod
    def _open(row: Row, context: Context[Post]) -> Outcome:
        """A draft, for the village to complete: the school knows the child, not the family."""
        try:
            with transaction.atomic():
                child = actions.register(new=_draft(_read(row.values, context)), by=context.by, source=memory.source(context))
        except (CannotDo, IntegrityError):
            return Outcome.LEFT
        context.wrote(row.number, child.id, undoing.NEW)
        return Outcome.IMPORTED

    @staticmethod
    def _change(child: UUID, row: Row, context: Context[Post]) -> Outcome:
        said = _schooling_alone(_read(row.values, context).meaning)
        try:
            with transaction.atomic(), traces.traced() as trace:
                file = files([child], NEEDED_BY_RULES)[child]
                differences.apply(differences.compare(said, file, memory.places(context), context.today), by=context.by)
        except (CannotDo, IntegrityError, KeyError):
            return Outcome.LEFT
        context.wrote(row.number, child, undoing.changed(trace))
        return Outcome.IMPORTED

    def finish(self, rows: Iterable[Accepted], context: Context[Post]) -> None:
        """The rosters of the classes, as numbers: every row that was right counts, on the register or not."""
        counted: dict[ClassKey, list[Accepted]] = defaultdict(list)
        for row in rows:
            said = _read(row.values, context)
            if said.school and said.meaning.schooling:
                schooling = said.meaning.schooling
                counted[ClassKey(said.school, schooling.stage, schooling.grade or 0, schooling.class_name or str(row.values["class_name"]))].append(row)
        hand_in(counted, term=term(context.today), run=context.run, by=context.by)

    def undo(self, rows: Sequence[Written], why: str, context: Context[Post]) -> list[TakenBack]:
        """The files go back to what they were, and the rosters count no more."""
        Roster.objects.filter(run=context.run).delete()
        return [replace(each, problems=tuple(map(_here, each.problems))) for each in undoing.undo(rows, why, context)]

    def subject_url(self, subject: UUID) -> str:
        return reverse("children:file", args=[subject])


def _here(problem: Problem) -> Problem:
    """A problem of the ledger's column, said at the roster's."""
    column = _COLUMNS.get(problem.column, problem.column)
    return replace(problem, column=column if column in CATALOGUE.by_key else "")


def _read(values: Mapping[str, Value], context: Context[Post]) -> Said:
    places = memory.places(context)
    village = places.village(str(values["village"]), str(values.get("township", ""))) if "village" in values else None
    number = str(values.get("id_number", ""))
    fields: dict[str, object] = {key: values[key] for key in ("name", "sex", "born", "id_number") if key in values}
    if number:
        fields = {"born": id_numbers.birth_date(number), "sex": id_numbers.sex(number), "registration": "registered"} | fields
    said = Meaning(
        place=village if isinstance(village, int) else None,
        fields=fields,
        relatives=_guardian(values),
        schooling=_schooling(values),
        guardianship=None,
        residence=NewResidence(),
    )
    said = memory.schools(context).linked(said)
    school = said.schooling.school_id if said.schooling else memory.schools(context).find(str(values.get("school", "")))
    return Said(said, school, wanted=values.get("left_behind") is True or values.get("difficulty") is True)


def _schooling(values: Mapping[str, Value]) -> NewSchooling | None:
    grade, name, stage = (str(values.get(key, "")) for key in ("grade", "class_name", "stage"))
    school = str(values.get("school", ""))
    stage = stage or classes.stage_of_school(school)
    said = classes.read(name, stage)
    if said.grade is None and grade:
        said = classes.read(grade + (name if name.endswith("班") else f"{name}班"), stage)
    if not (said.stage or stage):
        return None
    return NewSchooling(stage=said.stage or stage, school_name=school, grade=said.grade, class_name=said.name, boarding=str(values.get("boarding", "")))


def _guardian(values: Mapping[str, Value]) -> dict[str, NewRelative]:
    if "guardian" not in values:
        return {}
    return {"guardian": NewRelative(relation=OTHER_RELATION, name=str(values["guardian"]), phone=str(values.get("phone", "")), primary=True)}


def _schooling_alone(meaning: Meaning) -> Meaning:
    """A school speaks for school and class; the family is the village's to say."""
    return Meaning(place=None, fields={}, relatives={}, schooling=meaning.schooling, guardianship=None, residence=NewResidence())


def _draft(said: Said) -> NewChild:
    made = said.meaning.new_child()
    return NewChild(id=uuid7(), place=made.place, fields=made.fields, relatives=made.relatives, schooling=made.schooling, residence=made.residence)


KIND: Final = RosterKind()

declare(
    {
        "roster.unknown_school": gettext_noop("辖区内没有“%(given)s”，或者不止一所。请写学校的全名，或者先在“学校和单位”里登记"),
        "roster.unknown_class": gettext_noop("“%(given)s”看不出是哪个年级。请写成“三年级2班”，或者填写年级和学段"),
        "roster.counted": gettext_noop("不在册，也不是留守或困境儿童：只计入班级人数，不建档"),
        "roster.elsewhere": gettext_noop("档案在别处，不归本辖区管理：只计入班级人数"),
        "roster.ended": gettext_noop("档案已经退出：只计入班级人数"),
        "roster.no_village": gettext_noop("学校摸底是留守或困境儿童，还没有档案。请填写家庭所在村（社区），建成草稿由村里核实"),
    }
)
