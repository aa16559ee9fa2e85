"""The list of cases that an address asks for, and how many stand where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import sees_names
from tongxing.crypto.masking import mask_name
from tongxing.ground.ids import parse_all
from tongxing.ground.today import CHINA, now, parse_day
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, parse, show, span
from tongxing.protection import codes
from tongxing.protection.actions.judging import LEAST
from tongxing.protection.cases import seeing, timing, words
from tongxing.protection.models import Assessment, Case, Conclusion, Involved, Report, Task
from tongxing.protection.states import ENDED, TONES, State

OPEN, ENDED_WORD, ALL, REVIEW, TO_CONCLUDE = "open", "ended", "all", "review", "to_conclude"
STATES: Mapping[str, Promise] = {
    OPEN: gettext_lazy("没有结束"),
    REVIEW: gettext_lazy("到期要再次评估"),
    TO_CONCLUDE: gettext_lazy("评估已交，待确认等级"),
    ENDED_WORD: gettext_lazy("已结束"),
    ALL: gettext_lazy("全部"),
}
SORTS: Mapping[str, tuple[tuple[str, ...], Promise]] = {
    "due": (("burns", "id"), gettext_lazy("时限最近的在前")),
    "new": (("-opened_at", "-id"), gettext_lazy("最近报告的在前")),
}


def date_of(text: str) -> date | None:
    return parse_day(text)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Question:
    """What an address asks, and its words. What cannot be understood is not asked."""

    post: Post
    at: datetime
    state: str = OPEN
    kind: str = ""
    situation: str = ""
    colour: str = ""
    owner: UUID | None = None
    overdue: bool = False
    urgent: bool = False
    mine: bool = False
    place: int | None = None
    since: date | None = None
    until: date | None = None
    number: str = ""
    sort: str = "due"

    @property
    def address(self) -> dict[str, str]:
        found = {
            "state": "" if self.state == OPEN else self.state,
            "kind": self.kind,
            "situation": self.situation,
            "colour": self.colour,
            "owner": str(self.owner) if self.owner else "",
            "overdue": "1" if self.overdue else "",
            "urgent": "1" if self.urgent else "",
            "mine": "1" if self.mine else "",
            "place": show(self.place) if self.place else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "q": self.number,
        }
        return {name: value for name, value in found.items() if value}

    def words(self) -> dict[str, str]:
        """What each filter in force says."""
        named = places.short_names({self.place}).get(self.place, "") if self.place else ""
        owner = Post.objects.select_related("person", "place").filter(pk=self.owner).first() if self.owner else None
        return {
            "state": state_word(self.state) if self.state != OPEN else "",
            "kind": codes.KIND.text(self.kind) if self.kind else "",
            "situation": words.situation(self.situation) if self.situation else "",
            "colour": str(words.COLOURS[self.colour][1]) if self.colour else "",
            "owner": owner.person.name if owner else "",
            "overdue": _("超过时限") if self.overdue else "",
            "urgent": _("孩子处于危险中") if self.urgent else "",
            "mine": _("由我负责") if self.mine else "",
            "place": named,
            "since": _("%(on)s 起") % {"on": self.since.isoformat()} if self.since else "",
            "until": _("到 %(on)s") % {"on": self.until.isoformat()} if self.until else "",
            "q": self.number,
        }

    def rows(self) -> QuerySet[Any]:
        found = base(self.post).filter(self._where())
        rows = timing.timed(to_conclude(found) if self.state == TO_CONCLUDE else found)
        return rows.filter(burns__lte=self.at) if self.overdue else rows

    def _where(self) -> Q:
        where = _of_state(self.state, self.at)
        plain = {"kind": self.kind, "situation": self.situation, "colour": self.colour, "owner": self.owner}
        where &= Q(**{name: value for name, value in plain.items() if value})
        if self.urgent:
            where &= Q(urgent=True, state__in=[State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED])
        if self.mine:
            where &= Q(owner__in=[each for each in (self.post.pk, self.post.deputy_of_id) if each])
        if self.place:
            where &= Q(scope_place__range=span(self.place))
        if self.since:
            where &= Q(opened_at__gte=midnight(self.since))
        if self.until:
            where &= Q(opened_at__lt=midnight(self.until) + timing.DAY)
        if self.number:
            where &= Q(number__icontains=self.number) | Q(pk__in=Report.objects.filter(number__iexact=self.number).values("case"))
        return where


def base(post: Post) -> QuerySet[Case]:
    """Cases that stand in lists of this post: those of its place, and those on which it works; not those of which it merely heard."""
    works = Q(pk__in=Involved.objects.of_active().filter(informed=False).values("case"))
    return Case.objects.filter(works | Q(restricted=False)) if seeing.sees_places_cases(post) else Case.objects.filter(works)


def _of_state(state: str, at: datetime) -> Q:
    """The state that was asked for, or one of the groups of them."""
    match state:
        case "all":
            return Q()
        case "ended":
            return Q(state__in=ENDED)
        case "review":
            return ~Q(state__in=ENDED) & Q(review_on__lte=at.astimezone(CHINA).date())
        case "open" | "to_conclude":
            return ~Q(state__in=ENDED)
        case _:
            return Q(state=state)


def to_conclude(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Those that enough people have assessed, and whose level of risk nobody has confirmed."""
    concluded = Conclusion.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(n=Count("pk")).values("n")
    rows = rows.annotate(going=Coalesce(Subquery(concluded), 0) + 1)
    judged = Assessment.objects.filter(case=OuterRef("pk"), round=OuterRef("going")).order_by().values("case").annotate(n=Count("assessor__person", distinct=True)).values("n")
    return rows.exclude(state__in=ENDED).annotate(judged=Subquery(judged)).filter(judged__gte=LEAST)


