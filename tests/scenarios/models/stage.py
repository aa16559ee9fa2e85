"""The stage on which the scenarios of models are played: real actions on the real database, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.people import COUNTY, TOWNSHIP, VILLAGE, make_post
from tests.scenarios.models.script import Act, Case, Check
from tongxing.accounts import actions as accounts
from tongxing.care import actions as care
from tongxing.caremodels import actions as caremodels
from tongxing.caremodels import queries, wording
from tongxing.children import actions as children
from tongxing.children.models import Category, Child
from tongxing.children.new import NewCategory, NewSchooling
from tongxing.children.tests.make import both_away, make_child
from tongxing.circles import actions as circles
from tongxing.circles import queries as circle
from tongxing.duties import actions as duties
from tongxing.duties import queries as promises
from tongxing.duties.actions import discharging
from tongxing.duties.models import Duty, Rule
from tongxing.forms import queries as forms
from tongxing.forms.shapes import SEEN, SPOKEN_TO, Field
from tongxing.ground import scope
from tongxing.ground.today import CHINA, as_of
from tongxing.log.shapes import Circumstances, Doer, Subject
from tongxing.places import codes
from tongxing.places.models import Place
from tongxing.units import actions as units
from tongxing.units.models import SchoolClass, Unit
from tongxing.units.rules import ClassKey, school_year

SCHOOL, HOME = "冯家湾小学", "冯家湾社区儿童之家"
POSTS = {"child_director": VILLAGE, "supervisor": TOWNSHIP, "county_officer": COUNTY, "city_officer": 420500000000, "province_officer": 420000000000, "department": TOWNSHIP}
BEFORE = timedelta(days=400)
KEY = ClassKey("primary", 3, 1)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


class Stage:
    """One case: who is there, and what day it is."""

    def __init__(self, case: Case) -> None:
        self.case = case
        begins = case.scenario.begins
        self.opened: set[date] = set()
        with as_of(at(min(case.given.since, begins) - timedelta(days=30))):
            self.posts = {role: make_post(role, place, since=begins - BEFORE) for role, place in POSTS.items()}
            self.school: Unit = units.add_unit(kind="school", name=SCHOOL, place=Place.objects.get(code=TOWNSHIP), stages=("primary",), boarding=True, by=None)
            self.home: Unit = units.add_unit(kind="home", name=HOME, place=Place.objects.get(code=VILLAGE), by=None)
            units.open_classes(school=self.school, year=school_year(begins), keys=[KEY], by=None)
            self.child = CHILDREN[case.scenario.child](self)
        given = {each.id: each.value for each in case.given.parameters}
        with as_of(at(case.given.since, 0)):
            if case.model != queries.NATIONAL or given:
                caremodels.adopt(place=COUNTY, model=case.model, parameters=given, parts=case.given.parts, since=case.given.since, by=None)
        with self.day(begins):
            self.members = {role: self.join(role) for role in case.scenario.circle}
        self.tick(begins)

    def day(self, day: date, hour: int = 10) -> Any:
        return as_of(at(day, hour))

    def join(self, role: str) -> UUID:
        person = accounts.add_person(name="王大爷", by=None)
        with scope.whole_country(why="a scenario fills a place of the circle"):
            circles.join(child_id=self.child.id, role=role, person=person, by=None)
        return person.id

    def tick(self, day: date) -> None:
        if day not in self.opened:
            self.opened.add(day)
            with self.day(day, 0):
                duties.open_windows(*codes.span(420000000000), day)

    def subject(self, about: str, day: date, role: str) -> Subject:
        match about:
            case "child":
                return Subject("child", self.child.id, self.child.scope_place)
            case "school":
                return Subject("school", self.school.id, TOWNSHIP)
            case "class":
                return Subject("class", SchoolClass.objects.get(school=self.school).id, TOWNSHIP)
            case "home":
                return Subject("home", self.home.id, VILLAGE)
            case "post":
                return Subject.of_post(self.posts[role])
            case _:
                return Subject.of_place(POSTS[role])

    def play(self, step: Act | Check) -> None:
        if isinstance(step, Act):
            self.act(step)
        else:
            self.check(step)

    def act(self, act: Act) -> None:
        self.tick(act.on)
        with self.day(act.on), scope.whole_country(why="a scenario plays everybody's part"):
            if act.event:
                subject = self.subject(act.about, act.on, act.by)
                child = self.child.id if act.about == "child" else None
                discharging.open_for_event(act.event, child, None, at(act.on), place=subject.place, on=act.on, subject=None if child else (subject.kind, subject.id), by=None)
                return
            form = forms.definition(act.entry)
            taking_part = [self.child.id] if form.form.children != "none" and (act.about == "child" or form.form.children == "many") else []
            answers = answered(form.common, act.raises)
            care.log_entry(
                form=form,
                subject=self.subject(act.about, act.on, act.by),
                children=taking_part,
                told=Circumstances(
                    on=act.on, where=next(iter(form.form.where), ""), seen=dict.fromkeys(taking_part, True), spoken_to=("carer",) if "spoken_to" in form.form.asks else ()
                ),
                answers=answers,
                own_answers={each: answered(form.own, act.raises) for each in taking_part},
                by=self.posts["child_director"],
                doer=self.doer(act.by),
            )

    def doer(self, role: str) -> Doer:
        if role in self.posts:
            return Doer.of(self.posts[role])
        if role in self.members:
            return Doer("王大爷", self.members[role], role=role)
        return Doer("刘老师", role="teacher")  # the roles of school and class are a teacher's

    def check(self, check: Check) -> None:
        if check.often or check.chain:
            return self.says(check)
        assert check.on, "a check needs a day"
        self.tick(check.on)
        with self.day(check.on, 12), scope.whole_country(why="a scenario looks at the outcome"):
            if check.vacant:
                (role,) = [each for each in queries.roles(VILLAGE, check.on) if each.id == check.vacant]
                assert role.least > len(circle.holders([self.child.id], role.id, check.on).get(self.child.id, []))
                return None
            self.stands(check)

    def stands(self, check: Check) -> None:
        assert check.on
        rows = self.rows(check.duty)
        day = check.of or check.on
        inside = [row for row in rows if row.window_from <= day < row.window_until] or [row for row in rows if row.opened_by or row.known_at]
        if check.is_ == "not_asked":
            assert not inside, [str(row.window) for row in inside]
            return
        assert inside, f"{check.duty} is not asked of {day}; asked are {sorted({(row.window_from, row.window_until) for row in rows})}"
        row = inside[-1]
        (task,) = promises.tasks([row], at(check.on, 12))
        stands = {"today": "open", "week": "open", "coming": "open", "resting": "open"}.get(task.group, task.group.value)
        said = {
            "is": (check.is_, stands),
            "due": (check.due, (row.due - timedelta(seconds=1)).astimezone(CHINA).date()),
            "need": (check.need, row.need),
            "done": (check.done, row.done),
            "shown_to": (check.shown_to, (task.climb and task.climb.to) or "nobody"),
        }
        wrong = {key: pair for key, pair in said.items() if pair[0] not in ("", None) and pair[0] != pair[1]}
        assert not wrong, f"{check.duty} on {check.on}: said and found {wrong}"

    def rows(self, duty: str) -> list[Duty]:
        model, _dot, own = duty.rpartition(".")
        numbers = Rule.objects.filter(model=model or self.case.model, duty=own).values_list("id", flat=True)
        return list(Duty.objects.filter(rule_id__in=list(numbers)).order_by("window_from", "due"))

    def says(self, check: Check) -> None:
        """What the model asks at the village, in its own words."""
        day = self.case.scenario.begins
        if check.chain:
            (chain,) = [each for each in queries.chains(VILLAGE, day) if each.id == check.chain]
            found = tuple(f"{link.sender} → {', '.join(link.to)} {link.within}" for link in chain.links)
            assert found == check.tells
            return
        (asked,) = {rule.duty for rule in queries.rules(VILLAGE, VILLAGE, day) if rule.duty.id == check.duty and rule.model == self.case.model}
        assert asked.quota
        assert wording.quota(asked.quota) == check.often


def answered(fields: Iterable[Field], raises: str) -> dict[str, object]:
    """Plausible answers to all questions, none of which raises an event but the one that is wanted. The child was seen, and its carer spoken to."""
    given: dict[str, object] = {SEEN: "yes", SPOKEN_TO: "carer"}
    for each in fields:
        if each.attached or (each.shown and not each.shown.holds(given.get(each.shown.field))):
            continue
        if (value := _answer(each, raises)) is not None:
            given[each.id] = value
    return {name: value for name, value in given.items() if name not in (SEEN, SPOKEN_TO)}


def _answer(field: Field, raises: str) -> object:
    match field.type:
        case "text" | "long":
            return "都好"
        case "number" | "scale":
            return max(1, int(field.min or 0))
        case "choice" | "choices":
            wanted = [choice.value for choice in field.choices if raises and choice.event == raises]
            quiet = [choice.value for choice in field.choices if not choice.event]
            value = next(iter(wanted or quiet))
            return [value] if field.type == "choices" else value
        case _:
            return None


def _left_behind(stage: Stage, **facts: Any) -> Child:
    schooling = NewSchooling(stage="primary", enrolment="attending", school_id=stage.school.id, school_name=SCHOOL, grade=3, class_name="1班", boarding="no")
    parents = both_away(date(2020, 3, 1))
    usual: dict[str, Any] = {"relatives": parents, "schooling": schooling, "living_with": "grandparents", "born": date(2016, 5, 20)}
    return make_child(**usual | facts)


def _with_category(scheme: str, kind: str) -> Callable[[Stage], Child]:
    def make(stage: Stage) -> Child:
        child = _left_behind(stage, categories=(NewCategory(scheme=scheme, kind=kind),))
        with scope.whole_country(why="a scenario's category is confirmed"):
            while (category := Category.objects.get(child=child)).state != Category.State.CONFIRMED:
                children.advance_category(category_id=category.id, yes=True, by=None)
        return child

    return make


def _dropped_out(stage: Stage) -> Child:
    return _left_behind(stage, schooling=NewSchooling(stage="dropout"))


CHILDREN: dict[str, Callable[[Stage], Child]] = {
    "left_behind": _left_behind,
    "at_home": lambda stage: _left_behind(stage, relatives=()),
    "boarder": lambda stage: _left_behind(
        stage, schooling=NewSchooling(stage="primary", enrolment="attending", school_id=stage.school.id, school_name=SCHOOL, grade=3, class_name="1班", boarding="weekdays")
    ),
    "preschool": lambda stage: _left_behind(stage, schooling=None, born=date(2023, 5, 20)),
    "nobodys": lambda stage: _left_behind(stage, guardianship="nobody", living_with="alone"),
    "unregistered": lambda stage: _left_behind(stage, registration="none"),
    "entrusted": lambda stage: _left_behind(stage, living_with="entrusted"),
    "dropped_out": _dropped_out,
    "laohekou_poverty": _with_category("laohekou", "poverty"),
    "state_poverty": _with_category("state", "poverty"),
    "suxian_hardship": _with_category("suxian", "hardship"),
}
