"""Which lines of the logs an address asks for. Everything is read through the auditor's range of places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.ground.pages import chips
from tongxing.ground.today import CHINA, parse_day, today
from tongxing.journal.models import Access, Record
from tongxing.office.audit.words import SUBJECTS
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import CodeError

UUID_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
NAMESAKES = 50
LONGEST = 100
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who asked for what was not theirs."""

    name: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for, as far as it makes sense."""

    who: str = ""
    place: int | None = None
    kind: str = ""
    outcome: str = ""
    child: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, asked: Mapping[str, str], by: Post) -> Filters:
        child = UUID_SHAPE.search(asked.get("child", ""))
        return cls(
            who=" ".join(asked.get("who", "").replace("\0", "").split())[:LONGEST],
            place=_place(asked.get("place", ""), by),
            kind=asked["kind"] if asked.get("kind") in SUBJECTS else "",
            outcome=asked["outcome"] if asked.get("outcome") in Access.Outcome.values else "",
            child=child[0].lower() if child else "",
            since=parse_day(asked.get("since", "")),
            until=parse_day(asked.get("until", "")),
        )

    def pairs(self) -> dict[str, str]:
        """As an address again."""
        given = {
            "who": self.who,
            "place": codes.show(self.place) if self.place else "",
            "kind": self.kind,
            "outcome": self.outcome,
            "child": self.child,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in given.items() if value}

    def chips(self) -> list[dict[str, str]]:
        given = self.pairs()
        words = given | {
            "who": f"“{self.who}”",
            "kind": str(SUBJECTS.get(self.kind, "")),
            "outcome": str(Access.Outcome(self.outcome).label) if self.outcome else "",
            "place": places.short_names([self.place]).get(self.place, "") if self.place else "",
            "child": _("儿童 %(id)s") % {"id": self.child[-6:]},
            "since": _("自%(day)s") % {"day": given.get("since", "")},
            "until": _("至%(day)s") % {"day": given.get("until", "")},
        }
        return chips({name: words[name] for name in given}, given)

    def conditions(self) -> Q:
        """What both logs know."""
        wanted = Q()
        if self.who:
            wanted &= Q(by__in=people(self.who))
        if self.place:
            wanted &= Q(scope_place__range=codes.span(self.place))
        if self.child:
            wanted &= Q(child_id=self.child)
        if self.since:
            wanted &= Q(at__gte=datetime.combine(self.since, time.min, CHINA))
        if self.until:
            wanted &= Q(at__lt=datetime.combine(self.until + timedelta(days=1), time.min, CHINA))
        return wanted


def records(filters: Filters) -> QuerySet[Record]:
    rows = Record.audited.filter(filters.conditions())
    match filters.kind:
        case "":
            return rows
        case "child":
            return rows.exclude(child_id=None)
        case kind:
            return rows.filter(subject_kind=kind, child_id=None)


def accesses(filters: Filters) -> QuerySet[Access]:
    rows = Access.objects.filter(filters.conditions())
    return rows.filter(outcome=filters.outcome) if filters.outcome else rows


def refused(filters: Filters, limit: int = 20) -> list[Refused]:
    """Who was refused how often, the most first; in the last quarter where no day is asked for."""
    if filters.since is None:
        filters = replace(filters, since=today() - LOOK_BACK)
    rows = accesses(filters).filter(outcome=Access.Outcome.DENIED).exclude(by=None)
    counted = list(rows.order_by().values_list("by").annotate(count=Count("seq"), last=Max("at")).order_by("-count")[:limit])
    names: dict[object, str] = {person.id: person.name for person in Person.objects.filter(pk__in=[by for by, _count, _last in counted])}
    return [Refused(names.get(by, ""), count, last) for by, count, last in counted]


def people(text: str) -> list[object]:
    """The people whom a name, its pinyin or a user name may mean."""
    word = text.lower()
    named = Person.objects.filter(Q(name__startswith=text) | Q(pinyin__startswith=word.replace(" ", "")) | Q(initials=word) | Q(user__username=word))
    return list(named.values_list("pk", flat=True)[:NAMESAKES])


def _place(text: str, by: Post) -> int | None:
    try:
        code = codes.parse(text) if text else 0
    except CodeError:
        return None
    return code if code and codes.within(code, by.place_id) and code != by.place_id else None