def state_word(state: str) -> str:
    return str(STATES[state]) if state in STATES else str(State(state).label)


def question(params: Mapping[str, str], post: Post) -> Question:
    def one_of(key: str, known: Iterable[str]) -> str:
        value = str(params.get(key) or "")
        return value if value in set(known) else ""

    try:
        place = parse(params["place"]) if params.get("place") else None
    except CodeError:
        place = None
    return Question(
        post,
        now(),
        state=one_of("state", [*STATES, *State.values]) or OPEN,
        kind=one_of("kind", codes.KIND.values()),
        situation=one_of("situation", codes.SITUATION.values()),
        colour=one_of("colour", words.COLOURS),
        owner=next(iter(parse_all([str(params.get("owner") or "")])), None),
        overdue=params.get("overdue") == "1",
        urgent=params.get("urgent") == "1",
        mine=params.get("mine") == "1",
        place=place,
        since=date_of(str(params.get("since") or "")),
        until=date_of(str(params.get("until") or "")),
        number=str(params.get("q") or "").strip().replace("\0", "")[:20],
        sort=one_of("sort", SORTS) or "due",
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    case: Any  # a case with its clock (timing.timed)
    who: str
    state: tuple[str, str]
    colour: tuple[str, str] | None
    situation: str
    kind: str
    place: str
    owner: str
    left: tuple[str, str] | None
    resting: bool
    tasks: int
    late_tasks: int


def lines(cases: Iterable[Any], post: Post, at: datetime) -> list[Row]:
    """Cases as lines: whom they are about, who has them, how long is left."""
    rows = list(cases)
    ids = [case.pk for case in rows]
    children = seeing.children_of(ids)
    names = places.short_names({case.scope_place for case in rows})
    owners = {each.pk: each for each in Post.objects.filter(pk__in={case.owner_id for case in rows if case.owner_id}).select_related("person", "place")}
    tasks: dict[UUID, dict[str, Any]] = {
        row["case"]: dict(row) for row in Task.objects.filter(case__in=ids, done_at=None).values("case").annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=at)))
    }
    full = sees_names(post)
    return [
        Row(
            case=case,
            who=_("、").join(child.name if full else mask_name(child.name) for child in children.get(case.pk, [])),
            state=words.state(case),
            colour=words.colour(case.colour),
            situation=words.situation(case.situation),
            kind=codes.KIND.text(case.kind),
            place=names.get(case.scope_place, ""),
            owner=owners[case.owner_id].person.name if case.owner_id in owners else "",
            left=words.left(case.burns, at) if case.burns < timing.NEVER and not case.ended else None,
            resting=case.resting,
            tasks=tasks.get(case.pk, {}).get("n", 0),
            late_tasks=tasks.get(case.pk, {}).get("late", 0),
        )
        for case in rows
    ]


def counts(post: Post, at: datetime) -> list[dict[str, Any]]:
    """How many stand where, each a link to its list: the board."""
    rows = base(post)
    by_state = dict(rows.exclude(state__in=ENDED).order_by().values_list("state").annotate(n=Count("pk")))
    found = [
        {
            "n": rows.filter(urgent=True, state__in=[State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED]).count(),
            "word": _("孩子处于危险中"),
            "q": "urgent=1",
            "tone": "red",
        },
        {"n": timing.overdue(rows.exclude(state__in=ENDED), at).count(), "word": _("超过时限"), "q": "overdue=1", "tone": "red"},
    ]
    found += [{"n": by_state.get(state, 0), "word": str(state.label), "q": f"state={state}", "tone": TONES[state]} for state in State if state not in ENDED]
    return [each | {"tone": each["tone"] if each["n"] else "grey"} for each in found]


def numbers(post: Post, at: datetime) -> list[dict[str, Any]]:
    """For whoever sees numbers alone: by place right below, open, in danger, late, closed this year. Restricted cases are not counted."""
    found = []
    year = midnight(date(at.astimezone(CHINA).year, 1, 1))
    late = set(timing.overdue(Case.objects.exclude(state__in=ENDED), at).values_list("pk", flat=True))
    rows = list(Case.objects.filter(restricted=False).filter(Q(closed_at=None) | Q(closed_at__gte=year)).values_list("pk", "scope_place", "state", "urgent"))
    for area in places.children_of(post.place_id):
        lo, hi = span(area.code)
        here = [row for row in rows if lo <= row[1] <= hi]
        still = [row for row in here if row[2] not in ENDED]
        danger = [row for row in still if row[3] and row[2] in (State.REPORTED, State.RECEIVED, State.EMERGENCY, State.DOUBTED)]
        found.append({"area": area, "open": len(still), "danger": len(danger), "late": sum(row[0] in late for row in still), "ended": len(here) - len(still)})
    return found


def owners(post: Post) -> list[tuple[str, str]]:
    """Those who are in charge of an open case here."""
    ids = base(post).exclude(state__in=ENDED).exclude(owner=None).order_by().values_list("owner", flat=True).distinct()
    return [(str(each.pk), f"{each.person.name}（{each.place.short_name}）") for each in Post.objects.filter(pk__in=list(ids)).select_related("person", "place")]
