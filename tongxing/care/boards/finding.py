"""The promises behind a number: the list that an address asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.models import Person as Somebody
from tongxing.accounts.models import Post
from tongxing.accounts.roles import Sees
from tongxing.care.boards import holding, own, words
from tongxing.care.boards.periods import WORDS, Period, period, start
from tongxing.duties import climbing
from tongxing.duties import queries as duties
from tongxing.duties.models import OPEN, Duty, Rule
from tongxing.duties.rules import LOOK_BACK
from tongxing.ground.ids import parse, parse_all
from tongxing.ground.today import parse_day
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level

STATES: dict[str, Promise] = {
    "undone": _("未完成"),
    "overdue": _("逾期"),
    "climbed": _("已升级到本级"),
    "open": _("未到期"),
    "kept": _("已完成"),
    "resting": _("暂缓"),
    "waived": _("本期免办"),
    "urged": _("催办过"),
    "all": _("全部"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an address asks. ``person`` None: anybody."""

    post: Post
    at: datetime
    place: int
    period: Period
    state: str = "undone"
    duty: str = ""
    person: UUID | None = None
    child: UUID | None = None
    day: date | None = None
    alone: bool = False  # the place itself, without those below it
    rules: Mapping[int, Rule] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        found = {
            "place": codes.show(self.place) if self.place != self.post.place_id else "",
            "period": self.period.key if self.period.key != "now" else "",
            "state": self.state if self.state != "undone" else "",
            "duty": self.duty,
            "person": str(self.person or ""),
            "child": str(self.child or ""),
            "day": self.day.isoformat() if self.day else "",
            "alone": "1" if self.alone else "",
        }
        return {key: value for key, value in found.items() if value}

    def link(self, **other: str) -> str:
        return f"?{urlencode({key: value for key, value in (self.address | other).items() if value})}"

    @property
    def q(self) -> Q:
        return self._place & self._state & self._rule & self._person & self._more

    @property
    def _place(self) -> Q:
        """The whole of a granted post's children is its place."""
        if self.alone:
            return Q(scope_place=self.place)
        return Q() if self.place == self.post.place_id else Q(scope_place__range=codes.span(self.place))

    @property
    def _state(self) -> Q:
        running, missed = self.period.running, self.period.missed
        late = OPEN & Q(suspended_on=None, due__lte=self.at)
        if self.day:
            running, missed = Q(due__gt=start(self.day), due__lte=start(self.day + timedelta(days=1))), Q(pk__in=[])
        undone = OPEN & Q(suspended_on=None) & (running | (missed & late))
        if self.state == "climbed":
            return (running | missed) & late & climbing.reached(self.place, climbing.height(Level(self.post.place.level)), self.at)
        conditions = {
            "overdue": (running | missed) & late,
            "open": running & OPEN & Q(suspended_on=None, due__gt=self.at),
            "kept": running & Q(done__gte=F("need"), waived_on=None),
            "resting": running & OPEN & Q(suspended_on__isnull=False),
            "waived": running & Q(waived_on__isnull=False),
            "urged": OPEN & Q(urged__gt=0) & (running | (missed & late)),
            "all": (running & (Q(ended_on=None) | Q(done__gte=F("need")))) | (missed & late),
        }
        return conditions.get(self.state, undone)

    @property
    def _rule(self) -> Q:
        return Q(rule_id__in=[rule.id for rule in self.rules.values() if words.key(rule) == self.duty]) if self.duty else Q()

    @property
    def _person(self) -> Q:
        return holding.of_person(self.person, self.rules.values(), self.at, self.period.on) if self.person else Q()

    @property
    def _more(self) -> Q:
        return Q(subject_id=self.child) if self.child else Q()

    @property
    def _name(self) -> str:
        """The name of the person, where the person answers for something that the reader sees: an id alone names nobody."""
        held = Duty.objects.filter(self._place & self._person, due__gt=self.at - LOOK_BACK)
        name: str | None = Somebody.objects.filter(pk=self.person).values_list("name", flat=True).first() if self.person and held.exists() else None
        return name or ""

    def rows(self) -> QuerySet[Duty]:
        return Duty.objects.filter(self.q)

    @property
    def duties(self) -> list[tuple[str, str]]:
        """What can be chosen."""
        return sorted({words.key(rule): words.name(rule) for rule in self.rules.values()}.items(), key=lambda each: each[1])

    def chips(self) -> list[dict[str, str]]:
        """The filters in force, with the address without each."""
        found = []
        if self.place != self.post.place_id:
            found.append((places.short_names([self.place]).get(self.place, ""), "place"))
        if self.alone:
            found.append((str(_("只看本级")), "alone"))
        if self.period.key != "now":
            found.append((self.period.word, "period"))
        if self.duty:
            found.append((dict(self.duties).get(self.duty, self.duty), "duty"))
        if self.person:
            found.append((self._name or str(_("一名责任人")), "person"))
        if self.child:
            found.append((str(_("一个孩子")), "child"))
        if self.day:
            found.append((self.day.isoformat(), "day"))
        return [{"word": word, "url": self.link(**{key: ""})} for word, key in found]


