"""工作任务: what one person still has to do, the most urgent first; each line one click from the form in which it is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Post
from tongxing.care.boards import words
from tongxing.care.boards.periods import last_day
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.crypto.masking import mask_name
from tongxing.duties import queries as duties
from tongxing.duties.models import Duty
from tongxing.duties.queries import Task
from tongxing.ground.today import parse_day
from tongxing.places import queries as places
from tongxing.units.models import SchoolClass, Unit

MOST = 3_000
SIZE = 50
WHENS: dict[duties.Group, tuple[Promise, str]] = {
    duties.Group.OVERDUE: (_("逾期"), "red"),
    duties.Group.TODAY: (_("今天到期"), "amber"),
    duties.Group.WEEK: (_("本周到期"), "amber"),
    duties.Group.COMING: (_("以后到期"), "blue"),
}
GROUPS: dict[str, Promise] = {"when": _("紧急程度"), "place": _("村（社区）"), "duty": _("任务"), "child": _("儿童")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise on the list."""

    id: UUID
    child: UUID | None
    who: str
    url: str
    beside: str
    place: int
    place_name: str
    duty: str
    duty_key: str
    window: str
    when: duties.Group
    tone: str
    due: str
    last: date
    need: int
    done: int
    urged: int
    climbed: str
    forms: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of the list."""

    by: str = "when"
    when: str = ""
    duty: str = ""
    place: str = ""
    child: str = ""
    day: date | None = None
    page: int = 1

    @property
    def address(self) -> dict[str, str]:
        found = {
            "by": self.by if self.by != "when" else "",
            "when": self.when,
            "duty": self.duty,
            "place": self.place,
            "child": self.child,
            "day": self.day.isoformat() if self.day else "",
        }
        return {key: value for key, value in found.items() if value}

    def link(self, **other: str) -> str:
        found = {key: value for key, value in (self.address | other).items() if value}
        return f"?{urlencode(found)}"

    def wants(self, line: Line) -> bool:
        return (
            (not self.duty or line.duty_key == self.duty)
            and (not self.place or str(line.place) == self.place)
            and (not self.child or str(line.child) == self.child)
            and (not self.day or line.last == self.day)
        )


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    word: str
    count: int
    tone: str
    link: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    word: str
    lines: Sequence[Line]
    tone: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The list as the page draws it."""

    asked: Asked
    tabs: Sequence[Tab]
    groups: Sequence[Group]
    count: int
    whole: int
    duties: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]
    chips: Sequence[tuple[str, str]] = field(default=())
    page: int = 1
    pages: int = 1
    cut: bool = False


def asked(params: Mapping[str, str]) -> Asked:
    """Read an address; what means nothing is left out."""
    by, when = params.get("by", ""), params.get("when", "")
    page = params.get("page", "")
    return Asked(
        by=by if by in GROUPS else "when",
        when=when if when in WHENS else "",
        duty=params.get("duty", "")[:130],
        place=params.get("place", "")[:12],
        child=params.get("child", "")[:36],
        day=parse_day(params.get("day", "")),
        page=int(page) if page.isdecimal() and len(page) < 5 and int(page) else 1,
    )


