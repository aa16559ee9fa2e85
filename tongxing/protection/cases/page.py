"""One case as a page: what is next, who, until when; then everything that is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.circles.roles import known_name
from tongxing.crypto.masking import mask_name
from tongxing.duties.models import Duty
from tongxing.files import enclosures
from tongxing.files.models import Enclosure
from tongxing.ground.today import today
from tongxing.places import queries as places
from tongxing.protection import branches, chain, codes, sealing
from tongxing.protection.actions import judging, tasks
from tongxing.protection.cases import acts, judged, seeing, timing, words
from tongxing.protection.cases.acts import Act
from tongxing.protection.cases.seeing import Look
from tongxing.protection.models import Case, Involved, Line, Placement, Report, Task
from tongxing.units.codes import DEPARTMENT

SHOWN_LINES = 15
SAME = 60  # seconds


@dataclass(frozen=True, slots=True)
class Told:
    """A report with its words open."""

    row: Report
    words: Mapping[str, str]
    channel: str
    situation: str
    who: str  # empty where the reader need not know
    late: bool
    files: list[Enclosure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    """A task as a line."""

    row: Task
    name: str
    hint: str
    owner: str
    role: str
    left: tuple[str, str] | None
    result: str
    done_by: str
    acts: list[Act]
    mine: bool
    needs: str
    kept: bool  # the promise was kept by an entry: the task can be ticked


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history."""

    at: datetime
    on_at: datetime | None
    text: str
    more: str
    words: Mapping[str, str]
    who: str
    tone: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement with its words."""

    row: Placement
    kind: str
    child: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """A child of the case: a link where its file may be opened."""

    child: Child
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Next:
    """What is to happen now."""

    what: str
    who: str
    left: tuple[str, str] | None
    due: datetime | None
    paused_why: str
    overdue: bool
    primary: Act | None


@dataclass(frozen=True, slots=True)
class Page:
    """What the template shows. What the reader does not see is not in it."""

    look: Look
    state: tuple[str, str]
    colour: tuple[str, str] | None
    situation: str
    kind: str
    place: str
    next: Next | None
    acts: list[Act]
    more: list[Act]
    children: list[About]
    reports: list[Told]
    jobs: list[Job]
    measures: list[Job]
    people: list[tuple[Involved, str, str]]
    stays: list[Stay]
    history: list[Event]
    history_more: bool
    files: list[Enclosure]
    judging: Any
    branch: str
    told: list[chain.Walk]
    persuasions: list[tuple[Line, Mapping[str, str]]]
    follows: Case | None
    followed_by: list[Case]

    @property
    def open_jobs(self) -> list[Job]:
        return [job for job in self.jobs if job.row.done_at is None]

    @property
    def done_jobs(self) -> list[Job]:
        return [job for job in self.jobs if job.row.done_at is not None]

    @property
    def open_measures(self) -> list[Job]:
        return [job for job in self.measures if job.row.done_at is None]

    @property
    def done_measures(self) -> list[Job]:
        return [job for job in self.measures if job.row.done_at is not None]


def build(look: Look, at: datetime, *, everything: bool = False) -> Page:
    case = look.case
    key = sealing.key(case.pk)
    posts = _Posts()
    rows = list(Task.objects.filter(case=case).select_related("owner__person", "owner__place").order_by("order", "made_at"))
    shown = rows if look.whole else [row for row in rows if look.owns(row)]
    kept_duties = set(Duty.objects.filter(pk__in=[row.duty_id for row in shown if row.duty_id], done__gte=F("need")).values_list("pk", flat=True))
    jobs = [_job(look, row, key, at, posts, kept=row.duty_id in kept_duties) for row in shown]
    reports = list(seeing.reports(look.post).filter(case=case).select_related("post__person", "post__place").order_by("at"))
    lines = list(Line.objects.filter(case=case).order_by("-at", "-id")[: None if everything else SHOWN_LINES + 1]) if look.whole else []
    found = acts.of(look, at)
    stays = list(Placement.objects.filter(case=case).order_by("-since")) if look.whole else []
    kept = list(enclosures.of(case.pk))
    numbers = {row.number for row in reports}
    children = _children(look)
    names = {each.child.pk: each.name for each in children}
    return Page(
        look=look,
        state=words.state(case),
        colour=words.colour(case.colour) if look.whole else None,
        situation=words.situation(case.situation),
        kind=codes.KIND.text(case.kind),
        place=places.full_names({case.place}).get(case.place, ""),
        next=_next(look, at, rows, found),
        acts=[act for act in found if act.group == "act" and not act.primary],
        more=[act for act in found if act.group == "more"],
        children=children,
        reports=[_told(look, row, key, kept) for row in reports],
        jobs=[job for job in jobs if job.row.kind != Task.Kind.MEASURE],
        measures=[job for job in jobs if job.row.kind == Task.Kind.MEASURE],
        people=_people(look, at),
        stays=[Stay(row, codes.PLACEMENT.text(row.kind), names.get(row.child_id, "") if row.child_id else "", sealing.opened(key, row, row.sealed)) for row in stays],
        history=_history(lines if everything else lines[:SHOWN_LINES], key, posts, rows),
        history_more=not everything and len(lines) > SHOWN_LINES,
        files=[each for each in kept if look.whole and not any(each.title.startswith(number) for number in numbers)],
        judging=_judging(look),
        branch=_(branches.branch(case.branch).label) if case.branch in branches.branches() else "",
        persuasions=[(line, sealing.opened(key, line, line.words_sealed)) for line in _persuasions(look)],
        told=chain.of(case, opened=look.whole),
        follows=Case.objects.filter(pk=case.follows_id).first() if case.follows_id else None,
        followed_by=list(Case.objects.filter(follows=case).order_by("opened_at")),
    )


def _persuasions(look: Look) -> list[Line]:
    """What was done to bring a pupil back, and the lessons of a young offender, the first first."""
    if not look.whole or look.case.kind not in ("dropout", "judicial"):
        return []
    return list(Line.objects.filter(case=look.case, verb__in=["persuaded", "reported_in_writing", "legal_measure", "education"]).order_by("at", "id"))


class _Posts:
    """Names of posts by id, read when asked for."""

    def __init__(self) -> None:
        self.known: dict[UUID, str] = {}

    def name(self, post_id: UUID | None) -> str:
        if post_id is None:
            return ""
        if post_id not in self.known:
            self.read([post_id])
        return self.known.get(post_id, "")

    def read(self, ids: Sequence[UUID]) -> None:
        for post in Post.objects.filter(pk__in=[each for each in ids if each not in self.known]).select_related("person", "place"):
            self.known[post.pk] = words.post(post)


def _children(look: Look) -> list[About]:
    active_names = sees_names(look.post)
    own = set(Child.objects.filter(case_of(look)).values_list("pk", flat=True))
    return [
        About(child, child.name if active_names else mask_name(child.name), reverse("children:file", args=[child.pk]) + "?tab=cases" if child.pk in own else "")
        for child in seeing.children_of([look.case.pk]).get(look.case.pk, [])
    ]


def case_of(look: Look) -> Q:
    return Q(pk__in=look.case.children.values("child_id"))


def _told(look: Look, row: Report, key: Any, kept: Sequence[Enclosure]) -> Told:
    said = sealing.opened(key, row, row.sealed)
    who = ""
    if look.sees_reporter:
        who = _("匿名") if row.anonymous else words.post(row.post) or "　".join(filter(None, (said.get("reporter", ""), said.get("relation", ""), said.get("phone", ""))))
    late = (row.at - row.told_at).total_seconds() > 600
    return Told(row, said, codes.CHANNEL.text(row.channel), words.situation(row.situation), who, late, [each for each in kept if each.title.startswith(row.number)])


def _job(look: Look, row: Task, key: Any, at: datetime, posts: _Posts, *, kept: bool = False) -> Job:
    hint = ""
    if row.branch in branches.branches():
        try:
            step = branches.branch(row.branch)[row.step]
            hint = "　".join(_(each) for each in (step.note, step.hint) if each)
        except KeyError:
            hint = ""
    mine = look.owns(row)
    left = words.left(row.due_at, at) if row.due_at and row.done_at is None and not look.case.ended else None
    result = sealing.opened(key, row, row.result_sealed).get("words", "") if look.whole or mine else ""
    name = _(row.name) if row.kind != Task.Kind.OTHER or row.step == judging.ASSESS else row.name
    return Job(
        row,
        name,
        hint,
        words.post(row.owner),
        role_word(row.role),
        left,
        result,
        posts.name(row.done_by),
        acts.of_task(look, row),
        mine,
        tasks.needs(row),
        kept and row.done_at is None,
    )


def role_word(role: str) -> str:
    """Whose a step usually is."""
    if role in ROLES:
        return str(ROLES[role].name)
    if role == "school":
        return _("学校")
    return DEPARTMENT.text(role) if role in DEPARTMENT else ""


def _people(look: Look, at: datetime) -> list[tuple[Involved, str, str]]:
    """Who is involved; a merely informed post is told nothing of the others."""
    if not look.whole:
        return []
    rows = Involved.objects.on(today()).filter(case=look.case).select_related("post__person", "post__place").order_by("informed", "since", "id")
    found: dict[UUID, tuple[Involved, str, list[str]]] = {}
    for row in rows:
        if row.cause == Involved.Cause.REPORTED and not look.sees_reporter:
            continue
        known = found.setdefault(row.post_id, (row, words.post(row.post), []))
        known[2].append(str(Involved.Cause(row.cause).label))
    return [(row, name, _("、").join(dict.fromkeys(causes))) for row, name, causes in found.values()]


def _history(lines: Sequence[Line], key: Any, posts: _Posts, rows: Sequence[Task]) -> list[Event]:
    people = dict(Person.objects.filter(pk__in={line.person_id for line in lines if line.person_id}).values_list("pk", "name"))
    posts.read([UUID(line.data["post"]) for line in lines if line.data.get("post")] + [line.post_id for line in lines if line.post_id])
    named = {str(row.pk): _(row.name) for row in rows}
    return [
        Event(
            at=line.at,
            on_at=line.on_at if line.on_at and abs((line.at - line.on_at).total_seconds()) > SAME else None,
            text=words.verb(line.verb),
            more=_more(line, posts, named),
            words=sealing.opened(key, line, line.words_sealed),
            who=people.get(line.person_id, "") if line.person_id else _("系统"),
            tone={"late": "red", "task_late": "red", "unheard": "red", "glass": "red", "close": "green", "task_done": "green", "concluded": "green"}.get(line.verb, ""),
        )
        for line in lines
    ]


def _more(line: Line, posts: _Posts, named: Mapping[str, str]) -> str:
    """What the codes of a line say."""
    data, parts = line.data, []
    if "task" in data:
        parts.append(named.get(data["task"], ""))
    if "post" in data:
        parts.append(posts.name(UUID(data["post"])))
    if data.get("outcome") in codes.OUTCOME:
        parts.append(codes.OUTCOME.text(data["outcome"]))
    if data.get("branch") in branches.branches():
        parts.append(_(branches.branch(data["branch"]).label))
    if line.verb in ("placed", "placement_ended") and data.get("kind") in codes.PLACEMENT:
        parts.append(codes.PLACEMENT.text(data["kind"]))
    if data.get("role"):
        parts.append(chain_role(data["role"]))
    if data.get("report"):
        parts.append(data["report"])
    if line.verb in ("handed_over", "child_moved"):
        named_places = places.short_names({data["to"]})
        parts.append(named_places.get(data["to"], ""))
    return " · ".join(part for part in parts if part)


def chain_role(role: str) -> str:
    """A role of a chain in words."""
    if role == "on_call":
        return _("值班人员")
    word = role_word(role)
    return word or known_name(role)


def _judging(look: Look) -> Any:
    return judged.of(look) if look.whole else judged.own(look)


def _next(look: Look, at: datetime, rows: Sequence[Task], found: Sequence[Act]) -> Next | None:
    case = look.case
    primary = next((act for act in found if act.primary), None)
    if case.ended:
        return Next(_("个案已经结束。有新情况可以重新办理。"), "", None, None, "", False, primary) if look.works else None
    if not look.whole:
        mine = sorted((row for row in rows if look.owns(row) and row.done_at is None), key=lambda row: (row.due_at is None, row.due_at or at))
        if not mine:
            return None
        due = mine[0].due_at
        return Next(_(mine[0].name), _("您"), words.left(due, at) if due else None, due, "", bool(due and due <= at), None)
    clock = timing.of(case)
    what = acts.next_words(look, rows)
    who = words.post(case.owner) if case.owner else _("督导员、县民政干部（还没有人受理）")
    left = words.left(clock.due, at) if clock.due and not clock.paused else None
    return Next(what, who, left, None if clock.paused else clock.due, clock.paused_why if clock.paused else "", clock.late(at), primary)
