"""Invented families: who they are, where the parents work, and what befell them.

A story is one way in which a family of the county lives. Stories and their weights follow what the five sources describe and what
`real-life.md` lists; each is written down as the facts that a director would enter, nothing is derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from tongxing.children.new import NewAbsence, NewCircumstance
from tongxing.children.rules.ages import add_months, anniversary
from tongxing.demo.people import MAN, WOMAN, Adult, Destination, People

FESTIVAL = (2, 10)  # about the Spring Festival: workers are home for some two weeks


@dataclass(slots=True)
class Parent:
    """A parent with what is known of their life away and of what befell them."""

    adult: Adult
    absences: list[NewAbsence] = field(default_factory=list)
    circumstances: list[NewCircumstance] = field(default_factory=list)
    known: bool = True  # a ledger knows the name


@dataclass(slots=True)
class Family:
    """One household. ``tags`` say which lists its children belong to; the loader turns them into categories."""

    father: Parent
    mother: Parent
    grandparents: list[tuple[str, Adult]]  # relation code, person
    story: str
    living_with: str = "parents"
    guardianship: str = "good"
    entrusted: tuple[str, Adult] | None = None
    income: list[str] = field(default_factory=list)
    aid: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)

    @property
    def parents(self) -> list[tuple[str, Parent]]:
        return [("51", self.father), ("52", self.mother)]


@dataclass(slots=True)
class Teller:
    """Tells families as they stand on a day."""

    people: People
    on: date

    @property
    def rng(self) -> Random:
        return self.people.rng

    def family(self, eldest_born: date, story: str = "") -> Family:
        """A family whose eldest child was born that day."""
        rng = self.rng
        surname = self.people.surname()
        father = self.people.adult(MAN, self._earlier(eldest_born, 21, 32), surname=surname)
        mother = self.people.adult(WOMAN, self._earlier(eldest_born, 19, 29))
        maternal = rng.random() < 0.25
        elders = []
        for relation, sex in (("63", MAN), ("64", WOMAN)) if maternal else (("61", MAN), ("62", WOMAN)):
            if rng.random() < (0.7 if sex == MAN else 0.9):
                lineage = (mother.name[:1] if maternal else surname) if sex == MAN else ""
                elders.append((relation, self.people.adult(sex, self._earlier(father.born, 21, 33), surname=lineage)))
        told = Family(Parent(father), Parent(mother), elders, story or self._story())
        told.income = rng.choices([["migrant_work"], ["migrant_work", "farming"], ["farming"], ["farming", "other"]], [5, 4, 2, 1])[0]
        STORIES[told.story][1](self, told)
        if rng.random() < 0.06:
            told.father.known = False
        return told

    def _story(self) -> str:
        return self.rng.choices(list(STORIES), cum_weights=list(accumulate(weight for weight, _tell in STORIES.values())))[0]

    def _earlier(self, day: date, least: int, most: int) -> date:
        return anniversary(day, -self.rng.randint(least, most)) - timedelta(days=self.rng.randint(0, 360))

    def months_ago(self, least: int, most: int) -> date:
        return add_months(self.on, -self.rng.randint(least, most)).replace(day=1)

    def leaves(self, parent: Parent, since: date, to: Destination | None = None) -> Destination:
        """The parent works away since then, with holidays at home in some years; some ledgers are vague about where."""
        to = to or self.people.destination()
        where, place = (to.name, to.place) if self.rng.random() < 0.85 else (to.vague, None)
        purpose = self.rng.choices(["work", "business"], [9, 1])[0]
        festival = date(self.on.year, *FESTIVAL)
        festival = festival if festival + timedelta(days=20) < self.on else anniversary(festival, -1)
        if since + timedelta(days=60) < festival and self.rng.random() < 0.3:
            parent.absences.append(NewAbsence(since=since, until=festival - timedelta(days=4), returned="festival", where=where, where_place=place, purpose=purpose))
            since = festival + timedelta(days=self.rng.randint(8, 14))
        parent.absences.append(NewAbsence(since=since, where=where, where_place=place, purpose=purpose, precision="day" if since.day > 1 else "month"))
        return to

    def with_elders(self, told: Family, *, entrust: float = 0.6) -> None:
        """The children stay with grandparents, or with an aunt or uncle where there are none."""
        if told.grandparents:
            told.living_with = "maternal_grandparents" if told.grandparents[0][0] in ("63", "64") else "grandparents"
            told.guardianship = self.rng.choices(["good", "fair", "weak_entrusted"], [3, 6, 2])[0]
            if self.rng.random() < entrust:
                told.entrusted = told.grandparents[-1]
        else:
            relation, sex = self.rng.choice([("81", MAN), ("84", WOMAN), ("90", WOMAN), ("88", WOMAN)])
            told.entrusted = (relation, self.people.adult(sex, self._earlier(self.on, 30, 50)))
            told.living_with, told.guardianship = "relatives", self.rng.choice(["fair", "weak_entrusted"])


def _both_away(teller: Teller, told: Family) -> None:
    since = teller.months_ago(5, 60)
    to = teller.leaves(told.father, since)
    together = teller.rng.random() < 0.65
    teller.leaves(told.mother, since if together else teller.months_ago(5, 40), to if together else None)
    teller.with_elders(told)


def _one_away(teller: Teller, told: Family) -> None:
    teller.leaves(told.father, teller.months_ago(5, 60))
    told.living_with, told.guardianship = "mother", teller.rng.choice(["good", "fair"])
    told.tags.add("poverty")
    told.aid = ["dibao"] if teller.rng.random() < 0.6 else ["temporary"]


def _one_away_other_incapable(teller: Teller, told: Family) -> None:
    teller.leaves(told.father, teller.months_ago(6, 60))
    kind = teller.rng.choice(["severe_disability", "severe_illness", "no_capacity"])
    grade, disability = (teller.rng.choice("12"), teller.rng.choice("1456")) if kind == "severe_disability" else ("", "")
    evidence = {"severe_disability": ("disability_certificate",), "severe_illness": ("diagnosis",), "no_capacity": ("village_statement",)}[kind]
    told.mother.circumstances.append(NewCircumstance(kind=kind, since=teller.months_ago(8, 80), evidence=evidence, grade=grade, disability=disability))
    told.living_with, told.guardianship = "mother", "incapable_parent"
    told.aid = ["dibao", "medical"]
    told.tags |= {"poverty", "guardianship"}


def _divorced(teller: Teller, told: Family) -> None:
    gone, kept = (told.mother, told.father) if teller.rng.random() < 0.75 else (told.father, told.mother)
    gone.circumstances.append(NewCircumstance(kind="no_custody", since=teller.months_ago(14, 90), evidence=("divorce_document",) if teller.rng.random() < 0.7 else ()))
    if teller.rng.random() < 0.8:
        teller.leaves(kept, teller.months_ago(5, 40))
        teller.with_elders(told, entrust=0.5)
    else:
        told.living_with, told.guardianship = "father" if kept is told.father else "mother", "fair"
        told.tags.add("poverty")


def _widowed_away(teller: Teller, told: Family) -> None:
    told.father.circumstances.append(NewCircumstance(kind="dead", since=teller.months_ago(12, 90), evidence=("death_certificate",), precision="day"))
    teller.leaves(told.mother, teller.months_ago(5, 30))
    teller.with_elders(told)
    told.tags |= {"poverty", "guardianship"}
    told.aid = ["dibao"]


def _unsupported(teller: Teller, told: Family) -> None:
    imprisoned = NewCircumstance(
        kind="imprisoned", since=teller.months_ago(9, 30), expected_until=add_months(teller.on, teller.rng.randint(10, 60)), evidence=("criminal_judgment",), precision="month"
    )
    detox = NewCircumstance(kind="detox", since=teller.months_ago(7, 12), expected_until=add_months(teller.on, 12), evidence=("detox_decision",))
    gone_since = teller.months_ago(14, 50)
    gone = NewCircumstance(kind="out_of_contact", since=gone_since, reported=add_months(gone_since, 2), evidence=("police_acceptance", "police_search_result"))
    disabled = NewCircumstance(kind="severe_disability", since=teller.months_ago(20, 90), grade="1", disability="6", evidence=("disability_certificate",))
    dead = NewCircumstance(kind="dead", since=teller.months_ago(10, 90), evidence=("death_certificate",), precision="day")
    of_father, of_mother = teller.rng.choice([(imprisoned, gone), (dead, gone), (dead, disabled), (detox, gone), (dead, imprisoned), (disabled, gone)])
    told.father.circumstances.append(of_father)
    told.mother.circumstances.append(of_mother)
    teller.with_elders(told, entrust=0.3)
    told.guardianship = teller.rng.choice(["weak_entrusted", "fair", "nobody"])
    told.income, told.aid = ["government_aid", "farming"], ["dibao"]
    told.tags |= {"unsupported", "guardianship", "poverty"}


def _orphans(teller: Teller, told: Family) -> None:
    for parent in (told.father, told.mother):
        parent.circumstances.append(NewCircumstance(kind="dead", since=teller.months_ago(8, 100), evidence=("death_certificate",), precision="day"))
    teller.with_elders(told)
    told.income, told.aid = ["government_aid"], ["dibao", "medical"]
    told.tags |= {"orphan", "guardianship"}


def _mother_vanished(teller: Teller, told: Family) -> None:
    """She left when the child was small; nobody reported it, so the rule finds no candidate and says what is missing."""
    told.mother.circumstances.append(NewCircumstance(kind="out_of_contact", since=teller.months_ago(30, 120), precision="year"))
    told.mother.known = teller.rng.random() < 0.5
    teller.leaves(told.father, teller.months_ago(6, 40))
    teller.with_elders(told)
    told.tags.add("guardianship")


def _poor(teller: Teller, told: Family) -> None:
    told.income, told.aid = ["farming", "government_aid"], ["dibao", *teller.rng.choice([[], ["medical"], ["housing"]])]
    told.guardianship = "fair"
    told.tags.add("poverty")


def _child_ill(teller: Teller, told: Family) -> None:
    told.guardianship = "good"
    told.aid = teller.rng.choice([["medical"], ["dibao", "medical"], ["temporary", "medical"]])
    told.tags.add("illness")
    if teller.rng.random() < 0.4:
        teller.leaves(told.father, teller.months_ago(6, 40))
        told.living_with = "mother"


def _returned(teller: Teller, told: Family) -> None:
    """Both came back for good: the status has ended, the file stays."""
    back = teller.months_ago(3, 14) + timedelta(days=teller.rng.randint(0, 20))
    for parent in (told.father, told.mother):
        to = teller.people.destination()
        parent.absences.append(NewAbsence(since=add_months(back, -teller.rng.randint(12, 60)), until=back, returned="for_good", where=to.name, where_place=to.place))
    told.guardianship = "good"


def _just_left(teller: Teller, told: Family) -> None:
    """The father has long been away, the mother followed some weeks ago."""
    to = teller.leaves(told.father, teller.months_ago(12, 50))
    told.mother.absences.append(NewAbsence(since=teller.on - timedelta(days=teller.rng.randint(10, 60)), where=to.name, where_place=to.place, precision="day"))
    teller.with_elders(told)


def _came_along(teller: Teller, told: Family) -> None:
    """A family from elsewhere that works here: migrant children."""
    told.tags.add("migrant")
    told.guardianship = "good"


def _alone(teller: Teller, told: Family) -> None:
    """Nobody looks after the children: an alarm (未成年人保护法 art. 21)."""
    _both_away(teller, told)
    told.grandparents, told.entrusted = [], None
    told.living_with, told.guardianship = teller.rng.choice(["alone", "siblings"]), "nobody"
    told.tags |= {"guardianship", "safety"}


Story = tuple[float, Callable[[Teller, Family], None]]
STORIES: dict[str, Story] = {
    "both_away": (50, _both_away),
    "one_away": (6, _one_away),
    "incapable": (6, _one_away_other_incapable),
    "divorced": (9, _divorced),
    "widowed": (3.5, _widowed_away),
    "unsupported": (3, _unsupported),
    "orphans": (0.8, _orphans),
    "vanished": (2, _mother_vanished),
    "poor": (6, _poor),
    "ill": (4.5, _child_ill),
    "returned": (4, _returned),
    "just_left": (2.5, _just_left),
    "came_along": (2, _came_along),
    "alone": (0.7, _alone),
}
