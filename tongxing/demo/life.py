"""What happened in the demo county since its first registration: every event is an action of somebody with a post, on its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from tongxing.accounts.actions import grant_children
from tongxing.accounts.models import Post
from tongxing.children import actions
from tongxing.children.models import Absence, Category, Child, Relative, State
from tongxing.children.new import NewAbsence, NewCategory, NewChild, NewCircumstance, NewGuardianship
from tongxing.children.rules.ages import add_months, age, anniversary
from tongxing.demo.county import County, township_of
from tongxing.demo.staff import Staff
from tongxing.ground import scope
from tongxing.ground.today import CHINA, as_of, today
from tongxing.units.rules import bounds

CHUNK = 120
ASKED = ("祖母", "祖父", "母亲", "父亲（电话）", "本人和祖母", "外祖母", "班主任")
COMMENTS = ("父亲电话号码少一位，请核实", "务工地点只写了省，请补充到市", "监护情况与走访记录不一致，请重新核实", "缺少户口簿复印件", "请补充就读班级")


@dataclass(slots=True)
class Life:
    """Runs events in the order of their days, in working hours."""

    county: County
    staff: Staff
    events: list[tuple[date, int, Callable[[], None]]] = field(default_factory=list)

    @property
    def rng(self) -> Random:
        return self.county.rng

    @property
    def now(self) -> date:
        return self.county.now

    def plan(self, day: date, event: Callable[[], None]) -> None:
        """Let something happen on a day; what would lie in the future does not happen."""
        day = min(max(day, self.county.on), self.now)
        self.events.append((day, len(self.events), event))

    def live(self) -> None:
        """Let the planned events happen, a day a transaction."""
        for day in sorted({day for day, _number, _event in self.events}):
            with on_day(day, self.rng):
                for _day, _number, event in sorted((each for each in self.events if each[0] == day), key=lambda each: each[1]):
                    event()

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    def some(self, children: list[Child], count: int, test: Callable[[Child], bool] = lambda _child: True) -> list[Child]:
        """So many different children that pass the test."""
        fitting = [child for child in children if test(child)]
        return self.rng.sample(fitting, k=min(count, len(fitting)))

    def by(self, child: Child) -> Post | None:
        return self.staff.director(child.scope_place)


@contextmanager
def on_day(day: date, rng: Random | None = None) -> Iterator[None]:
    """Work on that day, seen by the whole country: the demo acts for people of many places."""
    hour = time(rng.randint(8, 17), rng.randint(0, 59)) if rng else time(9)
    with as_of(datetime.combine(day, hour, CHINA)), transaction.atomic(), scope.whole_country(why="the demo acts for people of many places"):
        yield


def plan_everything(life: Life, children: list[Child]) -> None:
    """The year of the county, planned before it is lived."""
    plan_school_year(life, children)
    plan_absences(life, children)
    plan_changes(life, children)
    plan_ends(life, children)
    plan_confirmations(life, children)


def plan_school_year(life: Life, children: list[Child]) -> None:
    """On the first of September everybody moves up."""
    first, _after = bounds(life.county.schools.year + 1)
    if life.now < first:
        return
    life.plan(first, lambda: _move_up(life, [child.id for child in children], first))


def _move_up(life: Life, ids: list[UUID], first: date) -> None:
    """The county moves everybody up; whoever enters the next stage gets a school of it."""
    schools, year = life.county.schools, life.county.schools.year + 1
    actions.roll_over(child_ids=ids, year=year, by=life.staff.officer)
    for child in Child.objects.filter(pk__in=ids, state=State.CURRENT, school_name="").exclude(school_stage__in=("", "not_enrolled", "dropout", "not_in_school")):
        new = schools.schooling(child.born, township=township_of(child.scope_place), on=first, year=year, since=first)
        actions.record_schooling(child_id=child.id, new=new, by=life.by(child))


def plan_absences(life: Life, children: list[Child]) -> None:
    """Parents leave, come home for the festival, come home for good, go on to another town."""
    start, now = life.county.on, life.now
    for child in life.some(children, 40, lambda child: child.left_behind_since is None):
        life.plan(life.day_between(start, now), lambda child=child: _leave(life, child))  # type: ignore[misc]
    for child in life.some(children, 30, lambda child: child.left_behind_since is not None):
        life.plan(life.day_between(start, now), lambda child=child: _return(life, child, "for_good"))  # type: ignore[misc]
    for child in life.some(children, 25, lambda child: child.left_behind_since is not None):
        life.plan(life.day_between(start, now), lambda child=child: _go_on(life, child))  # type: ignore[misc]


def _parent(child: Child, *, away: bool) -> Relative | None:
    parents = Relative.objects.filter(child_id=child.id, relation__in=("51", "52"), circumstances=None, until=None).exclude(name="").order_by("relation")
    gone = set(Absence.objects.filter(child_id=child.id, until=None).values_list("relative_id", flat=True))
    return next((parent for parent in parents if (parent.id in gone) is away), None)


def _leave(life: Life, child: Child) -> None:
    if (parent := _parent(child, away=False)) and _editable(child):
        to = life.county.people.destination()
        actions.record_absence(
            relative_id=parent.id, new=NewAbsence(since=today() - timedelta(days=life.rng.randint(1, 20)), where=to.name, where_place=to.place, precision="day"), by=life.by(child)
        )


def _return(life: Life, child: Child, how: str) -> None:
    absence = Absence.objects.filter(child_id=child.id, until=None).order_by("since").first()
    on = today() - timedelta(days=life.rng.randint(0, 9))
    if absence and absence.since < on and _editable(child):
        actions.end_absence(absence_id=absence.id, on=on, returned=how, by=life.by(child))


def _go_on(life: Life, child: Child) -> None:
    absence = Absence.objects.filter(child_id=child.id, until=None).order_by("since").first()
    since = today() - timedelta(days=life.rng.randint(1, 30))
    if absence and absence.since < since and _editable(child):
        to = life.county.people.destination()
        actions.record_absence(relative_id=absence.relative_id, new=NewAbsence(since=since, where=to.name, where_place=to.place), by=life.by(child))


def _editable(child: Child) -> bool:
    return Child.objects.filter(pk=child.pk).exclude(state=State.ENDED).exists()


def plan_changes(life: Life, children: list[Child]) -> None:
    """Telephones change, guardians change, misfortunes befall, a child without registration is registered (YN-9)."""
    start, now = life.county.on, life.now
    for child in life.some(children, 25):
        life.plan(life.day_between(start, now), lambda child=child: _new_phone(life, child))  # type: ignore[misc]
    for child in life.some(children, 12, lambda child: child.guardianship in ("fair", "weak_entrusted")):
        kind = life.rng.choice(["good", "weak_entrusted", "fair"])
        life.plan(life.day_between(start, now), lambda child=child, kind=kind: _new_guardianship(life, child, kind))  # type: ignore[misc]
    for child in life.some(children, 6, lambda child: child.registration == "none"):
        life.plan(life.day_between(start, now), lambda child=child: _register_household(life, child))  # type: ignore[misc]
    for child in life.some(children, 8):
        life.plan(life.day_between(start, now), lambda child=child: _misfortune(life, child))  # type: ignore[misc]


def _new_phone(life: Life, child: Child) -> None:
    relative = Relative.objects.filter(child_id=child.id).exclude(phone_digest="").order_by("relation").first()
    if relative and _editable(child):
        actions.change_relative(relative_id=relative.id, fields={"phone": life.county.people.phone()}, by=life.by(child))


def _new_guardianship(life: Life, child: Child, kind: str) -> None:
    if _editable(child):
        actions.record_guardianship(child_id=child.id, new=NewGuardianship(kind=kind), by=life.by(child))


def _register_household(life: Life, child: Child) -> None:
    if _editable(child):
        number = life.county.people.id_number(child.born, child.sex)
        fields = {"registration": "registered", "id_number": number, "registered_place": child.scope_place, "born_estimated": False}
        actions.change_fields(child_id=child.id, fields=fields, by=life.by(child))


def _misfortune(life: Life, child: Child) -> None:
    if (parent := _parent(child, away=True) or _parent(child, away=False)) and _editable(child):
        kind, evidence = life.rng.choice([("dead", ("death_certificate",)), ("imprisoned", ("criminal_judgment",)), ("severe_illness", ("diagnosis",))])
        since = today() - timedelta(days=life.rng.randint(3, 40))
        until = add_months(since, life.rng.randint(8, 40)) if kind == "imprisoned" else None
        new = NewCircumstance(kind=kind, since=since, evidence=evidence, precision="day", expected_until=until)
        actions.record_circumstance(relative_id=parent.id, new=new, by=life.by(child))


def plan_ends(life: Life, children: list[Child]) -> None:
    """Files end: families move away, children grow up, some were entered by mistake."""
    for child in life.some(children, 14, lambda child: child.left_behind_since is None):
        reason = life.rng.choices(["moved_away", "no_longer", "error"], [6, 3, 2])[0]
        words = {"moved_away": "全家迁往务工地定居", "no_longer": "父母均已返乡，家庭生活稳定", "error": "经核实不属于本村"}[reason]
        life.plan(life.day_between(life.county.on, life.now), lambda child=child, reason=reason, words=words: _end(life, child, reason, words))  # type: ignore[misc]
    for child in children:
        adult = anniversary(child.born, 18)
        if adult <= life.now:
            life.plan(adult + timedelta(days=3), lambda child=child: _end(life, child, "adult", "年满十八周岁"))  # type: ignore[misc]


def _end(life: Life, child: Child, reason: str, words: str) -> None:
    if _editable(child):
        actions.advance(child_id=child.id, act="end", by=life.staff.supervisor(child.scope_place), comment=words, reason=reason)


def plan_confirmations(life: Life, children: list[Child]) -> None:
    """The quarterly confirmation (P8-10): half of the directors have begun this quarter's, the others stand at the last one, a few far behind."""
    quarter = date(life.now.year, (life.now.month - 1) // 3 * 3 + 1, 1)
    last = add_months(quarter, -3)
    by_village: dict[int, list[Child]] = {}
    for child in children:
        by_village.setdefault(child.scope_place, []).append(child)
    for village, mine in sorted(by_village.items()):
        diligence = life.rng.random()
        begun = diligence > 0.45
        now: list[UUID] = []
        before: list[UUID] = []
        for child in mine:
            if life.rng.random() < (0.97 if diligence > 0.1 else 0.3):
                (now if begun and life.rng.random() < 0.8 else before).append(child.id)
        for first, chosen in ((last, before), (quarter, now)):
            day = life.day_between(first + timedelta(days=5), min(add_months(first, 3) - timedelta(days=3), life.now))
            if chosen and life.county.on < day <= life.now:
                life.plan(day, lambda village=village, chosen=chosen: _confirm(life, village, chosen))  # type: ignore[misc]


def _confirm(life: Life, village: int, chosen: list[UUID]) -> None:
    current = list(Child.objects.filter(pk__in=chosen, state=State.CURRENT).values_list("pk", flat=True))
    if current:
        actions.confirm_unchanged(child_ids=current, asked=life.rng.choice(ASKED), by=life.staff.director(village))


def newcomers(life: Life, batches: list[tuple[date, list[NewChild]]]) -> None:
    """Children found since then: their director opens the file, the township approves some days later. The newest still wait."""
    for found, new in batches:
        for each in new:
            life.plan(found, lambda each=each: _register(life, each))  # type: ignore[misc]


def _register(life: Life, new: NewChild) -> None:
    director, supervisor = life.staff.director(new.place), life.staff.supervisor(new.place)
    child = actions.register(new=new, by=director)
    waited = (life.now - today()).days
    if waited < 6 and life.rng.random() < 0.5:
        return
    actions.advance(child_id=child.id, act="submit", by=director)
    if waited < 15 and life.rng.random() < 0.7:
        return
    if life.rng.random() < (0.5 if waited < 30 else 0.08):
        actions.advance(child_id=child.id, act="return", by=supervisor, comment=life.rng.choice(COMMENTS))
        if waited < 30:
            return
        actions.advance(child_id=child.id, act="submit", by=director)
    actions.advance(child_id=child.id, act="approve", by=supervisor)


def report_categories(life: Life, children: list[Child]) -> None:
    """Categories under way: reported by villages, some checked by the township, a few refused."""
    for child in life.some(children, 28, lambda child: child.state == State.CURRENT and age(child.born, life.now).years < 16):
        kind = life.rng.choice([("state", "poverty"), ("laohekou", "poverty"), ("six_risks", "study"), ("six_risks", "kin"), ("laohekou", "mental"), ("suxian", "hardship")])
        if Category.objects.filter(child_id=child.id, scheme=kind[0], kind=kind[1], until=None).exists():
            continue
        made = actions.report_category(child_id=child.id, new=NewCategory(scheme=kind[0], kind=kind[1], reason="走访中发现，请审核"), by=life.by(child))
        chance = life.rng.random()
        if made.state != Category.State.REPORTED:
            continue
        if chance < 0.35:
            actions.advance_category(category_id=made.id, yes=True, by=life.staff.supervisor(child.scope_place))
        elif chance < 0.45:
            actions.advance_category(category_id=made.id, yes=False, by=life.staff.supervisor(child.scope_place), comment="经核对家庭收入不符合条件")


def determine(life: Life, children: list[Child]) -> None:
    """Official determinations beside the rule's result, some approved by the county."""
    for number, child in enumerate(life.some(children, 8, lambda child: child.state == State.CURRENT and age(child.born, life.now).years < 15)):
        holds = child.left_behind_since is None
        reason = "父母虽未办理外出登记，但长期在外跑运输，无法照料" if holds else "母亲虽在外务工，但每周返家照料，经村民评议不认定"
        made = actions.propose_determination(
            child_id=child.id, status="left_behind", holds=holds, since=life.now - timedelta(days=20), reason=reason, by=life.staff.supervisor(child.scope_place)
        )
        if number % 2:
            actions.decide_determination(determination_id=made.id, approve=number % 4 == 1, by=life.staff.officer)


def hand_over(life: Life, children: list[Child]) -> None:
    """Transfers: some done, one refused, some waiting for an answer, one past its deadline for the county to decide."""
    homes = sorted({child.scope_place for child in children})
    moving = life.some(children, 9, lambda child: child.state == State.CURRENT)
    for number, child in enumerate(moving):
        to = life.rng.choice([home for home in homes if home != child.scope_place])
        asked = life.now - timedelta(days=(60, 45, 30, 28, 3, 2, 1, 1, 0)[number])
        with on_day(max(asked, life.county.on), life.rng):
            transfer = actions.request_transfer(child_id=child.id, to=to, reason="随祖父母搬到该村居住", by=life.by(child))
        act = {0: "accept", 1: "accept", 2: "refuse"}.get(number)
        if act:
            with on_day(asked + timedelta(days=4), life.rng):
                receiving = life.staff.supervisor(to)
                actions.answer_transfer(transfer_id=transfer.id, act=act, by=receiving, words="该户未在本村居住" if act == "refuse" else "")


def go_on_leave(life: Life, children: list[Child]) -> None:
    """小候鸟: children who spent the last summer with their parents, one of them still away; and one who is treated elsewhere."""
    summer = date(life.now.year if life.now.month > 7 else life.now.year - 1, 7, 5)
    if summer <= life.county.on:
        return
    travellers = life.some(children, 24, lambda child: child.state == State.CURRENT and child.left_behind_since is not None and age(child.born, life.now).years > 5)
    for batch in (travellers[:12], travellers[12:]):
        ids = [child.id for child in batch]
        new = actions.NewLeave(kind="summer", left_on=summer, where="父母务工地", with_whom="父母", expected_on=summer + timedelta(days=52))
        with on_day(summer + timedelta(days=2), life.rng):
            actions.record_leave(child_ids=ids, new=new, by=life.staff.officer)
        back = summer + timedelta(days=54)
        if back <= life.now:
            with on_day(back, life.rng):
                actions.record_return(child_ids=ids[:-1], on=back, by=life.staff.officer)
    for child in life.some(children, 1, lambda child: child.state == State.CURRENT and child.health == "ill"):
        new = actions.NewLeave(kind="treatment", left_on=life.now - timedelta(days=12), where="武汉市", with_whom="母亲")
        with on_day(life.now, life.rng):
            actions.record_leave(child_ids=[child.id], new=new, by=life.by(child))


def show_to_others(life: Life, children: list[Child]) -> None:
    """The teacher sees a class, each department and the social worker some children."""
    of_class = next((child for child in children if child.school_name == "小溪塔街道中心小学" and child.class_name), None)
    for post in life.staff.known:
        match post.role:
            case "teacher" if of_class:
                chosen = [child for child in children if (child.school_id, child.grade) == (of_class.school_id, of_class.grade) and child.state == State.CURRENT]
                cause = "class"
            case "department":
                chosen, cause = life.some(children, 12, lambda child: child.state == State.CURRENT), "letter"
            case "social_worker":
                chosen, cause = life.some(children, 15, lambda child: child.state == State.CURRENT and child.guardianship in ("weak_entrusted", "nobody")), "circle"
            case _:
                continue
        grant_children(post=post, children={child.id: child.scope_place for child in chosen}, cause=cause, since=life.now - timedelta(days=30), by=life.staff.officer)


def merge_duplicates(life: Life, children: list[Child]) -> None:
    """One child was entered twice; the county made one file of the two. A second pair still waits to be found."""
    for number, child in enumerate(life.some(children, 2, lambda child: child.state == State.CURRENT and child.registration == "unknown")):
        twin = NewChild(place=child.scope_place, fields={"name": child.name, "sex": child.sex, "born": child.born})
        made = actions.register(new=twin, by=life.by(child), approved=True, source="入户走访")
        if number == 0:
            actions.merge_files(kept_id=child.id, other_id=made.id, reason="同一儿童重复建档", by=life.staff.officer)
