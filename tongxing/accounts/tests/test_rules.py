"""Who may hold what and who stands above whom, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from tongxing.accounts import rules
from tongxing.accounts.roles import ROLES, Sees
from tongxing.accounts.rules import RecordCheck, Seat
from tongxing.places import codes

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE, NEXT_VILLAGE, NEXT_TOWNSHIP = (
    420000000000,
    420500000000,
    420506000000,
    420506001000,
    420506001001,
    420506001002,
    420506100000,
)
CHECKED = date(2026, 3, 1)

# Who may do what. A right is written once; its column names the roles that hold it:
#   d 儿童主任  s 督导员  o 县  c 市  p 省  t 教师  u 部门  h 话务员  w 社工  A 审计  S 安全  X 系统
LETTERS = dict(
    zip(
        "dsocptuhwASX",
        (
            "child_director",
            "supervisor",
            "county_officer",
            "city_officer",
            "province_officer",
            "teacher",
            "department",
            "hotline_agent",
            "social_worker",
            "auditor",
            "security_admin",
            "system_admin",
        ),
        strict=True,
    )
)
RIGHTS = {
    "children.view": "dsocptuw",
    "children.register": "dso",
    "children.edit": "dso",
    "children.submit": "dso",
    "children.confirm_unchanged": "dso",
    "children.unmask": "dso",
    "children.phones": "dso",
    "children.print": "dso",
    "children.leave": "dso",
    "children.approve": "so",
    "children.check": "so",
    "children.end": "so",
    "children.import": "so",
    "children.export": "socp",
    "figures.view": "dsocpuA",
    "figures.export": "socp",
    "figures.report": "socp",
    "figures.collect": "ocp",
    "exchange.fill": "socp",
    "exchange.whole": "o",
    "exchange.compare": "o",
    "children.confirm": "o",
    "children.determine": "o",
    "children.merge": "o",
    "children.roll_over": "o",
    "transfers.request": "dso",
    "transfers.accept": "so",
    "transfers.decide": "o",
    "privacy.record": "dso",
    "privacy.decide": "o",
    "units.view": "dsocptuw",
    "units.edit": "so",
    "notices.view": "dsocptuhw",
    "notices.send": "socp",
    "places.view": "dsocptuhwASX",
    "places.edit": "X",
    "posts.manage": "socpS",
    "posts.import": "socp",
    "accounts.reset": "socpS",
    "accounts.manage": "S",
    "accounts.unlock": "S",
    "audit.view": "A",
    "audit.export": "A",
    "system.view": "X",
    "caremodels.adopt": "ocp",
    "caremodels.ask": "socp",
    "circles.edit": "dso",
    "circles.view": "dsocp",
    "calendars.edit": "ocp",
    "log.view": "dsotw",
    "log.write": "dsotw",
    "log.import": "dso",
    "log.own_place": "cp",
    "duties.view": "dsocptw",
    "duties.board": "socp",
    "duties.decide": "so",
    "reports.make": "dsocptuhw",
    "cases.view": "dsocptuw",
    "cases.work": "so",
    "cases.decide": "o",
    "roster.edit": "o",
    "hotline.answer": "h",
    "hotline.read": "sou",
    "guardianship.view": "dso",
    "guardianship.edit": "dso",
    "guardianship.decide": "o",
    "needs.edit": "dso",
    "letters.view": "sou",
    "letters.write": "so",
    "letters.sign": "o",
    "letters.reply": "u",
    "meetings.view": "sou",
    "meetings.edit": "so",
}


def test_every_right_of_every_role():
    table = {right: {LETTERS[letter] for letter in letters} for right, letters in RIGHTS.items()}
    held: dict[str, set[str]] = {}
    for role in ROLES.values():
        for right in role.rights:
            held.setdefault(right, set()).add(role.id)
    assert held == table


def test_the_three_administrators_see_no_child():
    for role in ROLES.values():
        if role.administrator:
            assert role.sees is Sees.NOTHING
            assert not any(right.startswith(("children.", "transfers.", "privacy.", "units.")) for right in role.rights)


def test_roles_that_see_many_children_sign_in_with_a_second_factor():
    wide = {role.id for role in ROLES.values() if role.sees is Sees.PLACE and role.level <= codes.Level.COUNTY}
    assert all(ROLES[role].second_factor for role in wide | {role.id for role in ROLES.values() if role.administrator})


@pytest.mark.parametrize(
    ("manager", "seat", "above"),
    [
        (Seat("supervisor", TOWNSHIP), Seat("child_director", VILLAGE), True),
        (Seat("supervisor", TOWNSHIP), Seat("supervisor", TOWNSHIP), False),  # an equal
        (Seat("supervisor", TOWNSHIP), Seat("child_director", NEXT_TOWNSHIP + 1), False),  # elsewhere
        (Seat("supervisor", TOWNSHIP), Seat("county_officer", COUNTY), False),  # a superior
        (Seat("child_director", VILLAGE), Seat("child_director", NEXT_VILLAGE), False),
        (Seat("county_officer", COUNTY), Seat("child_director", VILLAGE), True),
        (Seat("county_officer", COUNTY), Seat("supervisor", TOWNSHIP), True),
        (Seat("county_officer", COUNTY), Seat("department", COUNTY), True),
        (Seat("county_officer", COUNTY), Seat("county_officer", COUNTY), False),
        (Seat("county_officer", COUNTY), Seat("auditor", COUNTY), False),  # administrators answer to the security administrator
        (Seat("province_officer", PROVINCE), Seat("security_admin", COUNTY), False),
        (Seat("city_officer", CITY), Seat("county_officer", COUNTY), True),
        (Seat("security_admin", COUNTY), Seat("county_officer", COUNTY), True),
        (Seat("security_admin", COUNTY), Seat("auditor", COUNTY), True),
        (Seat("security_admin", COUNTY), Seat("system_admin", COUNTY), True),
        (Seat("security_admin", COUNTY), Seat("security_admin", COUNTY), False),
        (Seat("security_admin", CITY), Seat("security_admin", COUNTY), True),
        (Seat("security_admin", COUNTY), Seat("city_officer", CITY), False),
        (Seat("auditor", COUNTY), Seat("child_director", VILLAGE), False),
        (Seat("system_admin", COUNTY), Seat("child_director", VILLAGE), False),
    ],
)
def test_who_stands_above_whom(manager: Seat, seat: Seat, above: bool):
    assert rules.stands_above(manager, seat) is above
    if above:
        assert not rules.stands_above(seat, manager)


def test_a_second_security_administrator_can_be_named_beside_the_first():
    assert rules.may_appoint(Seat("security_admin", COUNTY), Seat("security_admin", COUNTY))
    assert not rules.may_appoint(Seat("county_officer", COUNTY), Seat("county_officer", COUNTY))


@pytest.mark.parametrize(("one", "other"), list(product(ROLES, repeat=2)))
def test_the_three_administrators_are_three_persons_and_nothing_else(one: str, other: str):
    clash = rules.conflict([one], other)
    assert bool(clash) == (one != other and (ROLES[one].administrator or ROLES[other].administrator))


@pytest.mark.parametrize(
    ("days", "clear", "state"),
    [
        (None, True, RecordCheck.MISSING),
        (-1, True, RecordCheck.MISSING),  # dated in the future
        (0, True, RecordCheck.CLEAR),
        (335, True, RecordCheck.CLEAR),
        (336, True, RecordCheck.EXPIRING),
        (365, True, RecordCheck.EXPIRING),
        (366, True, RecordCheck.EXPIRED),
        (10, False, RecordCheck.FOUND),
        (900, False, RecordCheck.FOUND),
    ],
)
def test_the_record_check_holds_for_a_year(days: int | None, clear: bool, state: RecordCheck):
    checked = None if days is None else CHECKED
    on = CHECKED + timedelta(days=days or 0)
    assert rules.record_check(checked_on=checked, clear=clear, on=on) is state
    assert state.holds == (state in (RecordCheck.CLEAR, RecordCheck.EXPIRING))