def states(post: Post) -> dict[str, Promise]:
    """Those that a post may ask for: nothing climbs to whoever promised it, or to who sees single children."""
    above = post.definition.sees is Sees.PLACE and post.place.level < Level.VILLAGE
    return {key: word for key, word in STATES.items() if above or key != "climbed"}


def question(params: Mapping[str, str], post: Post, at: datetime, on: date) -> Question:
    """Read an address; what means nothing is left out. A place outside the post's own is its own."""
    lo, hi = codes.span(post.place_id)
    try:
        place = codes.parse(params["place"]) if params.get("place") else post.place_id
    except CodeError:
        place = post.place_id
    place = place if lo <= place <= hi else post.place_id
    rules = {rule.id: rule for rule in holding.rules_of(place)}
    duty = params.get("duty", "")
    return Question(
        post=post,
        at=at,
        place=place,
        period=period(params.get("period", "") if params.get("period", "") in WORDS else "now", on),
        state=params.get("state", "") if params.get("state", "") in states(post) else "undone",
        duty=duty if any(words.key(rule) == duty for rule in rules.values()) else "",
        person=parse(params.get("person", "")),
        child=parse(params.get("child", "")),
        day=parse_day(params.get("day", "")),
        alone=params.get("alone") == "1",
        rules=rules,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise of the list."""

    duty: Duty
    who: str
    url: str
    beside: str
    place: str
    name: str
    window: str
    tone: str
    word: str
    note: str
    climbed: str
    holders: str
    vacant: bool
    withheld: bool  # whoever answers for it may not work with children now
    forms: Sequence[tuple[str, str]]


def lines(rows: Sequence[Duty], asked: Question, on: date) -> list[Line]:
    """The rows of one page, with names as far as the reader sees them, and who answers for each."""
    known = dict(asked.rules)
    if missing := {row.rule_id for row in rows} - known.keys():
        known |= Rule.objects.in_bulk(missing)
    named, beside = own.subjects(rows, asked.post)
    spots = places.short_names({row.scope_place for row in rows})
    holders = holding.of_duties(rows, known, on)
    rests = duties.resting({row.child_id for row in rows if row.child_id and row.suspended_on})
    found: list[Line] = []
    for task in duties.tasks(rows, asked.at, known):
        row, rule = task.duty, task.rule
        tone, word = words.standing(row, asked.at, on)
        if row.is_open and row.suspended_on and row.child_id in rests:
            tone, word = words.resting(rests[row.child_id].expected, on)
        people = holders.get(row.id, [])
        found.append(
            Line(
                duty=row,
                who=named.get(row.subject_id, "") or spots.get(row.scope_place, ""),
                url=reverse("children:file", args=[row.child_id]) if row.child_id else "",
                beside=beside.get(row.subject_id, ""),
                place=spots.get(row.scope_place, ""),
                name=words.name(rule),
                window=words.window(row),
                tone=tone,
                word=word,
                note=row.waive_reason or row.suspend_reason,
                climbed=words.climbed(task.climb),
                holders=words.joined((each.name for each in holding.principals(people)), 2),
                vacant=not people,
                withheld=bool(people) and all(each.withheld for each in people),
                forms=words.entry_urls(rule, [row.child_id] if row.child_id else [], asked.post, duty=row)[:1] if row.is_open else [],
            )
        )
    return found


def chosen(ids: Sequence[str], asked: Question | None, most: int, of: Q = OPEN) -> list[Duty]:
    """Those picked on the page, or (with a question) all that it finds; of those, the ones ``of`` which something can be decided, at most so many."""
    rows: QuerySet[Duty] = asked.rows() if asked is not None else Duty.objects.filter(pk__in=parse_all(ids))
    return list(rows.filter(of).order_by("due", "id")[:most])


def context(asked: Question) -> dict[str, Any]:
    """What the filters of the page need."""
    areas = places.children_of(asked.post.place_id) if asked.post.place.level < Level.VILLAGE else []
    return {
        "question": asked,
        "states": [(key, str(word), asked.link(state=key), key == asked.state) for key, word in states(asked.post).items()],
        "periods": [(key, str(word)) for key, word in WORDS.items()],
        "duties": asked.duties,
        "areas": areas,
        "place_code": codes.show(asked.place) if asked.place != asked.post.place_id else "",
        "active_filters": asked.chips(),
    }
