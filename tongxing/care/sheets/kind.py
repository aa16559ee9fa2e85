"""The kinds of list that `imports` calls: each row becomes an entry as if it had been written on the page, discharging what it fulfils.

An entry of the same kind, day, doer and children that is there already is never written twice; the id follows from what the row says,
so that two people with the same list make one entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from tongxing.accounts.models import Post
from tongxing.care import actions, referring
from tongxing.care.sheets import catalogue as columns
from tongxing.care.sheets.people import Children, Doers, Said, split
from tongxing.children.errors import CannotDo
from tongxing.children.ledger import memory
from tongxing.children.models import Child
from tongxing.forms import queries as forms
from tongxing.forms.cleaning import FormError
from tongxing.forms.shapes import Definition
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Accepted, Compared, Context, Outcome, TakenBack, Verdict, Written
from tongxing.ledgers.problems import Problem, Wrong, declare
from tongxing.ledgers.reading import Row
from tongxing.log import actions as log_actions
from tongxing.log import queries as log
from tongxing.log.models import Entry
from tongxing.log.shapes import Circumstances, Doer, NewEntry, Subject

ROWS: Final = UUID("8b9c1f0a-5f0e-5d5e-9d3a-6a1f2f7a4c11")  # namespace of the entries that lists bring
TRIES: Final = 8  # how often a row was voided and imported again
# A sentence about the frame of an entry → the column that says it.
_FRAME: Final[Mapping[str, str]] = {
    "on": columns.ON,
    "where": columns.WHERE_,
    "seen": columns.SEEN,
    "spoken_to": columns.SPOKEN,
    "children": columns.NAMES,
    "subject": columns.VILLAGE,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says: an entry that could be written, or what is wrong (column, code, parameters)."""

    entry: NewEntry | None
    wrong: tuple[tuple[str, Wrong], ...] = ()
    twin: UUID | None = None  # an entry that says the same already
    known: bool = False  # it came from this very row

    @property
    def doer(self) -> Doer:
        assert self.entry is not None
        doer = self.entry["doer"]
        assert doer is not None
        return doer


