"""Rules as a model would give them, without a file; and promises opened for a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import transaction

from tests.people import COUNTY, VILLAGE
from tongxing.caremodels.shapes import By, Deadline, Duty, Escalation, Lapse, Quota, Rule
from tongxing.duties import entries
from tongxing.duties.actions import opening
from tongxing.duties.entries import Doing
from tongxing.duties.models import Duty as Row
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import CHINA, as_of
from tongxing.places import codes

VERSION = UUID(int=7)
STEPS = (Escalation(after=Lapse.parse("0d"), to="township"), Escalation(after=Lapse.parse("7d"), to="county"))


def promise(key: str = "home_visit", *, within: str = "", event: str = "", dated: bool = False, **more: Any) -> Duty:
    """A duty of a model: a monthly visit, unless said otherwise."""
    quota: dict[str, Any] = {name: more.pop(name) for name in ("count", "per", "every", "season", "weekday", "month", "first_days", "festivals", "calendar") if name in more}
    facts: dict[str, Any] = {
        "id": key,
        "name": key,
        "who": "child_director",
        "about": "child",
        "obligation": f"test.{key}",
        "by": By(kinds=(key,)),
        "escalate": STEPS,
        "source": "test",
        "since": date(2020, 1, 1),
    }
    if within:
        facts["deadline"] = Deadline(event=event, within=Lapse.parse(within), dated=dated)
    else:
        facts["quota"] = Quota(**{"count": 1, "per": "month", **quota})
    return Duty(**(facts | more))


def rule(duty: Duty, *, place: int = COUNTY, model: str = "test", since: date = date(2020, 1, 1), until: date | None = None) -> Rule:
    return Rule(lo=codes.span(place)[0], hi=codes.span(place)[1], model=model, version_id=VERSION, duty=duty, since=since, until=until)


@contextmanager
def promised(*rules: Rule) -> Iterator[list[Rule]]:
    """These rules hold, and no others."""
    held = list(rules)

    def in_force(lo: int, hi: int, on: date) -> list[Rule]:
        return [each for each in held if each.lo <= hi and lo <= each.hi and each.since <= on and (each.until is None or on < each.until)]

    with patch("tongxing.caremodels.queries.rules", in_force):
        yield held


class Log:
    """What stands in the log, as duties see it."""

    def __init__(self) -> None:
        self.held: dict[UUID, Doing] = {}

    def of_subjects(self, ids: Sequence[UUID], since: date, until: date) -> list[Doing]:
        gone = {each.corrects for each in self.held.values() if each.corrects}
        return [each for each in self.held.values() if each.stands and each.id not in gone and since <= each.on < until and set(each.subjects) & set(ids)]

    def subjects_between(self, lo: int, hi: int, since: date, until: date) -> list[UUID]:
        return [subject for each in self.held.values() if since <= each.on < until for subject in each.subjects]

    def add(self, child: UUID, on: date, kind: str = "home_visit", **more: Any) -> Doing:
        facts: dict[str, Any] = {
            "id": uuid7(),
            "kind": kind,
            "on": on,
            "at": datetime(on.year, on.month, on.day, 15, tzinfo=CHINA),
            "place": VILLAGE,
            "children": (child,),
            "roles": frozenset({"child_director"}),
        }
        doing = Doing(**(facts | more))
        self.held[doing.id] = doing
        return doing


@contextmanager
def logged() -> Iterator[Log]:
    log = Log()
    with patch.object(entries, "of_subjects", log.of_subjects), patch.object(entries, "subjects_between", log.subjects_between):
        yield log


def moment(on: date, hour: int = 9) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=CHINA)


@contextmanager
def day(on: date, hour: int = 9) -> Iterator[None]:
    """It is that day, and the whole country is seen."""
    with as_of(moment(on, hour)), transaction.atomic(), scope.whole_country(why="a test of promises"):
        yield


def opened(on: date, *, place: int = COUNTY) -> opening.Opened:
    """The tick of a day."""
    with as_of(moment(on, 0)):
        return opening.open_windows(*codes.span(place), on)


def rows(**where: Any) -> list[Row]:
    with transaction.atomic(), scope.whole_country(why="a test looks at promises"):
        return list(Row.objects.filter(**where).order_by("window_from", "rule_id", "subject_id"))
