"""Reading the log: a child's timeline, what was last, what was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from tongxing.children.models import Child
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.forms import queries as forms
from tongxing.forms.shapes import Definition
from tongxing.ground import scope
from tongxing.log.models import Entry, Paper, Participation


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of a timeline is wanted; empty is everything. ``tag`` is a category of work, ``person`` a doer's id."""

    kind: str = ""
    tag: str = ""
    person: UUID | None = None
    since: date | None = None
    until: date | None = None

    def parts(self) -> Q:
        wanted = Q()
        for condition in (
            Q(kind=self.kind) if self.kind else None,
            Q(entry__tags__contains=[self.tag], attempt=False) if self.tag else None,
            Q(entry__doer=self.person) if self.person else None,
            Q(on__gte=self.since) if self.since else None,
            Q(on__lte=self.until) if self.until else None,
        ):
            wanted &= condition or Q()
        return wanted


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry as it concerns one child, with its answers in clear (sensitive ones as far as the key is there)."""

    entry: Entry
    part: Participation
    form: Definition
    answers: Mapping[str, object]


def standing_parts(children: Iterable[UUID]) -> QuerySet[Participation]:
    """The parts of these children in entries that hold: not corrected since, not void, not left out by a correction."""
    followed = Entry.unscoped.filter(corrects=OuterRef("entry_id"))
    return Participation.objects.filter(~Exists(followed), child_id__in=list(children), dropped=False, entry__void=False)


def standing(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Those of these entries that hold."""
    return entries.filter(~Exists(Entry.unscoped.filter(corrects=OuterRef("pk"))), void=False)


def same_child(child_id: UUID) -> list[UUID]:
    """The child's id and those of files that were merged into it."""
    return [child_id, *Child.objects.filter(merged_into=child_id).values_list("pk", flat=True)]


def timeline(child_id: UUID, wanted: Filter | None = None) -> QuerySet[Participation]:
    """The child's parts that hold, the newest first, with their entries. Cut it into pages and read it with ``moments``."""
    rows = standing_parts(same_child(child_id)).filter((wanted or Filter()).parts())
    return rows.select_related("entry").order_by("-on", "-entry_id")


def moments(parts: Sequence[Participation]) -> list[Moment]:
    """The parts with what was said, in three queries however many they are."""
    keys = crypto.open_keys({part.child_id for part in parts})
    return [Moment(part.entry, part, forms.written_with(part.entry.form_version_id), answers(part, keys.get(part.child_id))) for part in parts]


def answers(part: Participation, key: DataKey | None) -> dict[str, object]:
    """What was said of this child: once for all, of itself, and what is sealed."""
    said: dict[str, object] = {**part.entry.answers, **part.answers}
    if part.answers_sealed and key:
        said |= json.loads(key.open(part.binding, part.answers_sealed))
    return said


def last(child_id: UUID, kind: str) -> Moment | None:
    """The newest entry of a kind that holds."""
    part = timeline(child_id, Filter(kind=kind)).first()
    return moments([part])[0] if part else None


def last_of(children: Sequence[UUID], kind: str) -> dict[UUID, Moment]:
    """The same for several children, each its own."""
    parts = standing_parts(children).filter(kind=kind).order_by("child_id", "-on", "-entry_id").distinct("child_id").select_related("entry")
    return {moment.part.child_id: moment for moment in moments(list(parts))}


def taking_part(entry: Entry) -> QuerySet[Participation]:
    """The parts of those who are not left out, as far as they are to be seen here: a joint activity shows nobody another village's child."""
    return Participation.objects.filter(entry=entry, dropped=False)


def parts_of(entry: Entry) -> list[Participation]:
    """The same, with their entry, in a fixed order."""
    return list(taking_part(entry).select_related("entry").order_by("child_id"))


def out_of_sight(entry: Entry) -> int:
    """How many children took part that are not to be seen here."""
    seen = taking_part(entry).count()
    with scope.whole_country(why="a number, so that whoever changes a joint entry knows that it is not theirs alone"):
        return taking_part(entry).count() - seen


def following(entry: Entry) -> Entry | None:
    """What took the place of an entry, or took it out: also where no child of the scope is left in it, see ``in_sight``."""
    return Entry.unscoped.filter(corrects=entry).first()


def in_sight(entry: Entry) -> bool:
    """Whether it is for the active scope to read: a correction that left all its children out is not."""
    return Entry.objects.filter(pk=entry.pk).exists()