def own(post: Post, wanted: Asked, at: datetime, on: date) -> Own:
    """The list of a post. Eight queries at most, however long it is."""
    tasks = [task for task in duties.worklist(post, at).tasks if task.group in WHENS]
    lines = lines_of(tasks[:MOST], post, on, back=f"{reverse('boards:own')}{wanted.link()}")
    fitting = [line for line in lines if wanted.wants(line)]
    counts = Counter(line.when for line in fitting)
    shown = sorted((line for line in fitting if not wanted.when or line.when == wanted.when), key=lambda line: _order(wanted.by, line))
    pages = max(1, -(-len(shown) // SIZE))
    page = min(wanted.page, pages)
    total = Counter(_group(wanted.by, line) for line in shown)
    groups = [
        Group(word, members, WHENS[members[0].when][1] if wanted.by == "when" else "", total[word])
        for word, found in groupby(shown[(page - 1) * SIZE : page * SIZE], key=lambda line: _group(wanted.by, line))
        for members in [list(found)]
    ]
    tabs = [
        Tab(key, str(word), counts[key], tone if counts[key] else "grey", wanted.link(when="" if wanted.when == key else key), wanted.when == key)
        for key, (word, tone) in WHENS.items()
    ]
    return Own(
        asked=wanted,
        tabs=tabs,
        groups=groups,
        count=len(shown),
        whole=len(lines),
        duties=sorted({(line.duty_key, line.duty) for line in lines}, key=lambda each: each[1]),
        places=sorted({(str(line.place), line.place_name) for line in lines}),
        chips=_chips(wanted, lines),
        page=page,
        pages=pages,
        cut=len(tasks) > MOST,
    )


def _chips(wanted: Asked, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """What narrows the list besides its own fields: a child, a day."""
    found = []
    if wanted.child:
        found.append((next((line.who for line in lines if str(line.child) == wanted.child), str(_("儿童"))), wanted.link(child="")))
    if wanted.day:
        found.append((wanted.day.isoformat(), wanted.link(day="")))
    return found


def _order(by: str, line: Line) -> tuple[Any, ...]:
    urgency = (list(WHENS).index(line.when), line.last)
    match by:
        case "place":
            return (line.place, *urgency, line.who, line.duty)
        case "duty":
            return (line.duty, *urgency, line.place, line.who)
        case "child":
            return (line.place, line.who, str(line.child), *urgency, line.duty)
        case _:
            return (urgency[0], line.place, line.who, str(line.child), line.last, line.duty)


def _group(by: str, line: Line) -> str:
    match by:
        case "place":
            return line.place_name
        case "duty":
            return line.duty
        case "child":
            return line.who
        case _:
            return str(WHENS[line.when][0])


def lines_of(tasks: Sequence[Task], post: Post, on: date, *, back: str = "") -> list[Line]:
    """Promises as lines: with the names of those whom they are about, as far as the post sees names. ``back``: where one returns to from a form."""
    rows = [task.duty for task in tasks]
    named, beside = subjects(rows, post)
    names = places.short_names({row.scope_place for row in rows})
    return [_line(task, named, beside, names, post, on, back) for task in tasks]


def _line(task: Task, named: Mapping[UUID, str], beside: Mapping[UUID, str], names: Mapping[int, str], post: Post, on: date, back: str) -> Line:
    row = task.duty
    tone, word = words.due(row.due, on)
    place = names.get(row.scope_place, "")
    return Line(
        id=row.id,
        child=row.child_id,
        who=named.get(row.subject_id, "") or place,
        url=reverse("children:file", args=[row.child_id]) if row.child_id else "",
        beside=beside.get(row.subject_id, ""),
        place=row.scope_place,
        place_name=place,
        duty=words.name(task.rule),
        duty_key=words.key(task.rule),
        window=words.window(row),
        when=task.group,
        tone=tone,
        due=word,
        last=last_day(row.due),
        need=row.need,
        done=row.done,
        urged=row.urged,
        climbed=words.climbed(task.climb),
        forms=words.entry_urls(task.rule, [row.child_id] if row.child_id else [], post, duty=row, back=back),
    )


def subjects(rows: Iterable[Duty], post: Post) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """By subject: its name, and what tells it from others (a child's school)."""
    of: dict[str, set[UUID]] = {}
    for row in rows:
        of.setdefault(row.subject_kind, set()).add(row.subject_id)
    named: dict[UUID, str] = {}
    beside: dict[UUID, str] = {}
    if ids := of.get("child"):
        clear = sees_names(post)
        for child in Child.objects.filter(pk__in=ids).only("name", "school_name"):
            named[child.id] = child.name if clear else mask_name(child.name)
            beside[child.id] = child.school_name
    if ids := of.get("school", set()) | of.get("home", set()):
        named |= dict(Unit.objects.filter(pk__in=ids).values_list("id", "name"))
    if ids := of.get("class"):
        named |= {each.id: f"{each.school.name} {each}" for each in SchoolClass.objects.filter(pk__in=ids).select_related("school")}
    return named, beside
