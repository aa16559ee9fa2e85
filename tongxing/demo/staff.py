"""The invented people who work in the demo county, one sign-in a role to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password

from tongxing.accounts import actions
from tongxing.accounts.models import Post
from tongxing.demo.models import PASSWORD
from tongxing.ground.today import today


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
    Account("xian", "周明", "county_officer", 420506000000),
    Account("shi", "黄海燕", "city_officer", 420500000000),
    Account("sheng", "吴建平", "province_officer", 420000000000),
    Account("laoshi", "刘芳", "teacher", 420506000000, "小溪塔街道中心小学"),
    Account("gongan", "赵警官", "department", 420506000000, "公安分局"),
    Account("jiaoyu", "孙玲", "department", 420506000000, "教育局"),
    Account("weijian", "杨华", "department", 420506000000, "卫生健康局"),
    Account("shegong", "徐静", "social_worker", 420506000000, "社会工作服务中心"),
    Account("shenji", "郑秋", "auditor", 420506000000),
    Account("anquan", "何平", "security_admin", 420506000000),
    Account("xitong", "马超群", "system_admin", 420506000000),
)


def hire() -> list[Post]:
    """Give each account its person, sign-in and post."""
    hashed = make_password(PASSWORD)
    posts = []
    for account in ACCOUNTS:
        person = actions.add_person(name=account.name, phone="", by=None)
        actions.record_check(person=person, on=today() - timedelta(days=60), clear=True, by=None)
        actions.give_sign_in(person=person, username=account.username, password=PASSWORD, hashed=hashed, must_change=False, by=None)
        posts.append(actions.appoint(person=person, role=account.role, place=account.place, since=today() - timedelta(days=500), unit_name=account.unit, by=None))
    return posts