def chain(entry: Entry) -> list[Entry]:
    """An entry and those that it took the place of, the first one first, as far as they are to be seen."""
    found = [entry]
    while found[0].corrects_id and (before := Entry.objects.filter(pk=found[0].corrects_id).first()):
        found.insert(0, before)
    return found


def mastered(child_id: UUID) -> dict[str, date]:
    """By section: the last day on which it was answered for the child (四掌握)."""
    found: dict[str, date] = {}
    for sections, on in standing_parts(same_child(child_id)).filter(attempt=False).values_list("sections").annotate(Max("on")):
        for section in sections:
            found[section] = max(on, found.get(section, on))
    return found


def balance(child_id: UUID, since: date | None = None) -> dict[str, int]:
    """How often each category of work was done for the child."""
    rows = standing_parts(same_child(child_id)).filter(attempt=False, **({"on__gte": since} if since else {}))
    found: dict[str, int] = {}
    for tags, count in rows.values_list("entry__tags").annotate(Count("pk")):
        for tag in tags:
            found[tag] = found.get(tag, 0) + count
    return found


def doers(child_id: UUID) -> list[tuple[UUID, str]]:
    """Who has done something for the child, by name."""
    found = standing_parts(same_child(child_id)).exclude(entry__doer=None).values_list("entry__doer", "entry__doer_name").distinct()
    return sorted(((person, name) for person, name in found if person), key=lambda each: each[1])


def kinds(child_id: UUID) -> list[str]:
    """Which kinds of entries the child has."""
    return sorted(set(standing_parts(same_child(child_id)).values_list("kind", flat=True)))


def readable(papers: Iterable[Paper]) -> list[Paper]:
    """Those whose key is there: what was erased is not offered any more."""
    held = list(papers)
    keys = crypto.open_keys({paper.key_owner for paper in held}) if held else {}
    return [paper for paper in held if paper.key_owner in keys]


def papers_of(entries: Iterable[Entry]) -> dict[UUID, list[Paper]]:
    """The files of several entries, those of the entries that they correct first, as far as these are to be seen."""
    chains: dict[UUID, list[UUID]] = {}
    before: dict[UUID, UUID] = {}
    for entry in entries:
        chains[entry.id] = [entry.id]
        if entry.corrects_id:
            before[entry.id] = entry.corrects_id
    while before:
        corrected = dict(Entry.objects.filter(pk__in=before.values()).values_list("pk", "corrects_id"))
        for entry_id, old in before.items():
            if old in corrected:
                chains[entry_id].insert(0, old)
        before = {entry_id: older for entry_id, old in before.items() if (older := corrected.get(old))}
    held: dict[UUID, list[Paper]] = {}
    for paper in readable(Paper.objects.filter(entry_id__in=[each for chain in chains.values() for each in chain]).order_by("id")):
        held.setdefault(paper.entry_id, []).append(paper)
    return {entry_id: found for entry_id, chain in chains.items() if (found := [paper for each in chain for paper in held.get(each, ())])}


def all_papers(entry: Entry) -> list[Paper]:
    """The files of an entry and of those that it corrects."""
    return papers_of([entry]).get(entry.id, [])


def alike(entry: Entry) -> QuerySet[Entry]:
    """Other entries that may tell of the same: the same kind and day, a child in common or the same subject."""
    children = list(Participation.objects.filter(entry=entry, dropped=False).values_list("child_id", flat=True))
    found = set(Participation.objects.filter(child_id__in=children, kind=entry.kind, on=entry.on, dropped=False).values_list("entry_id", flat=True))
    if entry.child_id is None:
        found |= set(Entry.objects.filter(subject_id=entry.subject_id, kind=entry.kind, on=entry.on, child_id=None).values_list("pk", flat=True))
    return standing(Entry.objects.filter(pk__in=found - {entry.pk})).order_by("at")


def done_by(person_id: UUID, since: date, until: date) -> QuerySet[Entry]:
    """What a person did in a stretch of days, in order (主任工作记录)."""
    return standing(Entry.objects.filter(doer=person_id, on__range=(since, until))).order_by("on", "began", "id")


def measured(child_id: UUID, field: str, kinds_with: Iterable[str] = ("health_check",)) -> list[tuple[date, float]]:
    """A number over time (身高、体重), oldest first; of several on one day the one entered last."""
    rows = standing_parts(same_child(child_id)).filter(kind__in=list(kinds_with), answers__has_key=field).order_by("on", "entry_id")
    return sorted({on: float(said[field]) for on, said in rows.values_list("on", "answers")}.items())
