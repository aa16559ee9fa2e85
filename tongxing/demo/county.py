"""The children of the demo county at its first registration: households in every village, told by `families`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from tongxing.children.new import NewCategory, NewChild, NewGuardianship, NewRelative, NewResidence
from tongxing.children.rules.ages import age, anniversary
from tongxing.demo.families import Family, Parent, Teller
from tongxing.demo.people import MAN, WOMAN, People
from tongxing.demo.schools import Schools
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.places.models import Place
from tongxing.units.rules import bounds, school_year

CHILDREN = 1430
SIZES = ([1, 2, 3], [55, 37, 8])
AGES = (range(19), [1, 2, 4, 5, 6, 6, 7, 7, 8, 8, 8, 8, 8, 8, 8, 7, 4, 3, 1])
ETHNIC = (["01", "15", "08", "09", "03"], [880, 105, 5, 5, 5])  # 汉, 土家, 苗, 彝, 回 …
CHARACTERS = ["开朗", "内向", "活泼好动", "懂事", "沉默寡言", "胆小", "倔强", "乐于助人", "敏感", "爱笑"]
HOBBIES = ["画画", "篮球", "唱歌", "跳绳", "看书", "下象棋", "乒乓球", "养花", "手工", "跑步", "跳舞", "钓鱼"]
HISTORY = ["幼时患肺炎住院一次", "对青霉素过敏", "扁桃体经常发炎", "左臂骨折已愈", "有高热惊厥史", "近视"]
ELSEWHERE = (420527000000, 420528000000, 420581000000, 500101000000, 422801000000)  # where migrant children are registered
BY_TAG = {
    "poverty": [("state", "poverty"), ("laohekou", "poverty"), ("protection", "dibao"), ("six_risks", "life")],
    "guardianship": [("state", "guardianship"), ("laohekou", "no_guardian"), ("suxian", "no_guardian")],
    "unsupported": [("protection", "de_facto_unsupported"), ("suxian", "de_facto_unsupported")],
    "orphan": [("protection", "orphan_family")],
    "illness": [("state", "disability_illness"), ("laohekou", "illness_disability"), ("suxian", "disability")],
    "safety": [("six_risks", "safety")],
}
REASONS = {
    "poverty": "家庭收入低，经核对纳入低保",
    "dibao": "家庭收入低，经核对纳入低保",
    "life": "家庭收入低",
    "guardianship": "父母不能履行监护职责，由祖辈照料",
    "no_guardian": "父母不能履行监护职责，由祖辈照料",
    "de_facto_unsupported": "经查验材料，父母双方均不能履行抚养和监护责任",
    "orphan_family": "父母双亡，由祖辈抚养",
    "disability_illness": "持有残疾人证或者重病诊断证明",
    "illness_disability": "持有残疾人证或者重病诊断证明",
    "disability": "持有残疾人证或者重病诊断证明",
    "safety": "无成年人共同生活",
}


@dataclass(frozen=True, slots=True)
class Home:
    """What the files of brothers and sisters say alike: who belongs to the family, what is known of each, where they live and with whom."""

    relatives: tuple[NewRelative, ...]
    address: str
    living_with: str


@dataclass(slots=True)
class Household:
    """Children of one family in one village, ready to be registered."""

    village: int
    family: Family
    children: list[NewChild]


@dataclass(slots=True)
class County:
    """Makes households. ``on`` is the day of the registration, ``now`` the real one: ages are spread as of the latter."""

    people: People
    schools: Schools
    on: date
    now: date
    townships: list[Place]
    children: int
    turning: list[int] = field(default_factory=list)  # days until somebody's 16th birthday, each used once

    @property
    def rng(self) -> Random:
        return self.people.rng

    def households(self) -> Iterator[Household]:
        """All of them, village by village."""
        self.turning = [0, 1, 3, 5, 9, 14, 21, 40]
        weights = {village.code: self._weight(village) for village in villages(self.townships)}
        per_child = self.children / sum(weights.values())
        for code, weight in weights.items():
            wanted = weight * per_child
            count = int(wanted) + (self.rng.random() < wanted % 1)
            while count > 0:
                size = min(count, self.rng.choices(*SIZES)[0])
                yield self.household(code, size)
                count -= size

    def _weight(self, village: Place) -> float:
        """Hill villages have more children left behind than the town's communities."""
        spread = self.rng.uniform(0.4, 1.7)
        return spread * (0.6 if village.short_name.endswith("社区") else 1.0) if village.code != 420506001001 else 2.2

    def household(self, village: int, size: int, *, story: str = "", on: date | None = None) -> Household:
        """A family with so many children in a village."""
        ages = sorted(self.rng.sample(list(self._ages(size * 3)), k=size), reverse=True)
        day = on or self.on
        if not story and self.turning and 15 in ages:
            story = "both_away"
        births = [born for years in ages if age(born := self._birth(years, day), day).years < 18]
        family = Teller(self.people, day).family(min(births, default=day), story)
        household_id = UUID(int=self.rng.getrandbits(128), version=4)
        home = Home(tuple(self._relatives(family)), self._address() if self.rng.random() < 0.8 else "", family.living_with if self.rng.random() < 0.95 else "")
        return Household(village, family, [self._child(village, family, home, born, household_id, day) for born in births])

    def _ages(self, count: int) -> Iterator[int]:
        yield from dict.fromkeys(self.rng.choices(*AGES, k=count * 4))

    def _birth(self, years: int, on: date) -> date:
        """Of that age today, and born before the registration ``on``."""
        if years == 15 and self.turning:
            return anniversary(self.now, -16) + timedelta(days=self.turning.pop(0))
        born = anniversary(self.now, -years) - timedelta(days=self.rng.randint(1, 360))
        latest = on - timedelta(days=20)
        return born if born < latest else latest - timedelta(days=self.rng.randint(0, 300))

    def _child(self, village: int, family: Family, home: Home, born: date, household_id: UUID, on: date) -> NewChild:
        rng = self.rng
        sex = rng.choices([MAN, WOMAN], [53, 47])[0]
        surname = family.father.adult.name[:1] if family.father.adult.name[:2] not in DOUBLE else family.father.adult.name[:2]
        fields: dict[str, object] = {"name": self.people.child_name(surname, sex), "sex": sex, "born": born}
        fields |= {"ethnic_group": rng.choices(*ETHNIC)[0] if rng.random() < 0.95 else "", "income": family.income, "aid": family.aid}
        fields |= self._registration(village, family, born, sex)
        fields |= self._health(family)
        consents = {}
        if rng.random() < 0.45:
            consents["optional"] = (family.entrusted[1] if family.entrusted else family.mother.adult).name
            fields |= {"character": rng.choice(CHARACTERS), "hobbies": "、".join(rng.sample(HOBBIES, k=rng.randint(1, 3)))}
        if rng.random() < 0.2:
            fields["medical_history"] = rng.choice(HISTORY)
        since = born
        schooling = self.schools.schooling(
            born,
            township=place_codes.at_level(village, Level.TOWNSHIP),
            on=on,
            year=school_year(on),
            since=max(born, bounds(school_year(on))[0]),
            disability=str(fields.get("disability_grade") or ""),
        )
        return NewChild(
            place=village,
            fields=fields,
            relatives=home.relatives,
            schooling=schooling if rng.random() < 0.97 else None,
            guardianship=NewGuardianship(kind=family.guardianship, since=max(since, date(on.year - 1, 1, 1), born)) if rng.random() < 0.95 else None,
            residence=NewResidence(since=since, address=home.address, living_with=home.living_with),
            categories=tuple(self._categories(family, on)),
            consents=consents,
            household_id=household_id,
        )

    def _registration(self, village: int, family: Family, born: date, sex: str) -> dict[str, object]:
        """Registered mostly, with gaps: no number written down, no registration at all (YN-9), an estimated birth date."""
        rng = self.rng
        chance = rng.random()
        if chance < 0.02:
            return {"registration": "none", "born_estimated": rng.random() < 0.5}
        if chance < 0.06:
            return {"registration": "unknown"}
        home = rng.choice(ELSEWHERE) if "migrant" in family.tags else village
        return {"registration": "registered", "registered_place": home, "id_number": self.people.id_number(born, sex)}

    def _health(self, family: Family) -> dict[str, object]:
        rng = self.rng
        if "illness" in family.tags and rng.random() < 0.75:
            if rng.random() < 0.6:
                return {"health": "disabled", "disability_kind": rng.choice("1234567"), "disability_grade": rng.choice("1234")}
            return {"health": "ill", "illness": rng.choice(["heart", "leukaemia", "epilepsy", "cerebral_palsy", "other_serious", "diabetes"])}
        if rng.random() < 0.015:
            return {"health": "disabled", "disability_kind": rng.choice("1245"), "disability_grade": rng.choice("234")}
        return {"health": "healthy"} if rng.random() < 0.93 else {}

    def _relatives(self, family: Family) -> Iterator[NewRelative]:
        """As a director writes them down, once for all children of the household: some names, numbers and telephones are not known."""
        rng = self.rng
        for relation, parent in family.parents:
            yield self._parent(relation, parent)
        entrusted = family.entrusted
        for relation, elder in family.grandparents:
            charged = entrusted is not None and entrusted[1].key == elder.key
            yield NewRelative(
                relation=relation,
                name=elder.name,
                sex=elder.sex,
                born=elder.born if rng.random() < 0.9 else None,
                phone=elder.phone if charged or rng.random() < 0.5 else "",
                id_number=elder.id_number if charged and rng.random() < 0.8 else "",
                entrusted=charged,
                primary=charged,
                person_key=elder.key,
            )
        if entrusted and all(entrusted[1].key != elder.key for _relation, elder in family.grandparents):
            relation, adult = entrusted
            yield NewRelative(relation=relation, name=adult.name, sex=adult.sex, phone=adult.phone, id_number=adult.id_number, entrusted=True, primary=True, person_key=adult.key)

    def _parent(self, relation: str, parent: Parent) -> NewRelative:
        rng = self.rng
        alive = all(each.kind not in ("dead", "declared_missing") for each in parent.circumstances)
        reachable = alive and all(each.kind not in ("out_of_contact", "imprisoned", "identity_unknown", "detox") for each in parent.circumstances)
        return NewRelative(
            relation=relation,
            name=parent.adult.name if parent.known else "",
            sex=parent.adult.sex,
            born=parent.adult.born if rng.random() < 0.7 else None,
            phone=parent.adult.phone if reachable and rng.random() < 0.86 else "",
            id_number=parent.adult.id_number if parent.known and rng.random() < 0.6 else "",
            person_key=parent.adult.key,
            absences=tuple(parent.absences),
            circumstances=tuple(parent.circumstances),
        )

    def _address(self) -> str:
        return f"{self.rng.randint(1, 12)}组{self.rng.randint(1, 90)}号"

    def _categories(self, family: Family, on: date) -> Iterator[NewCategory]:
        seen: set[tuple[str, str]] = set()
        for tag in sorted(family.tags & BY_TAG.keys()):
            for scheme, kind in BY_TAG[tag]:
                if (scheme, kind) not in seen and self.rng.random() < (1 if scheme in ("state", "protection") else 0.5):
                    seen.add((scheme, kind))
                    yield NewCategory(scheme=scheme, kind=kind, since=on - timedelta(days=self.rng.randint(30, 700)), reason=REASONS.get(kind, ""))


DOUBLE = frozenset({"欧阳", "上官", "令狐", "诸葛", "司徒"})


def villages(townships: list[Place]) -> list[Place]:
    """The villages of these townships in which families live, in the order of their codes."""
    below = Place.objects.filter(parent__in=townships, level=Level.VILLAGE).order_by("code")
    return [place for place in below if place.name.endswith(("委员会", "居委会"))]


def township_of(village: int) -> int:
    return place_codes.at_level(village, Level.TOWNSHIP)


def townships_of(county: int, *, share: float = 1) -> list[Place]:
    """The townships of the county, the town first; a part of them for a small demo."""
    below = [place for place in places.children_of(county) if villages([place])]
    return below[: max(1, round(len(below) * share))]
