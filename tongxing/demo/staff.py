"""The invented people who work in the demo county: one known sign-in a role, and a director for every village."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.hashers import make_password

from tongxing.accounts import actions
from tongxing.accounts.models import Post
from tongxing.demo import COUNTY
from tongxing.demo.county import township_of, villages
from tongxing.demo.models import PASSWORD
from tongxing.demo.people import MAN, WOMAN, People
from tongxing.ground.today import today
from tongxing.places.models import Place


@dataclass(frozen=True, slots=True)
class Account:
    """One line of what `make run` prints."""

    username: str
    name: str
    role: str
    place: int
    unit: str = ""


ACCOUNTS = (
    Account("zhuren", "李秀英", "child_director", 420506001001),
    Account("zhuren2", "王春兰", "child_director", 420506001002),
    Account("dudao", "陈建国", "supervisor", 420506001000),
    Account("xian", "周明", "county_officer", COUNTY),
    Account("shi", "黄海燕", "city_officer", 420500000000),
    Account("sheng", "吴建平", "province_officer", 420000000000),
    Account("laoshi", "刘芳", "teacher", COUNTY, "小溪塔街道中心小学"),
    Account("gongan", "赵卫东", "department", COUNTY, "夷陵区公安分局"),
    Account("jiaoyu", "孙玲", "department", COUNTY, "夷陵区教育局"),
    Account("weijian", "杨华", "department", COUNTY, "夷陵区卫生健康局"),
    Account("canlian", "钱红", "department", COUNTY, "夷陵区残疾人联合会"),
    Account("shegong", "徐静", "social_worker", COUNTY, "青山社会工作服务中心"),
    Account("rexian", "苏晴", "hotline_agent", COUNTY, "共青团夷陵区委12355服务台"),
    Account("shenji", "郑秋", "auditor", COUNTY),
    Account("anquan", "何平", "security_admin", COUNTY),
    Account("xitong", "马超群", "system_admin", COUNTY),
)
VACANT = 0.03  # villages without a director
UNCHECKED = 0.04  # directors whose yearly record check has run out


@dataclass(slots=True)
class Staff:
    """Who holds which post."""

    known: list[Post] = field(default_factory=list)
    directors: dict[int, Post] = field(default_factory=dict)
    supervisors: dict[int, Post] = field(default_factory=dict)

    @property
    def officer(self) -> Post:
        return next(post for post in self.known if post.role == "county_officer")

    def director(self, village: int) -> Post | None:
        """The village's director; the township stands in where there is none or the record check has run out."""
        post = self.directors.get(village)
        return post if post and not post.powers_withheld() else self.supervisors.get(township_of(village))

    def supervisor(self, village: int) -> Post | None:
        return self.supervisors.get(township_of(village))


def hire(people: People, townships: list[Place]) -> Staff:
    """Fill the posts: the known accounts first, then supervisors and directors wherever one is missing."""
    staff = Staff()
    hashed = make_password(PASSWORD)
    for account in ACCOUNTS:
        post = _appoint(account, people, hashed, days=900)
        staff.known.append(post)
        _seat(staff, post)
    for township in townships:
        if township.code not in staff.supervisors:
            _seat(staff, _appoint(_invent(people, "supervisor", township), people, hashed, days=people.rng.randint(460, 1500)))
    for village in villages(townships):
        if village.code not in staff.directors and people.rng.random() > VACANT:
            _seat(staff, _appoint(_invent(people, "child_director", village), people, hashed, days=people.rng.randint(460, 1500)))
    return staff


def _seat(staff: Staff, post: Post) -> None:
    match post.role:
        case "child_director":
            staff.directors[post.place_id] = post
        case "supervisor":
            staff.supervisors[post.place_id] = post


def _invent(people: People, role: str, place: Place) -> Account:
    """Most village directors are women (HN-4)."""
    sex = people.rng.choices([WOMAN, MAN], [7, 3])[0]
    prefix = "dudao" if role == "supervisor" else "zhuren"
    return Account(f"{prefix}{str(place.code)[6:]}", people.adult(sex, today() - timedelta(days=365 * people.rng.randint(28, 55))).name, role, place.code)


def _appoint(account: Account, people: People, hashed: str, *, days: int) -> Post:
    person = actions.add_person(name=account.name, phone=people.phone(), by=None)
    actions.record_check(person=person, on=today() - timedelta(days=people.rng.randint(5, 60)), clear=True, by=None)
    actions.give_sign_in(person=person, username=account.username, password=PASSWORD, hashed=hashed, must_change=False, by=None)
    return actions.appoint(person=person, role=account.role, place=account.place, since=today() - timedelta(days=days), unit_name=account.unit, by=None)


def renew_checks(staff: Staff, people: People) -> None:
    """The yearly record check (未成年人保护法 art. 62); a few are forgotten."""
    known = {post.id for post in staff.known}
    for post in [*staff.known, *staff.supervisors.values(), *staff.directors.values()]:
        if post.definition.record_check and (post.id in known or post.role == "supervisor" or people.rng.random() > UNCHECKED):
            actions.record_check(person=post.person, on=today() - timedelta(days=people.rng.randint(0, 20)), clear=True, by=None)