class EntriesKind:
    """Entries of one kind of work, for whoever may log them for others."""

    right = "log.import"
    whole = False

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.catalogue = columns.catalogue(definition)
        self.shown = tuple(key for key in (columns.NAMES, columns.ON, columns.DOER, columns.VILLAGE) if key in self.catalogue.by_key)

    def check(self, rows: Sequence[Row], context: Context[Post]) -> None:
        context.memory.pop("told", None)
        told = self._read(rows, context)
        for row in rows:
            if _blank(row):
                row.problems.clear()  # a child of the list for whom nothing was done
            said = told.get(row.number)
            if said is None:
                continue
            row.problems += [context.problem(row, column, wrong.code, **wrong.params) for column, wrong in said.wrong]
            if said.entry is None or row.problems:
                continue
            for refused in dict.fromkeys((each.field, each.sentence) for each in log_actions.refused(**said.entry)):
                column = _FRAME.get(refused[0], f"{columns.QUESTION}{refused[0]}")
                row.problems.append(context.problem(row, column if column in self.catalogue.by_key else "", "entries.said", said=refused[1]))
            first = context.memory.setdefault("lines", {}).setdefault(_id(said.entry, 0), row.number)
            if first != row.number:
                row.problems.append(context.problem(row, columns.ON, "row_duplicate", other=str(first)))

    def compare(self, rows: Sequence[Row], context: Context[Post], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        """New, or there already: whoever did the same with the same children on the same day."""
        told = self._found([row for row in rows if not row.problems], context)
        return [self._compared(row, told.get(row.number), context) for row in rows]

    def apply(self, rows: Sequence[Accepted], context: Context[Post]) -> list[Outcome]:
        context.memory.pop("told", None)
        staged = [Row(row.number, dict(row.values), [], ()) for row in rows]
        told = self._found(staged, context)
        return [self._write(row.number, told[row.number], context) for row in staged]

    def finish(self, rows: Iterable[Accepted], context: Context[Post]) -> None:
        """Nothing is kept of the list as a whole."""

    def undo(self, rows: Sequence[Written], why: str, context: Context[Post]) -> list[TakenBack]:
        """What was written is voided, with the reason; what somebody has corrected since stays."""
        return [self._take_back(row, why, context) for row in rows]

    def subject_url(self, subject: UUID) -> str:
        return reverse("care:entry", args=[subject])

    # Reading

    def _read(self, rows: Sequence[Row], context: Context[Post]) -> dict[int, Told]:
        """What the rows of a block say, looked up together and kept until the next block."""
        kept = context.memory.setdefault("told", {})
        fresh = [row for row in rows if row.number not in kept and self._readable(row)]
        villages = {row.number: self._village(row, context) for row in fresh}
        said = {row.number: self._children_said(row, villages[row.number]) for row in fresh}
        children = Children(each for named in said.values() for each in named)
        found = {row.number: [children.find(each) for each in said[row.number]] for row in fresh}
        ids = list({child.id for row in found.values() for child in row if isinstance(child, Child)})
        doers = Doers({str(row.values.get(columns.DOER) or "") for row in fresh} - {""}, ids, context.by)
        for row in fresh:
            kept[row.number] = self._told(row, villages[row.number], found[row.number], doers, context)
        return {row.number: each for row in rows if isinstance(each := kept.get(row.number), Told)}

    def _readable(self, row: Row) -> bool:
        return isinstance(row.values.get(columns.ON), date) and not (columns.needs_children(self.definition) and not row.values.get(columns.NAMES))

    def _village(self, row: Row, context: Context[Post]) -> int | Wrong | None:
        text = row.values.get(columns.VILLAGE)
        return memory.places(context).village(str(text)) if text else None

    def _children_said(self, row: Row, village: int | Wrong | None) -> list[Said]:
        text = str(row.values.get(columns.NAMES) or "")
        names = split(text) if columns.several(self.definition) else [text.strip()] if text.strip() else []
        place, born = village if isinstance(village, int) else None, row.values.get(columns.BORN)
        alone = len(names) == 1
        number = str(row.values.get(columns.NUMBER) or "") if alone else ""
        return [Said(name, place, born if alone and isinstance(born, date) else None, number) for name in names]

    def _told(self, row: Row, village: int | Wrong | None, found: Sequence[Child | Wrong], doers: Doers, context: Context[Post]) -> Told:
        on = row.values[columns.ON]
        assert isinstance(on, date)
        wrong = [(columns.VILLAGE, village)] if isinstance(village, Wrong) else []
        wrong += [(columns.NUMBER if each.code in ("entries.unknown_number", "entries.other_name") else columns.NAMES, each) for each in found if isinstance(each, Wrong)]
        children = list({child.id: child for child in found if isinstance(child, Child)}.values())
        place = village if isinstance(village, int) else context.by.place_id
        doer = doers.find(str(row.values.get(columns.DOER) or ""), on, {child.scope_place for child in children} or {place}, [child.id for child in children])
        if isinstance(doer, Wrong):
            wrong.append((columns.DOER, doer))
        if wrong or isinstance(doer, Wrong):
            return Told(None, tuple(wrong))
        subject = self._subject(children, place, doers.post(doer))
        if subject is None:
            return Told(None, ((columns.NAMES if columns.takes_children(self.definition) else columns.DOER, Wrong("entries.no_subject")),))
        ids = [child.id for child in children]
        common, own = self._answers(row)
        return Told(
            {
                "form": self.definition,
                "subject": subject,
                "children": ids,
                "told": self._circumstances(row, on, ids),
                "answers": common,
                "own_answers": dict.fromkeys(ids, own),
                "by": context.by,
                "doer": doer,
                "source": memory.source(context),
                "known": referring.among(self.definition, context.by),
            }
        )

    def _subject(self, children: Sequence[Child], place: int, post: Post | None) -> Subject | None:
        about = self.definition.form.about
        if children and "child" in about and (len(children) == 1 or about == ("child",)):
            return Subject("child", children[0].id, children[0].scope_place)
        if "place" in about and (children or not columns.needs_children(self.definition)):
            return Subject.of_place(place)
        return Subject.of_post(post) if "post" in about and post else None

    def _circumstances(self, row: Row, on: date, children: Sequence[UUID]) -> Circumstances:
        form, seen, spoken = self.definition.form, row.values.get(columns.SEEN), row.values.get(columns.SPOKEN)
        return Circumstances(
            on=on,
            where=str(row.values.get(columns.WHERE_) or (form.where[0] if len(form.where) == 1 else "")),
            seen=dict.fromkeys(children, seen) if isinstance(seen, bool) else {},
            spoken_to=spoken if isinstance(spoken, tuple) else (),
        )

    def _answers(self, row: Row) -> tuple[dict[str, object], dict[str, object]]:
        common, own = (
            {each.id: _plain(value) for each in fields if (value := row.values.get(f"{columns.QUESTION}{each.id}")) not in (None, "")}
            for fields in (self.definition.common, self.definition.own)
        )
        return common, own

    # What is there already

    def _found(self, rows: Sequence[Row], context: Context[Post]) -> dict[int, Told]:
        told = self._read(rows, context)
        entries = {number: said.entry for number, said in told.items() if said.entry is not None}
        twins = self._twins(list(entries.values()), memory.source(context))
        found = {}
        for number, said in told.items():
            twin = twins.get(_what(said.entry)) if said.entry else None
            found[number] = replace(said, twin=twin) if twin else said
        return self._told_before(found)

    def _twins(self, entries: Sequence[NewEntry], source: str) -> dict[object, UUID]:
        """Standing entries of this kind by what makes them the same: day, doer and child, or day, doer and subject. Those of this very list are other rows'."""
        days = {entry["told"].on for entry in entries}
        if not days:
            return {}
        subjects = [entry["subject"].id for entry in entries if not entry["children"]]
        found: dict[object, UUID] = {}
        alone = log.standing(Entry.objects.filter(kind=self.definition.id, on__in=days, subject_id__in=subjects)).exclude(source=source)
        for entry in alone:
            found[entry.on, entry.doer, frozenset((entry.subject_id,))] = entry.id
        children = {child for entry in entries for child in entry["children"]}
        taking: dict[UUID, tuple[Entry, set[UUID]]] = {}
        for part in log.standing_parts(children).filter(kind=self.definition.id, on__in=days).exclude(entry__source=source).select_related("entry"):
            taking.setdefault(part.entry_id, (part.entry, set()))[1].add(part.child_id)
        for entry, parts in taking.values():
            for each in (frozenset(parts), *(frozenset((child,)) for child in parts)):
                found.setdefault((entry.on, entry.doer, each), entry.id)
        return found

    def _told_before(self, told: dict[int, Told]) -> dict[int, Told]:
        """An entry that this row made before and that was corrected since is there; one that was voided since may be made again, under the next id."""
        for turn in range(1, TRIES):
            ids = {number: _entry_id(said) for number, said in told.items() if said.entry is not None and said.twin is None}
            there = set(Entry.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
            voided = set(Entry.objects.filter(corrects__in=there, void=True).values_list("corrects", flat=True))
            for number, made in ids.items():
                said = told[number]
                if made in voided and said.entry is not None:
                    said.entry["entry_id"] = _id(said.entry, turn)
                elif made in there:
                    told[number] = replace(said, twin=made, known=True)
            if not voided:
                break
        return told

    @staticmethod
    def _compared(row: Row, said: Told | None, context: Context[Post]) -> Compared:
        if _blank(row):
            return Compared(Verdict.SAME, notes=(context.problem(row, columns.ON, "entries.blank"),))
        if row.problems or said is None or said.entry is None:
            return Compared(Verdict.WRONG)
        place = said.entry["subject"].place
        if said.twin:
            notes = () if said.known else (context.problem(row, columns.ON, "entries.there", who=said.doer.name),)
            return Compared(Verdict.SAME, said.twin, notes=notes, place=place)
        return Compared(Verdict.NEW, place=place)

    # Writing

    @staticmethod
    def _write(number: int, said: Told, context: Context[Post]) -> Outcome:
        if said.entry is None:
            return Outcome.LEFT
        if said.twin:
            return Outcome.SAME
        try:
            with transaction.atomic():
                said.entry["entry_id"] = _entry_id(said)
                entry = actions.log_entry(**said.entry)
        except (FormError, CannotDo, IntegrityError):
            return Outcome.LEFT
        context.wrote(number, entry.id, None)
        return Outcome.IMPORTED

    @staticmethod
    def _take_back(row: Written, why: str, context: Context[Post]) -> TakenBack:
        kept = partial(Problem, row.number, "", "")
        entry = Entry.objects.filter(pk=row.subject).first() if row.subject else None
        if entry is None:
            return TakenBack(Outcome.KEPT, (kept("entries.undo_not_here"),))
        try:
            actions.void_entry(entry=entry, reason=why, by=context.by)
        except CannotDo:
            return TakenBack(Outcome.KEPT, (kept("entries.undo_followed"),))
        return TakenBack(Outcome.UNDONE)


def _blank(row: Row) -> bool:
    """A row that names a child and says nothing else."""
    return row.values.keys() <= columns.WHO and all(problem.code == "row_missing" for problem in row.problems)


def _plain(value: Value) -> object:
    """A cell's value as a form sends it."""
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _what(entry: NewEntry) -> object:
    """Day, doer, and whom it is about."""
    doer = entry["doer"]
    return entry["told"].on, doer.person_id if doer else None, frozenset(entry["children"] or (entry["subject"].id,))


def _entry_id(said: Told) -> UUID:
    assert said.entry is not None
    return said.entry.get("entry_id") or _id(said.entry, 0)


def _id(entry: NewEntry, turn: int) -> UUID:
    """What a row makes has the id of what it says."""
    told, doer = entry["told"], entry["doer"]
    words = [
        entry["form"].id,
        told.on.isoformat(),
        str(doer.person_id or doer.name) if doer else "",
        str(entry["subject"].id),
        sorted(map(str, entry["children"])),
        [told.where, sorted((str(child), seen) for child, seen in told.seen.items()), list(told.spoken_to)],
        entry["answers"],
        next(iter((entry.get("own_answers") or {}).values()), {}),
        turn,
    ]
    return uuid5(ROWS, json.dumps(words, ensure_ascii=False, sort_keys=True, default=str))


KINDS: Final = tuple(EntriesKind(each) for each in forms.definitions().values() if columns.importable(each))

declare(
    {
        "entries.said": gettext_noop("%(said)s"),
        "entries.unknown_child": gettext_noop("您范围内的名册里没有“%(given)s”。请核对姓名和村；还没有建档的先建档"),
        "entries.several_children": gettext_noop("有几名“%(given)s”（%(born)s出生）。请写明村、出生日期或者身份证号"),
        "entries.unknown_number": gettext_noop("您范围内没有这个身份证号的孩子（%(given)s）。请核对"),
        "entries.other_name": gettext_noop("这个身份证号是%(held)s的，这里写的是“%(given)s”。请核对"),
        "entries.unknown_doer": gettext_noop("%(on)s 本县没有叫“%(given)s”的在任人员。请写登记的姓名，或者先登记任职"),
        "entries.several_doers": gettext_noop("%(on)s 本县有几个“%(given)s”，都不负责这个村。请由本人或本村的负责人导入"),
        "entries.no_subject": gettext_noop("不知道这是关于谁的。请写孩子的姓名，或者写清谁做的"),
        "entries.blank": gettext_noop("没有填写，不导入"),
        "entries.there": gettext_noop("%(who)s那天的这项工作已经登记过，不再导入。内容不同的，请在那条记录里更正"),
        "entries.undo_not_here": gettext_noop("记录已经不在您的范围内，不能撤销"),
        "entries.undo_followed": gettext_noop("导入以后有人更正或者作废过，保留现在的内容"),
    }
)
